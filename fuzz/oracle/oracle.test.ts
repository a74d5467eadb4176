import { describe, expect, it } from "vitest";
import { declareFault, type Fault, type Found, Verdict } from "../../src/codec/fault.js";
import { u8 } from "../../src/codec/octets.js";
import { bloat, bounded, SLOW_MS, weigh } from "./cost.js";
import { asExpected } from "./expected.js";
import { type Canonicalisation, type FieldCodec, fieldHolds } from "./field.js";
import { type MessageCodec, messageHolds, messagePasses } from "./message.js";

const odd: Fault = declareFault("toy/odd", Verdict.Discard, [3, 1], "none");
const withdraw: Fault = declareFault("toy/withdraw", Verdict.TreatAsWithdraw, [3, 1], "none");
const reset: Fault = declareFault("toy/reset", Verdict.SessionReset, [3, 1], "none");

/** Octets of an even number, read as they are. */
const toy: FieldCodec = {
  faults: [odd],
  partial: [],
  check: (_msg, start, end) => ((end - start) % 2 === 0 ? null : odd),
  read: (msg, start, end) => Array.from(msg.subarray(start, end)),
  size: (value) => (value as number[]).length,
  encode: (value, out, at) => {
    out.set(value as number[], at);
    return at + (value as number[]).length;
  },
};

const octets = Uint8Array.of(1, 2, 3, 4);
const judging =
  (codec: Partial<FieldCodec>, canonical: readonly Canonicalisation[] = []) =>
  () =>
    fieldHolds({ ...toy, ...codec }, octets, canonical);

describe("a field", () => {
  it("that keeps its word passes, with or without a fault", () => {
    expect(fieldHolds(toy, octets)).toBeNull();
    expect(fieldHolds(toy, octets.subarray(1))).toBe(odd);
  });

  it("must name declared faults", () => {
    expect(judging({ check: () => reset })).toThrow(/^declared: .*toy\/reset/);
  });

  it("must not be judged by the octets around it", () => {
    expect(judging({ check: (msg, _start, end) => ((msg[end] ?? 0) > 0 ? odd : null) })).toThrow(/^span: .*judgement/);
    expect(judging({ read: (msg, start, end) => [...msg.subarray(start, end + 1)] })).toThrow(/^span: the value/);
  });

  it("must not refer to the buffer it was read from", () => {
    expect(judging({ read: (msg, start, end) => msg.subarray(start, end) })).toThrow(/^span: the value/);
    // Of a Buffer, this is a view as well.
    expect(judging({ read: (msg, start, end) => msg.slice(start, end) })).toThrow(/^span: the value/);
  });

  it("must not be written to by its decoder", () => {
    const check: FieldCodec["check"] = (msg, start) => {
      msg[start] = 9;
      return null;
    };
    expect(() => fieldHolds({ ...toy, check }, octets.slice())).toThrow(/writes into its input/);
  });

  it("must come back as it went in", () => {
    expect(judging({ read: () => [1, 2, 3, 5] })).toThrow(/^round-trip: the encoder writes other octets/);
    expect(judging({ size: () => 3 })).toThrow(/^round-trip: size and encode disagree/);
    const refusing = (): number => {
      throw new RangeError("no");
    };
    expect(judging({ encode: refusing })).toThrow(/^round-trip: the encoder refuses what the decoder accepted/);
    const before: FieldCodec["encode"] = (value, out, at) => {
      out[at - 1] = 0;
      return toy.encode(value, out, at);
    };
    expect(judging({ encode: before })).toThrow(/^round-trip: the encoder writes outside/);
  });

  it("may come back otherwise only as a named canonicalisation says, and only once", () => {
    const low: FieldCodec["read"] = (msg, start, end) => Array.from(msg.subarray(start, end), (octet) => octet & 0x0e);
    const named = { name: "lowest-bit-cleared", why: "toy", apply: (all: Uint8Array) => all.map((one) => one & 0x0e) };
    expect(judging({ read: low })).toThrow(/^round-trip/);
    expect(fieldHolds({ ...toy, read: low }, octets, [named])).toBeNull();
    const halved: FieldCodec["read"] = (msg, start, end) => Array.from(msg.subarray(start, end), (octet) => octet >> 1);
    const half = { name: "halved", why: "toy", apply: (all: Uint8Array) => all.map((one) => one >> 1) };
    expect(judging({ read: halved }, [half])).toThrow(/^idempotence/);
  });

  it("may have nothing left of it, when nothing was read either", () => {
    const nothing = { name: "left-out", why: "toy", apply: () => new Uint8Array(0) };
    const refusing = (): number => {
      throw new RangeError("an empty list");
    };
    expect(fieldHolds({ ...toy, read: () => [], size: refusing, encode: refusing }, octets, [nothing])).toBeNull();
    expect(judging({ read: () => [7] }, [nothing])).toThrow(/^round-trip: the encoder writes other octets/);
  });

  it("must not throw anything else either", () => {
    const read = (): never => {
      throw new TypeError("undefined is not a function");
    };
    expect(judging({ read })).toThrow(TypeError);
  });
});

