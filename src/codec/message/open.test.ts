import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { versionToSend } from "../capability/75-software-version.js";
import { capabilityArb, capabilityListArb, capabilityOctets } from "../capability/index.arb.js";
import type { Capability } from "../capability.js";
import { Verdict } from "../fault.js";
import { Ipv4Unicast, Ipv6Unicast } from "../iana.js";
import { hex } from "../octets.js";
import { unhex } from "../testing.arb.js";
import { asField, broken, near, octets, openOctets, valid } from "./open.arb.js";
import { decodeOpen, encodeOpen, type OpenToSend, openFaults } from "./open.js";
import { ignoresSurroundings, MARKER } from "./testing.arb.js";

const decode = (whole: Uint8Array) => decodeOpen(whole, 0, whole.length);
const faultsOf = (whole: Uint8Array) => decode(whole).found.map(({ fault }) => fault.id);

// Version 4, AS 65001, 180 s, 192.0.2.1.
const FIXED = "04 fde9 00b4 c0000201";
const open = (digits: string): Uint8Array => {
  const body = unhex(digits);
  const length = (19 + body.length).toString(16).padStart(4, "0");
  return unhex(`${MARKER} ${length} 01 ${hex(body)}`);
};
const fields = { version: 4, as: 65001, holdTime: 180, identifier: 0xc0000201 };
const toSend: OpenToSend = { as: 65001, holdTime: 180, identifier: 0xc0000201, capabilities: [] };

const mp = (value: number): Capability => ({ code: 1, value });
const unknown = (length: number, code = 239): Capability => ({ code, value: new Uint8Array(length) });

