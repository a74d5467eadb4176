import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { badType, notSynchronized } from "../codec/frame.js";
import { Ipv4Unicast, MessageType } from "../codec/iana.js";
import { nearValid } from "../codec/testing.arb.js";
import { seeded } from "./network.arb.js";
import { Peering } from "./peering.js";
import { CONFIG, messages } from "./rig.arb.js";
import { type Effect, type PeeringConfig, type SessionEvent, State } from "./types.js";

/** What may happen next. `which` picks among the connections that are there, or names one that is gone. */
type Step =
  | { readonly do: "start" | "stop" | "accept" | "expire" }
  | { readonly do: "connected" | "failed" | "closed" | "blocked" | "drained" | "fault"; readonly which: number }
  | { readonly do: "message"; readonly which: number; readonly kind: number; readonly octets: Uint8Array }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "refresh" | "demarcate" };

const whichArb = fc.nat(9);
const validArb: fc.Arbitrary<Uint8Array> = fc.constantFrom(...Object.values(messages));
const step = <Name extends string>(...names: readonly Name[]) =>
  fc.record({ do: fc.constantFrom(...names), which: whichArb });

const stepArb: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("start" as const, "refresh" as const, "demarcate" as const) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("stop" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("accept" as const, "expire" as const) }) },
  { weight: 4, arbitrary: step("connected") },
  { weight: 2, arbitrary: step("failed", "closed", "blocked", "drained", "fault") },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 500_000 }) }) },
  // The two that lead to Established are the likeliest.
  {
    weight: 10,
    arbitrary: fc
      .tuple(whichArb, fc.oneof(fc.constantFrom(messages.open, messages.keepalive), validArb))
      .map(([which, octets]) => ({ do: "message" as const, which, kind: octets[18] ?? 0, octets })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(whichArb, fc.nat(6), nearValid(validArb))
      .map(([which, kind, octets]) => ({ do: "message" as const, which, kind, octets })),
  },
);

const restart = {
  restarting: false,
  notification: true,
  time: 10,
  families: [{ family: Ipv4Unicast, forwarding: true }],
};
const configArb: fc.Arbitrary<PeeringConfig> = fc
  .record(
    {
      passive: fc.boolean(),
      delayOpen: fc.constant(3),
      collideEstablished: fc.boolean(),
      holdTime: fc.constantFrom(0, 3, 90),
      identifier: fc.constantFrom(1, 0xffffffff),
      gracefulRestart: fc.constant(restart),
    },
    { requiredKeys: [] },
  )
  .map((config) => ({ ...CONFIG, ...config }));

/** What an owner knows of a connection. */
interface Known {
  readonly incoming: boolean;
  up: boolean;
  open: boolean;
  /** Messages by type, in their order. */
  readonly sent: number[];
}

/** An owner that does as it is told and holds the Peering to what it must and must not do. */
class Owner {
  readonly peering: Peering;
  readonly connections = new Map<number, Known>();
  now = 0;
  established: number | null = null;
  states = new Set<State>();

  constructor(config: PeeringConfig, seed: number) {
    this.peering = new Peering(config, seeded(seed));
  }

  get open(): readonly number[] {
    return [...this.connections].filter(([, { open }]) => open).map(([connection]) => connection);
  }

  take(step: Step): void {
    const event = this.#eventOf(step);
    if (event !== null) this.tell(event);
  }