describe("a message", () => {
  const found = (fault: Fault, start: number, end: number): Found => ({ fault, start, end });
  const message: MessageCodec<readonly number[]> = {
    faults: [odd, reset],
    decode: (msg, start, end) => ({ value: Array.from(msg.subarray(start, end)), found: [] }),
    encode: (value) => Uint8Array.from(value),
  };
  const holding = (codec: Partial<MessageCodec<readonly number[]>>) => () =>
    messageHolds({ ...message, ...codec }, octets);

  it("that keeps its word passes", () => {
    expect(messageHolds(message, octets)).toEqual({ fault: null, value: [1, 2, 3, 4] });
    const refused = messageHolds({ ...message, decode: () => ({ value: null, found: [found(reset, 0, 1)] }) }, octets);
    expect(refused).toEqual({ fault: reset, value: null });
  });

  it("has a value unless its strongest fault resets", () => {
    expect(holding({ decode: () => ({ value: null, found: [found(odd, 0, 1)] }) })).toThrow(/^verdict/);
    expect(holding({ decode: () => ({ value: [], found: [found(odd, 0, 1), found(reset, 0, 1)] }) })).toThrow(
      /^verdict/,
    );
    expect(holding({ decode: () => ({ value: null, found: [] }) })).toThrow(/^verdict/);
  });

  it("has its faults within itself, counted from its first octet", () => {
    expect(holding({ decode: () => ({ value: null, found: [found(reset, 0, 5)] }) })).toThrow(
      /^span: a fault lies outside/,
    );
    expect(
      holding({ decode: (_msg, start) => ({ value: null, found: [found(reset, Math.min(start, 3), 4)] }) }),
    ).toThrow(/^span: the faults depend/);
  });

  it("keeps what no fault takes away", () => {
    const decode: MessageCodec<readonly number[]>["decode"] = (msg, start, end) => {
      const value = Array.from(msg.subarray(start, end));
      const whole = value.length === octets.length;
      return { value: whole ? value.slice(0, 2) : value, found: whole ? [found(odd, 3, 4)] : [] };
    };
    const remaining: MessageCodec<readonly number[]>["remaining"] = (msg, [one]) => msg.subarray(0, one?.start);
    expect(holding({ decode, canonical: (msg) => msg })).not.toThrow();
    expect(holding({ decode, remaining })).toThrow(/^round-trip: the encoder writes other octets/);
  });

  it("passes once through decoder and encoder, when only what they do is asked for", () => {
    const done: string[] = [];
    const noting = (fault: Fault | null): MessageCodec<readonly number[]> => ({
      ...message,
      decode(msg, start, end) {
        done.push("decoded");
        const value = fault === reset ? null : Array.from(msg.subarray(start, end));
        return { value, found: fault === null ? [] : [found(fault, 0, 1)] };
      },
      encode(value) {
        done.push("encoded");
        return Uint8Array.from(value);
      },
    });
    for (const fault of [null, odd, withdraw, reset]) messagePasses(noting(fault), octets);
    expect(done).toEqual(["decoded", "encoded", "decoded", "encoded", "decoded", "decoded"]);
  });

  it("needs no second generation when the first is what was decoded", () => {
    let decoded = 0;
    const decode: MessageCodec<readonly number[]>["decode"] = (msg, start, end) => {
      decoded++;
      return message.decode(msg, start, end);
    };
    messageHolds({ ...message, decode }, octets);
    expect(decoded).toBe(2);
    const low: MessageCodec<readonly number[]>["decode"] = (msg, start, end) => ({
      value: Array.from(msg.subarray(start, end), (octet) => octet & 0x0e),
      found: [],
    });
    // It is asked for where octets come back otherwise.
    const growing = (value: readonly number[]): Uint8Array => Uint8Array.from(value, (octet) => octet + 2);
    expect(() => messageHolds({ ...message, decode: low, encode: growing }, octets)).toThrow(/^round-trip: the value/);
  });

  it("does not change by being encoded", () => {
    expect(holding({ encode: (value) => Uint8Array.from(value, (octet) => octet + 1) })).toThrow(/^round-trip/);
    const changing: MessageCodec<readonly number[]>["decode"] = (msg, start, end) =>
      u8(msg, start) === 9 ? { value: null, found: [found(reset, 0, 1)] } : message.decode(msg, start, end);
    expect(holding({ decode: changing, encode: () => Uint8Array.of(9) })).toThrow(
      /^idempotence: the decoder finds fault/,
    );
  });
});

describe("cost", () => {
  it("weighs what was read, and refuses what its octets cannot account for", () => {
    expect(weigh({ asns: [1, 2, 3], address: new Uint8Array(4) })).toBe(1 + 4 + 5);
    expect(() => bloat(new Uint8Array(16), 1)).not.toThrow();
    expect(() => bloat(new Uint8Array(0xffff), 4)).toThrow(/^cost: the value read is far larger/);
  });

  it("refuses what is slow every time, not what was slow once", () => {
    const clock = (...steps: number[]) => {
      let now = 0;
      return () => {
        now += steps.shift() ?? 0;
        return now;
      };
    };
    expect(bounded(() => "done", clock(0, SLOW_MS, 0, 1))).toBe("done");
    expect(() => bounded(() => "done", clock(0, SLOW_MS, 0, SLOW_MS, 0, SLOW_MS))).toThrow(
      /^cost: one input takes seconds/,
    );
  });
});

it("an outcome that was planted must come", () => {
  expect(() => asExpected("toy/odd", "toy/odd")).not.toThrow();
  expect(() => asExpected("accepted", null)).not.toThrow();
  expect(() => asExpected("accepted", "toy/odd")).toThrow(/^expected: an input made for toy\/odd/);
});