describe("OPEN laid out by hand", () => {
  it.each<readonly [string, string, OpenToSend]>([
    ["without parameters, RFC 4271 §4.2", `${FIXED} 00`, toSend],
    [
      "with capabilities, RFC 5492 §4",
      `${FIXED} 10 02 0e 01 04 0001 00 01 02 00 41 04 0000fde9`,
      { ...toSend, capabilities: [mp(Ipv4Unicast), { code: 2, value: true }, { code: 65, value: 65001 }] },
    ],
    [
      "of a four-octet AS, RFC 6793 §4.1",
      "04 5ba0 0000 ffffffff 08 02 06 41 04 fa56ea01",
      { as: 4200000001, holdTime: 0, identifier: 0xffffffff, capabilities: [{ code: 65, value: 4200000001 }] },
    ],
  ])("%s", (_what, body, sent) => {
    expect(hex(encodeOpen(sent))).toBe(hex(open(body)));
    expect(decode(open(body))).toEqual({
      value: {
        version: 4,
        as: asField(sent.as),
        holdTime: sent.holdTime,
        identifier: sent.identifier,
        capabilities: sent.capabilities,
      },
      found: [],
    });
  });

  it("in the form of RFC 9072 §2, when the parameters pass 255 octets", () => {
    const sent = { ...toSend, allowExtendedParameters: true, capabilities: [unknown(255)] };
    const body = `${FIXED} ff ff 0104 02 0101 ef ff ${"00".repeat(255)}`;
    expect(hex(encodeOpen(sent))).toBe(hex(open(body)));
    expect(decode(open(body)).value?.capabilities).toEqual(sent.capabilities);
  });

  it.each([
    ["RFC 9072 of a small OPEN", `${FIXED} ff ff 0005 02 0002 02 00`, [2]],
    ["RFC 9072 behind another first length than 255", `${FIXED} 01 ff 0005 02 0002 02 00`, [2]],
    ["RFC 9072 without parameters", `${FIXED} ff ff 0000`, []],
    ["one parameter for each capability", `${FIXED} 08 02 02 02 00 02 02 46 00`, [2, 70]],
    ["an empty Capabilities parameter", `${FIXED} 02 02 00`, []],
    ["identical capabilities count once", `${FIXED} 08 02 06 02 00 02 00 02 00`, [2]],
    ["in two parameters as well", `${FIXED} 08 02 02 02 00 02 02 02 00`, [2]],
    ["families add up", `${FIXED} 0e 02 0c 01 04 0001 00 01 01 04 0002 00 01`, [1, 1]],
    ["identical roles are one, RFC 9234 §4.2", `${FIXED} 08 02 06 09 01 03 09 01 03`, [9]],
    ["unknown capabilities are kept, RFC 5492 §3", `${FIXED} 08 02 06 80 00 ff 02 abcd`, [128, 255]],
    ["71 beside 64, RFC 9494 §4.5", `${FIXED} 08 02 06 47 00 40 02 0000`, [71, 64]],
  ])("is accepted: %s", (_what, body, codes) => {
    const { value, found } = decode(open(body));
    expect(value?.capabilities.map(({ code }) => code)).toEqual(codes);
    expect(found).toEqual([]);
  });

  it.each<readonly [string, string, readonly [number, number], string, number, number]>([
    ["open/unsupported-version", "03 fde9 00b4 c0000201 00", [2, 1], "0004", 19, 20],
    ["open/unsupported-version", "05 0000 0001 00000000 ff", [2, 1], "0004", 19, 20],
    ["open/as-zero", "04 0000 00b4 c0000201 00", [2, 2], "", 20, 22],
    ["open/identifier-zero", "04 fde9 00b4 00000000 00", [2, 3], "", 24, 28],
    ["open/hold-time-too-short", "04 fde9 0001 c0000201 00", [2, 6], "", 22, 24],
    ["open/hold-time-too-short", "04 fde9 0002 c0000201 00", [2, 6], "", 22, 24],
    ["open/parameters-overrun", `${FIXED} 03 02 00`, [2, 0], "", 28, 29],
    ["open/parameters-overrun", `${FIXED} 01`, [2, 0], "", 28, 29],
    // CVE-2022-40302: the extended form asks for three octets more, not two.
    ["open/parameters-overrun", `${FIXED} ff ff`, [2, 0], "", 28, 30],
    ["open/parameters-overrun", `${FIXED} ff ff 00`, [2, 0], "", 28, 31],
    ["open/parameters-overrun", `${FIXED} ff ff 0001`, [2, 0], "", 28, 32],
    ["open/trailing-octets", `${FIXED} 00 02`, [2, 0], "", 29, 30],
    // RFC 9072 §2: behind a length of 0 there are no parameters in any form.
    ["open/trailing-octets", `${FIXED} 00 ff 0000`, [2, 0], "", 29, 32],
    ["open/trailing-octets", `${FIXED} 02 02 00 00`, [2, 0], "", 31, 32],
    ["open/parameter-overrun", `${FIXED} 01 02`, [2, 0], "", 29, 30],
    ["open/parameter-overrun", `${FIXED} 02 02 01`, [2, 0], "", 29, 31],
    ["open/parameter-overrun", `${FIXED} ff ff 0002 02 00`, [2, 0], "", 32, 34],
    ["open/parameter-overrun", `${FIXED} ff ff 0001 02`, [2, 0], "", 32, 33],
    ["open/parameter-overrun", `${FIXED} ff ff 0003 02 0001`, [2, 0], "", 32, 35],
    // RFC 9072 §2: both octets of a parameter's length count.
    ["open/parameter-overrun", `${FIXED} ff ff 0005 02 0102 02 00`, [2, 0], "", 32, 37],
    ["open/trailing-octets", `${FIXED} ff ff 0000 02`, [2, 0], "", 32, 33],
    ["open/authentication-parameter", `${FIXED} 02 01 00`, [2, 4], "", 29, 31],
    ["open/unknown-parameter", `${FIXED} 03 04 01 00`, [2, 4], "", 29, 32],
    ["open/authentication-parameter", `${FIXED} 05 01 03 010203`, [2, 4], "", 29, 34],
    ["open/authentication-parameter", `${FIXED} ff ff 0004 01 0001 00`, [2, 4], "", 32, 36],
    ["open/unknown-parameter", `${FIXED} 02 00 00`, [2, 4], "", 29, 31],
    ["open/unknown-parameter", `${FIXED} 02 03 00`, [2, 4], "", 29, 31],
    ["open/unknown-parameter", `${FIXED} 02 fe 00`, [2, 4], "", 29, 31],
    ["open/unknown-parameter", `${FIXED} 06 02 02 02 00 05 00`, [2, 4], "", 33, 35],
    ["open/unknown-parameter", `${FIXED} 04 02 00 ff 00`, [2, 4], "", 31, 33],
    ["open/unknown-parameter", `${FIXED} ff ff 0003 ff 0000`, [2, 4], "", 32, 35],
    ["capability/overrun", `${FIXED} 03 02 01 02`, [2, 0], "", 31, 32],
    // A capability ends with its parameter, whatever follows.
    ["capability/overrun", `${FIXED} 06 02 02 46 02 02 00`, [2, 0], "", 31, 33],
    ["capability/overrun", `${FIXED} ff ff 0004 02 0001 02`, [2, 0], "", 35, 36],
    ["capability/overrun", `${FIXED} 04 02 02 41 04`, [2, 0], "", 31, 33],
    ["four-octet-as/as-zero", `${FIXED} 08 02 06 41 04 00000000`, [2, 2], "", 31, 37],
    ["open/contradicting-roles", `${FIXED} 08 02 06 09 01 03 09 01 00`, [2, 11], "", 34, 37],
  ])("is refused: %s in %s", (id, body, notify, data, start, end) => {
    const { value, found } = decode(open(body));
    expect(value).toBeNull();
    expect(found).toHaveLength(1);
    const [one] = found;
    expect(one?.fault.id).toBe(id);
    expect(one?.fault.verdict).toBe(Verdict.SessionReset);
    expect(one?.fault.notify).toEqual(notify);
    expect(hex(one?.data ?? new Uint8Array(0))).toBe(data);
    expect([one?.start, one?.end]).toEqual([start, end]);
  });

  it.each<readonly [string, string, readonly string[], readonly number[]]>([
    ["all but the last 64, RFC 4724 §3", `${FIXED} 0a 02 08 40 02 0001 40 02 0002`, ["open/replaced-capability"], [64]],
    [
      "a second Multiple Labels, RFC 8277 §2.1",
      `${FIXED} 16 02 14 08 04 0001 04 02 08 04 0001 80 ff 02 00 08 04 0001 04 02`,
      ["open/surplus-capability"],
      [8, 2],
    ],
    ["71 that has no 64, RFC 9494 §4.5", `${FIXED} 04 02 02 47 00`, ["open/long-lived-alone"], []],
    [
      "71 beside a 64 that is ignored",
      `${FIXED} 06 02 04 47 00 40 00`,
      ["open/long-lived-alone", "graceful-restart/wrong-length"],
      [],
    ],
    ["an ADD-PATH that says nothing else", `${FIXED} 08 02 06 45 04 0001 01 00`, ["add-path/unknown-mode"], []],
    ["a Software Version of length 0", `${FIXED} 06 02 04 4b 00 02 00`, ["software-version/empty"], [2]],
  ])("is accepted without %s", (_what, body, ids, codes) => {
    const { value, found } = decode(open(body));
    expect(found.map(({ fault }) => fault.id)).toEqual(ids);
    expect(value?.capabilities.map(({ code }) => code)).toEqual(codes);
  });

  it("is judged by the first Multiple Labels, wherever it stands", () => {
    const { value, found } = decode(open(`${FIXED} 10 02 06 08 04 0001 04 05 02 06 08 04 0001 04 02`));
    expect(value?.capabilities).toEqual([{ code: 8, value: [{ family: 0x000104, count: 5 }] }]);
    expect(found.map(({ start, end }) => [start, end])).toEqual([[39, 45]]);
  });

  it("has 255 octets of parameters in the form of RFC 4271, too", () => {
    const { value, found } = decode(open(`${FIXED} ff 02 fd ef fb ${"00".repeat(251)}`));
    expect(value?.capabilities).toEqual([unknown(251)]);
    expect(found).toEqual([]);
  });

  it("has every parameter read, an unknown one among them", () => {
    const { value, found } = decode(open(`${FIXED} 0a 04 00 02 02 46 00 01 00 05 00`));
    expect(value).toBeNull();
    expect(found.map(({ fault, start }) => [fault.id, start])).toEqual([
      ["open/unknown-parameter", 29],
      ["open/authentication-parameter", 35],
      ["open/unknown-parameter", 37],
    ]);
  });

  it("has all its faults found, in the order of the octets", () => {
    expect(faultsOf(open("04 0000 0001 00000000 0c 02 0a 46 01 00 41 04 00000000 41"))).toEqual([
      "open/as-zero",
      "open/hold-time-too-short",
      "open/identifier-zero",
      "enhanced-route-refresh/wrong-length",
      "four-octet-as/as-zero",
      "capability/overrun",
    ]);
  });

  it("has a parameter held to the parameters' end, not to the message's", () => {
    expect(faultsOf(open(`${FIXED} 02 02 01 00`))).toEqual(["open/parameter-overrun", "open/trailing-octets"]);
  });

  it("is judged by the last Graceful Restart even when it equals the first", () => {
    const { value, found } = decode(open(`${FIXED} 0e 02 0c 40 02 0001 40 02 0002 40 02 0001`));
    expect(value?.capabilities.map(({ value: one }) => (one as { time: number }).time)).toEqual([1]);
    expect(found.map(({ start }) => start)).toEqual([35]);
  });

  it("has two ADD-PATHs counted once that differ in an ignored part alone", () => {
    // IPv4 unicast both ways, once with a tuple of mode 9 beside it.
    const { value } = decode(open(`${FIXED} 12 02 10 45 08 0001 01 03 0002 01 09 45 04 0001 01 03`));
    expect(value?.capabilities).toHaveLength(1);
  });
});

