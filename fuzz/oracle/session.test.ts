import { describe, expect, it } from "vitest";
import { Ipv6Unicast, MessageType } from "../../src/codec/iana.js";
import { keepalive } from "../../src/codec/message/keepalive.js";
import { encodeNotification } from "../../src/codec/message/notification.js";
import { u8 } from "../../src/codec/octets.js";
import { Peering } from "../../src/session/peering.js";
import type { Effect, Negotiated, PeeringConfig, SessionEvent } from "../../src/session/types.js";
import { seedsOf } from "../campaign/campaign.js";
import { fuzzSession } from "../targets/session.js";
import type { Machine } from "./session.js";
import { OracleViolation } from "./violation.js";

/** What a wrong machine does to the effects of the right one. */
type Alter = (effects: readonly Effect[], event: SessionEvent) => readonly Effect[];

/** A machine that is right but for one thing. */
class Wrong implements Machine {
  readonly #right: Peering;
  readonly #alter: Alter;

  constructor(config: PeeringConfig, random: () => number, alter: Alter) {
    this.#right = new Peering(config, random);
    this.#alter = alter;
  }

  get state() {
    return this.#right.state;
  }
  get negotiated() {
    return this.#right.negotiated;
  }
  get connectRetryCounter() {
    return this.#right.connectRetryCounter;
  }
  nextConnection(): number {
    return this.#right.nextConnection();
  }
  deadline(): number {
    return this.#right.deadline();
  }
  handle(event: SessionEvent, now: number): readonly Effect[] {
    return this.#alter(this.#right.handle(event, now), event);
  }
  updateReceived(connection: number, now: number): boolean {
    return this.#right.updateReceived(connection, now);
  }
  updateSent(connection: number, now: number): void {
    this.#right.updateSent(connection, now);
  }
}

const seeds = seedsOf("session-machine").map(({ data }) => data);

/** What the oracle says of a machine, over all seeds. */
const verdicts = (machine: (config: PeeringConfig, random: () => number) => Machine): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const seed of seeds) {
    try {
      fuzzSession(seed, machine);
    } catch (error) {
      if (!(error instanceof OracleViolation)) throw error;
      found.add(error.what);
    }
  }
  return found;
};

const isSent = (effect: Effect, type: MessageType): boolean => effect.type === "send" && u8(effect.octets, 18) === type;

const each =
  (change: (effect: Effect) => readonly Effect[]): Alter =>
  (effects) =>
    effects.flatMap(change);

/** A session with something else negotiated. */
const agreeing = (change: (negotiated: Negotiated) => Partial<Negotiated>): Alter =>
  each((effect) =>
    effect.type === "established"
      ? [{ ...effect, negotiated: { ...effect.negotiated, ...change(effect.negotiated) } }]
      : [effect],
  );

const log: Effect = { type: "log", line: "a line \u001b[2J" };
const notification = encodeNotification({ code: 6, subcode: 8, data: new Uint8Array(0) });