  /** The event a step means now, or null when no owner could report it. */
  #eventOf(step: Step): SessionEvent | null {
    const connections = [...this.connections.keys()];
    const named = "which" in step ? (connections.at(-1 - step.which) ?? 1_000) : 0;
    const known = this.connections.get(named);
    switch (step.do) {
      case "start":
      case "stop":
        return { type: step.do };
      case "accept": {
        const connection = this.peering.nextConnection();
        this.connections.set(connection, { incoming: true, up: true, open: true, sent: [] });
        return { type: "connected", connection, incoming: true };
      }
      case "expire":
        if (this.peering.deadline() < Number.POSITIVE_INFINITY) this.now = Math.max(this.now, this.peering.deadline());
        return { type: "tick" };
      case "pass":
        this.now += step.ms;
        return { type: "tick" };
      case "connected":
        if (known?.incoming !== false || known.up || !known.open) return null;
        known.up = true;
        return { type: "connected", connection: named, incoming: false };
      case "failed":
      case "closed":
        if (known !== undefined) known.open = false;
        if (this.established === named) this.established = null;
        return {
          type: step.do === "closed" ? "closed" : "connect-failed",
          connection: named,
          reason: "gone",
        };
      case "blocked":
      case "drained":
        return { type: step.do, connection: named };
      case "fault": {
        const fault = named % 2 === 0 ? badType : notSynchronized;
        if (known?.up === false) return null;
        const msg = messages.keepalive.subarray(0, 9);
        return { type: "fault", connection: named, found: { fault, start: 0, end: 19 }, msg };
      }
      case "message": {
        if (known?.up === false) return null;
        const { kind, octets } = step;
        return { type: "message", connection: named, kind, msg: octets, start: 0, end: octets.length };
      }
      case "refresh":
        return { type: "refresh", family: Ipv4Unicast };
      case "demarcate":
        return { type: "demarcate", family: Ipv4Unicast, subtype: 1 };
    }
  }

  tell(event: SessionEvent): void {
    const gone = event.type === "closed" || event.type === "connect-failed" ? event.connection : null;
    const effects = this.peering.handle(event, this.now);
    for (const effect of effects) this.#carryOut(effect, gone);
    this.states.add(this.peering.state);
    this.#hold(effects);
  }

  #carryOut(effect: Effect, gone: number | null): void {
    switch (effect.type) {
      case "connect":
        must(!this.connections.has(effect.connection), "a connection number is used twice");
        this.connections.set(effect.connection, { incoming: false, up: false, open: true, sent: [] });
        break;
      case "send": {
        const known = this.connections.get(effect.connection);
        must(known?.open === true && known.up, "sent over a connection that carries nothing");
        must(known?.sent.at(-1) !== MessageType.Notification, "sent something after a NOTIFICATION");
        known?.sent.push(effect.octets[18] ?? 0);
        break;
      }
      case "close": {
        const known = this.connections.get(effect.connection);
        must(known?.open === true, "closed twice");
        if (known !== undefined) known.open = false;
        break;
      }
      case "established":
        must(this.established === null, "two sessions at once");
        this.established = effect.connection;
        must(effect.negotiated.peerAs === CONFIG.peerAs, "a session with somebody else");
        break;
      case "down":
        must(effect.connection === (gone ?? this.established), "what was not up went down");
        this.established = null;
        break;
      case "limit":
        must(this.connections.get(effect.connection)?.open === true, "a limit for a closed connection");
        break;
      case "update":
        must(effect.connection === this.established, "an UPDATE without a session");
        break;
    }
  }

  #hold(effects: readonly Effect[]): void {
    const { peering } = this;
    // Bounded work and memory: whatever came, at most two connections and a handful of effects.
    must(this.open.length <= 2, "more than two connections");
    must(effects.length < 16, "too many effects of one event");
    // At most one session, and it is the state.
    must((peering.state === State.Established) === (this.established !== null), "the state is not that of the session");
    // A state that waits for something does not wait for ever, but for the three that do by configuration.
    const { holdTime = 90, passive = false } = peering.config;
    const stopped = peering.state === State.Idle && peering.deadline() === Number.POSITIVE_INFINITY;
    const listening = peering.state === State.Active && passive;
    const endless = peering.state === State.Established && holdTime === 0;
    must(stopped || listening || endless || peering.deadline() < Number.POSITIVE_INFINITY, "it waits for ever");
    must(peering.state !== State.Idle || this.open.length === 0, "a connection in Idle");
    // An OPEN is the first message, and the only OPEN, unless there is a reason to part at once.
    for (const { sent } of this.connections.values()) {
      must(sent.indexOf(MessageType.Open) === sent.lastIndexOf(MessageType.Open), "two OPENs");
      const [first = MessageType.Open] = sent;
      must(first === MessageType.Open || first === MessageType.Notification, "no OPEN before other messages");
    }
  }
}

const must = (holds: boolean, otherwise: string): void => {
  if (!holds) throw new Error(otherwise);
};

describe("whatever happens to a Peering", () => {
  it("it holds to its rules, and a stop ends everything", () => {
    const states = new Set<State>();
    fc.assert(
      fc.property(configArb, fc.integer(), fc.array(stepArb, { maxLength: 60, size: "max" }), (config, seed, steps) => {
        const owner = new Owner(config, seed);
        owner.take({ do: "start" });
        for (const one of steps) owner.take(one);
        owner.take({ do: "stop" });
        for (const one of owner.states) states.add(one);
        expect(owner.open).toEqual([]);
        expect(owner.peering.state).toBe(State.Idle);
        expect(owner.peering.deadline()).toBe(Number.POSITIVE_INFINITY);
        // And it stays so, whatever comes late.
        for (const one of steps) if (one.do !== "start") owner.take(one);
        expect(owner.peering.state).toBe(State.Idle);
        expect(owner.peering.deadline()).toBe(Number.POSITIVE_INFINITY);
      }),
      { numRuns: 1500 },
    );
    // The sequences get everywhere.
    expect([...states].sort()).toEqual(Object.values(State).sort());
  });

  it("ticks end: after one, the next deadline is later", () => {
    fc.assert(
      fc.property(configArb, fc.integer(), fc.array(stepArb, { maxLength: 40, size: "max" }), (config, seed, steps) => {
        const owner = new Owner(config, seed);
        owner.take({ do: "start" });
        for (const one of steps) {
          owner.take(one);
          owner.take({ do: "expire" });
          expect(owner.peering.deadline()).toBeGreaterThan(owner.now);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("the same inputs have the same effects", () => {
    fc.assert(
      fc.property(configArb, fc.integer(), fc.array(stepArb, { maxLength: 40 }), (config, seed, steps) => {
        const run = () => {
          const owner = new Owner(config, seed);
          const deadlines: number[] = [];
          for (const one of [{ do: "start" } as const, ...steps]) {
            owner.take(one);
            deadlines.push(owner.peering.deadline());
          }
          return { deadlines, connections: [...owner.connections] };
        };
        expect(run()).toEqual(run());
      }),
      { numRuns: 100 },
    );
  });
});