describe("OPEN in general", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(valid, (sent) => {
        const { as, holdTime, identifier, capabilities } = sent;
        expect(decode(encodeOpen(sent))).toEqual({
          value: { version: 4, as: asField(as), holdTime, identifier, capabilities },
          found: [],
        });
      }),
    );
  });

  it("means the same in every form", () => {
    fc.assert(
      fc.property(capabilityListArb, fc.nat(), (list, at) => {
        const all = list.map(capabilityOctets);
        const parameter = (some: Uint8Array[]) => ({
          type: 2,
          octets: Uint8Array.from(some.flatMap((one) => [...one])),
        });
        const split = at % (all.length + 1);
        const forms = [
          openOctets(fields, [parameter(all)], true),
          openOctets(fields, [parameter(all)], false),
          openOctets(fields, [parameter(all.slice(0, split)), parameter(all.slice(split))], false),
          openOctets(
            fields,
            all.map((one) => parameter([one])),
            true,
          ),
        ];
        for (const form of forms) expect(decode(form)).toEqual({ value: { ...fields, capabilities: list }, found: [] });
      }),
    );
  });

  it("has the planted fault named, and no other", () => {
    fc.assert(
      fc.property(broken, ({ octets: whole, fault }) => {
        const { value, found } = decode(whole);
        expect(found.map((one) => one.fault)).toEqual([fault]);
        expect(value === null).toBe(fault.verdict === Verdict.SessionReset);
      }),
      { numRuns: 500 },
    );
  });

  it("has every fault that is declared planted", () => {
    const planted = new Set(fc.sample(broken, { numRuns: 3000, seed: 1 }).map(({ fault }) => fault.id));
    expect([...planted].sort()).toEqual(openFaults.map(({ id }) => id).sort());
  });

  const anything = fc.oneof(
    octets,
    near,
    broken.map((one) => one.octets),
    fc.uint8Array({ maxLength: 80 }),
  );

  it("is judged without a throw, and what is accepted is written again to mean the same", () => {
    fc.assert(
      fc.property(anything, (whole) => {
        const { value, found } = decode(whole);
        for (const one of found) {
          expect(openFaults).toContain(one.fault);
          expect(one.start).toBeLessThanOrEqual(one.end);
          expect(one.end).toBeLessThanOrEqual(whole.length);
        }
        expect(value === null).toBe(found.some(({ fault }) => fault.verdict === Verdict.SessionReset));
        if (value === null) return;
        const four: Capability = { code: 65, value: value.as };
        const has = value.capabilities.some(({ code }) => code === 65);
        const capabilities = has ? value.capabilities : [...value.capabilities, four];
        const again = decode(encodeOpen({ ...value, capabilities, allowExtendedParameters: true }));
        const versionLast = [...capabilities].sort((a, b) => Number(a.code === 75) - Number(b.code === 75));
        expect(again).toEqual({ value: { ...value, capabilities: versionLast }, found: [] });
      }),
      { numRuns: 1000 },
    );
  });

  it("is judged by its own octets only", () => {
    ignoresSurroundings(anything, decodeOpen);
  });

  it("takes a message full of capabilities in its stride", () => {
    const all = Array.from({ length: 1000 }, (_, i) => Uint8Array.of(239, 2, i >>> 8, i));
    const whole = openOctets(fields, [{ type: 2, octets: Uint8Array.from(all.flatMap((one) => [...one])) }], true);
    expect(decode(whole).value?.capabilities).toHaveLength(1000);
  });
});