describe("the oracle of sessions", () => {
  it("has nothing against the machine", () => {
    expect(verdicts((config, random) => new Peering(config, random))).toEqual(new Set());
  });

  it.each<[string, Alter]>([
    [
      "sends over a connection that carries nothing",
      each((one) =>
        one.type === "close" ? [one, { type: "send", connection: one.connection, octets: keepalive }] : [one],
      ),
    ],
    [
      "sends something after a NOTIFICATION",
      each((one) => (isSent(one, MessageType.Notification) ? [one, { ...one, octets: keepalive } as Effect] : [one])),
    ],
    ["sends a second OPEN", each((one) => (isSent(one, MessageType.Open) ? [one, one] : [one]))],
    [
      "sends something before its OPEN",
      each((one) => (isSent(one, MessageType.Open) ? [{ ...one, octets: keepalive } as Effect, one] : [one])),
    ],
    [
      "sends no whole message",
      each((one) => (one.type === "send" ? [{ ...one, octets: one.octets.subarray(0, -1) }] : [one])),
    ],
    [
      "sends an OPEN that is not the one it proposes",
      each((one) => (isSent(one, MessageType.Open) ? [{ ...one, octets: changedIn(one, 23) } as Effect] : [one])),
    ],
    ["closes a connection that is not open", each((one) => (one.type === "close" ? [one, one] : [one]))],
    [
      "a session ends that was none",
      each((one) =>
        one.type === "close" ? [one, { type: "down", connection: one.connection, reason: "", graceful: false }] : [one],
      ),
    ],
    ["a connection number is used twice", each((one) => (one.type === "connect" ? [one, one] : [one]))],
    [
      "hands on an UPDATE without a session",
      each((one) => (one.type === "established" ? [{ type: "update", connection: one.connection }, one] : [one])),
    ],
    ["two sessions at once", each((one) => (one.type === "established" ? [one, one] : [one]))],
    ["a log line has control characters", (effects) => [...effects, log]],
    ["a log line is as long as the peer wants it", (effects) => [...effects, { type: "log", line: "a".repeat(5000) }]],
    [
      "a message of type 1: the effects are not those of RFC 4271 §8",
      each((one) => (isSent(one, MessageType.Keepalive) ? [] : [one])),
    ],
    [
      "a message of type 4: the effects are not those of RFC 4271 §8",
      (effects, event) =>
        event.type === "message" && event.kind === MessageType.Keepalive
          ? effects.map((one) =>
              isSent(one, MessageType.Notification) ? ({ ...one, octets: notification } as Effect) : one,
            )
          : effects,
    ],
    [
      "stop: the effects are not those of RFC 4271 §8",
      (effects, event) => (event.type === "stop" ? effects.filter((one) => one.type !== "send") : effects),
    ],
    [
      "tick: the effects are not those of RFC 4271 §8",
      (effects, event) =>
        event.type === "tick"
          ? effects.map((one) =>
              isSent(one, MessageType.Notification) ? ({ ...one, octets: notification } as Effect) : one,
            )
          : effects,
    ],
  ])("says: %s", (what, alter) => {
    expect(verdicts((config, random) => new Wrong(config, random, alter))).toContain(what);
  });

  it.each<[string, (negotiated: Negotiated) => Partial<Negotiated>]>([
    ["holdTime", ({ holdTime }) => ({ holdTime: holdTime + 1 })],
    ["peerAs", () => ({ peerAs: 23456 })],
    ["external", ({ external }) => ({ external: !external })],
    ["remoteIdentifier", () => ({ remoteIdentifier: 7 })],
    ["routeRefresh", ({ routeRefresh }) => ({ routeRefresh: !routeRefresh })],
    ["enhancedRefresh", ({ enhancedRefresh }) => ({ enhancedRefresh: !enhancedRefresh })],
    ["notificationRestart", () => ({ notificationRestart: true })],
    ["receive.asnSize", ({ receive }) => ({ receive: { ...receive, asnSize: receive.asnSize === 2 ? 4 : 2 } })],
    ["receive.maxMessage", ({ receive }) => ({ receive: { ...receive, maxMessage: 65535 } })],
    ["receive.addPath", ({ receive }) => ({ receive: { ...receive, addPath: new Set([Ipv6Unicast]) } })],
    ["send.families", ({ send }) => ({ send: { ...send, families: new Set() } })],
    ["send.extendedNextHop", ({ send }) => ({ send: { ...send, extendedNextHop: new Set([Ipv6Unicast]) } })],
  ])("reads the OPENs itself: %s", (field, change) => {
    // Two machines of one kind: only the first is held to what the OPENs say.
    const found = verdicts((config, random) => new Wrong(config, random, agreeing(change)));
    expect(found).toContain(`the OPENs agree on another ${field}`);
  });

  it("knows when timers are due", () => {
    const found = verdicts((config, random) => {
      const machine = new Wrong(config, random, (effects) => effects);
      const right = machine.deadline.bind(machine);
      machine.deadline = () => right() + 1000;
      return machine;
    });
    expect(found).toContain("start: the next timer is another");
  });

  it("notices a machine that the size of chunks makes a difference to", () => {
    let made = 0;
    const found = verdicts(
      (config, random) =>
        // The second of each two is the one that gets its octets in pieces.
        new Wrong(
          config,
          random,
          made++ % 2 === 0 ? (all) => all : each((one) => (isSent(one, MessageType.Keepalive) ? [] : [one])),
        ),
    );
    expect(found).toContain("the chunks that octets arrive in change what the machine does");
  });
});

const changedIn = (effect: Effect, at: number): Uint8Array => {
  const octets = effect.type === "send" ? effect.octets.slice() : new Uint8Array(0);
  octets[at] = u8(octets, at) ^ 1;
  return octets;
};