describe("encodeOpen", () => {
  const version: Capability = { code: 75, value: versionToSend("Kiln 0.1.0") };
  const codes = (sent: OpenToSend) => decode(encodeOpen(sent)).value?.capabilities.map(({ code }) => code);

  it("puts Software Version last", () => {
    expect(codes({ ...toSend, capabilities: [version, mp(Ipv6Unicast), { code: 2, value: true }] })).toEqual([
      1, 2, 75,
    ]);
  });

  it("leaves Software Version out rather than pass 255 octets", () => {
    // 2 of the parameter, 2 + 239 of the other capability, 2 + 10 of the version: 255.
    expect(codes({ ...toSend, capabilities: [version, unknown(239)] })).toEqual([239, 75]);
    expect(codes({ ...toSend, capabilities: [version, unknown(240)] })).toEqual([239]);
    expect(encodeOpen({ ...toSend, capabilities: [version, unknown(240)] })).toHaveLength(29 + 244);
  });

  it("sends it in the form of RFC 9072 where that is allowed", () => {
    const sent = { ...toSend, capabilities: [version, unknown(240)], allowExtendedParameters: true };
    expect(codes(sent)).toEqual([239, 75]);
    expect(encodeOpen(sent)[29]).toBe(255);
  });

  it("keeps to the ordinary form up to 255 octets even where RFC 9072 is allowed", () => {
    const sent = { ...toSend, capabilities: [unknown(251)], allowExtendedParameters: true };
    expect(hex(encodeOpen(sent).subarray(28, 31))).toBe("ff02fd");
    expect(hex(encodeOpen({ ...sent, capabilities: [unknown(252)] }).subarray(28, 35))).toBe("ffff01010200fe");
  });

  it("leaves it out rather than pass 4096 octets, too", () => {
    const full = Array.from({ length: 15 }, (_, i) => unknown(253, 200 + i));
    const sent = { ...toSend, capabilities: [...full, unknown(224), version], allowExtendedParameters: true };
    expect(encodeOpen(sent)).toHaveLength(32 + 3 + 15 * 255 + 226);
    expect(codes(sent)).not.toContain(75);
  });

  it("fills a message of 4096 octets", () => {
    const full = Array.from({ length: 15 }, (_, i) => unknown(253, 200 + i));
    const sent = { ...toSend, capabilities: [...full, unknown(234)], allowExtendedParameters: true };
    expect(encodeOpen(sent)).toHaveLength(4096);
    expect(codes(sent)).toHaveLength(16);
    expect(() => encodeOpen({ ...sent, capabilities: [...full, unknown(235)] })).toThrow(RangeError);
  });

  it("never lets Software Version decide whether an OPEN can be sent", () => {
    fc.assert(
      fc.property(fc.array(capabilityArb, { maxLength: 6 }), fc.boolean(), (list, allowExtendedParameters) => {
        const others = list.filter(({ code }) => code !== 75 && code !== 65);
        const attempt = (capabilities: readonly Capability[]): boolean => {
          try {
            encodeOpen({ ...toSend, capabilities, allowExtendedParameters });
            return true;
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
            return false;
          }
        };
        expect(attempt([version, ...others])).toBe(attempt(others));
      }),
    );
  });

  it.each<readonly [string, Partial<OpenToSend>]>([
    ["AS 0", { as: 0 }],
    ["an AS number of more than 32 bits", { as: 2 ** 32 }],
    ["a four-octet AS number without capability 65", { as: 65536 }],
    ["a hold time of 1 s", { holdTime: 1 }],
    ["a hold time of 2 s", { holdTime: 2 }],
    ["a hold time of more than 16 bits", { holdTime: 65536 }],
    ["identifier 0", { identifier: 0 }],
    ["an identifier of more than 32 bits", { identifier: 2 ** 32 }],
    ["parameters of 256 octets without RFC 9072", { capabilities: [unknown(252)] }],
    [
      "a message of more than 4096 octets",
      { capabilities: Array.from({ length: 16 }, (_, i) => unknown(253, 200 + i)), allowExtendedParameters: true },
    ],
  ])("refuses %s", (_what, change) => {
    expect(() => encodeOpen({ ...toSend, ...change })).toThrow(RangeError);
  });
});
