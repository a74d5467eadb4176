import { describe, expect, it } from "vitest";
import { declareFault, Verdict } from "../codec/fault.js";
import { badLength, notSynchronized } from "../codec/frame.js";
import { CeaseSubcode, Ipv4Unicast, Ipv6Unicast, MessageType } from "../codec/iana.js";
import {
  decodeNotification,
  encodeNotification,
  hardResetReason,
  shutdownCommunication,
} from "../codec/message/notification.js";
import { encodeOpen } from "../codec/message/open.js";
import { OrfAction } from "../codec/message/orf.js";
import { decodeRouteRefresh, encodeRouteRefresh } from "../codec/message/route-refresh.js";
import { Peering } from "./peering.js";
import { proposal } from "./proposal.js";
import { CONFIG, messages, others, PEER_CONFIG, Rig, sent } from "./rig.arb.js";
import { type Effect, type PeeringConfig, State } from "./types.js";

const { Idle, Connect, Active, OpenSent, OpenConfirm, Established } = State;
const ALL = Object.values(State);
const TALKING = [OpenSent, OpenConfirm, Established] as const;

const octetsSent = (effects: readonly Effect[]): Uint8Array[] =>
  effects.flatMap((effect) => (effect.type === "send" ? [effect.octets] : []));
const notificationIn = (effects: readonly Effect[]) => {
  const octets = octetsSent(effects).find((one) => one[18] === MessageType.Notification) ?? new Uint8Array(0);
  const { value } = decodeNotification(octets, 0, octets.length);
  if (value === null) throw new Error("no NOTIFICATION was sent");
  return value;
};
const malformedUpdate = declareFault("test/update", Verdict.SessionReset, [3, 1], "RFC 4271 §6.3");

describe("RFC 4271 §8.2.2, administrative events", () => {
  it("Idle, Event 1: initiates a connection, starts the ConnectRetryTimer, changes to Connect", () => {
    const rig = Rig.in(Idle);
    expect(rig.peering.deadline()).toBe(Infinity);
    expect(others(rig.do({ type: "start" }))).toEqual(["connect"]);
    expect(rig.state).toBe(Connect);
    expect(rig.peering.deadline()).toBe(rig.now + 120_000);
  });

  it("Idle, Event 4 (passive): initiates nothing, changes to Active", () => {
    const rig = Rig.in(Idle, { passive: true });
    expect(rig.do({ type: "start" })).toEqual([]);
    expect(rig.state).toBe(Active);
    expect(rig.peering.deadline()).toBe(Infinity);
    expect(sent(rig.accept())).toEqual(["OPEN"]);
    expect(rig.state).toBe(OpenSent);
  });

  for (const state of ALL.filter((one) => one !== Idle)) {
    it(`${state}, Event 1: is ignored`, () => {
      const rig = Rig.in(state);
      const before = rig.peering.deadline();
      expect(rig.do({ type: "start" })).toEqual([]);
      expect(rig.state).toBe(state);
      expect(rig.peering.deadline()).toBe(before);
    });
  }

  const stops: Readonly<Record<State, { sent: string[]; others: string[] }>> = {
    Idle: { sent: [], others: [] },
    Connect: { sent: [], others: ["close"] },
    Active: { sent: [], others: [] },
    OpenSent: { sent: ["6/2"], others: ["close"] },
    OpenConfirm: { sent: ["6/2"], others: ["close"] },
    Established: { sent: ["6/2"], others: ["close", "down"] },
  };
  for (const state of ALL) {
    const expected = stops[state];
    it(`${state}, Event 2: sends ${expected.sent.join() || "nothing"}, changes to Idle, no timer runs`, () => {
      const rig = Rig.in(state);
      rig.peering.connectRetryCounter = 7;
      const effects = rig.do({ type: "stop" });
      expect(sent(effects)).toEqual(expected.sent);
      expect(others(effects)).toEqual(expected.others);
      expect(rig.state).toBe(Idle);
      expect(rig.peering.deadline()).toBe(Infinity);
      expect(rig.peering.connectRetryCounter).toBe(0);
    });
  }

  it("says why it stops, cut to 255 octets at a character (RFC 9003 §2)", () => {
    const effects = Rig.in(Established).do({ type: "stop", communication: `${"x".repeat(254)}é` });
    const notification = notificationIn(effects);
    expect(shutdownCommunication(notification)).toBe("x".repeat(254));
    const reset = Rig.in(Established).do({ type: "stop", subcode: 4, communication: "back in a minute \ud800" });
    expect(notificationIn(reset).subcode).toBe(4);
    expect(shutdownCommunication(notificationIn(reset))).toBe("back in a minute \ufffd");
  });

  it("says nothing with a subcode that has no place for it", () => {
    const effects = Rig.in(Established).do({
      type: "stop",
      subcode: CeaseSubcode.PeerDeconfigured,
      communication: "x",
    });
    expect(notificationIn(effects)).toEqual({ code: 6, subcode: 3, data: new Uint8Array(0) });
  });
});

describe("RFC 4271 §8.2.2, timer events", () => {
  it("Connect, Event 9: drops the attempt, makes another, restarts the timer, stays", () => {
    const rig = Rig.in(Connect);
    const first = rig.connection;
    const effects = rig.expire();
    expect(effects).toContainEqual({ type: "close", connection: first, reason: "ConnectRetryTimer expired" });
    expect(effects).toContainEqual({ type: "connect", connection: rig.connection });
    expect(rig.connection).not.toBe(first);
    expect(rig.state).toBe(Connect);
    expect(rig.peering.deadline()).toBe(rig.now + 120_000);
  });

  it("Connect, Event 9, beside a connection of the peer's: drops the attempt and makes no other", () => {
    const rig = Rig.in(Connect);
    rig.accept();
    expect(others(rig.expire())).toEqual(["close"]);
    expect(rig.state).toBe(OpenSent);
    rig.closed();
    expect(rig.state).toBe(Active);
    expect(rig.peering.deadline()).toBe(rig.now + 120_000);
  });

  it("Active, Event 9: initiates a connection, restarts the timer, changes to Connect", () => {
    const rig = Rig.in(Active);
    expect(rig.peering.deadline()).toBe(rig.now + 120_000);
    expect(others(rig.expire())).toEqual(["connect"]);
    expect(rig.state).toBe(Connect);
    expect(rig.peering.deadline()).toBe(rig.now + 120_000);
  });

  it("OpenSent, Event 10: after four minutes sends 4/0, changes to Idle", () => {
    const rig = Rig.in(OpenSent);
    expect(rig.peering.deadline()).toBe(rig.now + 240_000);
    const effects = rig.expire();
    expect(sent(effects)).toEqual(["4/0"]);
    expect(others(effects)).toEqual(["close"]);
    expect(rig.state).toBe(Idle);
    expect(rig.peering.connectRetryCounter).toBe(1);
  });

  for (const state of [OpenConfirm, Established]) {
    it(`${state}, Event 10: after the negotiated hold time sends 4/0, changes to Idle`, () => {
      const rig = Rig.in(state);
      expect(sent(rig.pass(89_999)).filter((one) => one !== "KEEPALIVE")).toEqual([]);
      expect(rig.state).toBe(state);
      const effects = rig.pass(1);
      expect(sent(effects)).toContain("4/0");
      expect(others(effects)).toEqual(state === Established ? ["close", "down"] : ["close"]);
      expect(rig.state).toBe(Idle);
      expect(rig.peering.connectRetryCounter).toBe(1);
    });

    it(`${state}, Event 11: sends a KEEPALIVE each third of the hold time`, () => {
      const rig = Rig.in(state);
      expect(rig.peering.deadline()).toBe(rig.now + 30_000);
      expect(sent(rig.expire())).toEqual(["KEEPALIVE"]);
      expect(rig.peering.deadline()).toBe(rig.now + 30_000);
      expect(rig.state).toBe(state);
    });
  }

  it("Established: an UPDATE of ours stands for a KEEPALIVE", () => {
    const rig = Rig.in(Established);
    rig.now += 20_000;
    rig.peering.updateSent(rig.connection, rig.now);
    expect(rig.peering.deadline()).toBe(rig.now + 30_000);
  });

  it("Connect and Active, Event 12: the OPEN is sent when the DelayOpenTimer expires", () => {
    for (const arrive of [(rig: Rig) => rig.connected(), (rig: Rig) => rig.accept()]) {
      const rig = Rig.in(Connect, { delayOpen: 10 });
      expect(sent(arrive(rig))).toEqual([]);
      expect(rig.state).toBe(Connect);
      expect(rig.peering.deadline()).toBe(rig.now + 10_000);
      expect(sent(rig.expire())).toEqual(["OPEN"]);
      expect(rig.state).toBe(OpenSent);
    }
  });

  it("Idle, Event 13: starts again when the IdleHoldTimer expires", () => {
    const rig = Rig.in(OpenSent);
    rig.receive(messages.cease);
    expect(rig.state).toBe(Idle);
    expect(rig.peering.deadline()).toBe(rig.now + 5_000);
    expect(others(rig.expire())).toEqual(["connect"]);
    expect(rig.state).toBe(Connect);
    expect(rig.peering.connectRetryCounter).toBe(1);
  });

  it("holds an oscillating peer in Idle twice as long each time, up to a limit, until a session lasts", () => {
    const rig = Rig.in(Idle, { idleHold: 5, idleHoldMax: 30 });
    rig.do({ type: "start" });
    const held: number[] = [];
    const session = (lasts: number): void => {
      rig.connected();
      rig.receive(messages.open);
      rig.receive(messages.keepalive);
      rig.pass(lasts);
      rig.do({
        type: "fault",
        connection: rig.connection,
        found: { fault: malformedUpdate, start: 0, end: 0 },
        msg: messages.update,
      });
      held.push(rig.peering.deadline() - rig.now);
      rig.expire();
    };
    for (const lasts of [0, 0, 0, 0, 0, 30_000, 0]) session(lasts);
    expect(held).toEqual([5_000, 10_000, 20_000, 30_000, 30_000, 5_000, 10_000]);
    expect(rig.peering.connectRetryCounter).toBe(7);
  });

  it("Established, Event 25: counts but does not damp", () => {
    const rig = Rig.in(Established);
    for (let times = 1; times <= 3; times++) {
      rig.receive(messages.cease);
      expect(rig.peering.deadline()).toBe(rig.now + 5_000);
      expect(rig.peering.connectRetryCounter).toBe(times);
      rig.expire();
      rig.connected();
      rig.receive(messages.open);
      rig.receive(messages.keepalive);
    }
  });

  it("a start ends the IdleHoldTimer and forgets the oscillation", () => {
    const rig = Rig.in(OpenSent);
    rig.receive(messages.cease);
    expect(others(rig.do({ type: "start" }))).toEqual(["connect"]);
    expect(rig.peering.connectRetryCounter).toBe(0);
  });

  it("§10: every timer but the HoldTimer is drawn down to three quarters by jitter", () => {
    const at = (random: number) => {
      const rig = new Rig({}, () => random);
      rig.do({ type: "start" });
      const connectRetry = rig.peering.deadline() - rig.now;
      rig.connected();
      rig.receive(messages.open);
      return [connectRetry, rig.peering.deadline() - rig.now];
    };
    expect(at(0)).toEqual([90_000, 22_500]);
    expect(at(0.5)).toEqual([105_000, 26_250]);
  });

  it("§4.2: with a hold time of zero neither timer runs in Established, and who never confirms is let go", () => {
    const rig = Rig.in(OpenConfirm, { holdTime: 0 });
    expect(rig.peering.deadline()).toBe(rig.now + 240_000);
    rig.receive(messages.keepalive);
    expect(rig.state).toBe(Established);
    expect(rig.peering.deadline()).toBe(Infinity);
    expect(sent(Rig.in(OpenConfirm, { holdTime: 0 }).expire())).toEqual(["4/0"]);
  });
});

describe("RFC 9687, the SendHoldTimer", () => {
  const alive = (rig: Rig, ms: number): string[] => {
    const all: string[] = [];
    for (let passed = 0; passed < ms && rig.state === Established; passed += 10_000) {
      all.push(...sent(rig.pass(10_000)).filter((one) => one !== "KEEPALIVE"));
      if (rig.state === Established) rig.receive(messages.keepalive);
    }
    return all;
  };

  it("sends 8/0 and closes when the peer takes nothing for eight minutes, alive as it may be", () => {
    const rig = Rig.in(Established);
    rig.do({ type: "blocked", connection: rig.connection });
    expect(alive(rig, 470_000)).toEqual([]);
    rig.do({ type: "blocked", connection: rig.connection });
    expect(alive(rig, 10_000)).toEqual(["8/0"]);
    expect(rig.state).toBe(Idle);
  });

  it("is twice the hold time where that is longer, or as configured, or off", () => {
    const until = (config: Partial<PeeringConfig>, peer: Partial<PeeringConfig> = {}): number => {
      const rig = Rig.in(OpenSent, config);
      rig.receive(encodeOpen(proposal({ ...PEER_CONFIG, ...peer }, 65001)));
      rig.receive(messages.keepalive);
      rig.do({ type: "blocked", connection: rig.connection });
      const before = rig.now;
      while (rig.state === Established && rig.now - before < 4_000_000) {
        rig.expire();
        rig.peering.updateReceived(rig.connection, rig.now);
      }
      return rig.state === Established ? Infinity : (rig.now - before) / 1000;
    };
    expect(until({ holdTime: 600 }, { holdTime: 600 })).toBe(1200);
    expect(until({ sendHold: 200 })).toBe(200);
    expect(until({ sendHold: 0 })).toBe(Infinity);
  });

  it("stops when the peer takes octets again, and never runs without a hold time", () => {
    const rig = Rig.in(Established);
    rig.do({ type: "blocked", connection: rig.connection });
    rig.do({ type: "drained", connection: rig.connection });
    expect(alive(rig, 1_000_000)).toEqual([]);
    const without = Rig.in(Established, { holdTime: 0 });
    without.do({ type: "blocked", connection: without.connection });
    expect(without.peering.deadline()).toBe(Infinity);
    const early = Rig.in(OpenSent);
    early.do({ type: "blocked", connection: early.connection });
    early.receive(encodeOpen(proposal({ ...PEER_CONFIG, holdTime: 0 }, 65001)));
    early.receive(messages.keepalive);
    expect(early.peering.deadline()).toBe(Infinity);
  });
});

describe("RFC 4271 §8.2.2, connection events", () => {
  it("Idle, Event 17: refuses. Stopped it says Cease/5, held in Idle it only closes", () => {
    const stopped = Rig.in(Idle);
    const refused = stopped.accept();
    expect(sent(refused)).toEqual(["6/5"]);
    expect(others(refused)).toEqual(["close"]);
    const held = Rig.in(OpenSent);
    held.receive(messages.cease);
    const turnedAway = held.accept();
    expect(sent(turnedAway)).toEqual([]);
    expect(others(turnedAway)).toEqual(["close"]);
    expect(held.state).toBe(Idle);
  });

  it("Connect, Event 16: stops the ConnectRetryTimer, sends an OPEN, changes to OpenSent", () => {
    const rig = Rig.in(Connect);
    const effects = rig.connected();
    expect(octetsSent(effects)).toEqual([encodeOpen(proposal(CONFIG, 65002))]);
    expect(rig.state).toBe(OpenSent);
    expect(rig.peering.deadline()).toBe(rig.now + 240_000);
  });

  it("Active, Event 17: likewise", () => {
    const rig = Rig.in(Active);
    expect(sent(rig.accept())).toEqual(["OPEN"]);
    expect(rig.state).toBe(OpenSent);
    expect(rig.peering.deadline()).toBe(rig.now + 240_000);
  });

  it("Connect, Event 17: our own attempt goes on beside the peer's", () => {
    const rig = Rig.in(Connect);
    const effects = rig.accept();
    expect(sent(effects)).toEqual(["OPEN"]);
    expect(others(effects)).toEqual([]);
    expect(sent(rig.connected(1))).toEqual(["OPEN"]);
  });

  it("OpenSent, Event 18, beside an attempt of our own: that one and its timer go on", () => {
    const rig = Rig.in(Connect);
    const expires = rig.peering.deadline();
    rig.accept();
    rig.now += 1_000;
    rig.closed();
    expect(rig.state).toBe(Connect);
    expect(rig.peering.deadline()).toBe(expires);
  });

  it("Connect, Event 18: changes to Idle and tries again after a while, sending nothing (also for a failed TLS handshake)", () => {
    const rig = Rig.in(Connect);
    const effects = rig.do({ type: "connect-failed", connection: rig.connection, reason: "TLS alert 120" });
    expect(sent(effects)).toEqual([]);
    expect(others(effects)).toEqual([]);
    expect(rig.state).toBe(Idle);
    expect(rig.peering.connectRetryCounter).toBe(0);
    expect(rig.peering.lastError).toEqual({
      notification: null,
      reason: "connection failed in Connect: TLS alert 120",
    });
    expect(others(rig.expire())).toEqual(["connect"]);
  });

  it("Connect with DelayOpenTimer, Event 18: restarts the ConnectRetryTimer, changes to Active", () => {
    const rig = Rig.in(Connect, { delayOpen: 10 });
    rig.connected();
    rig.closed();
    expect(rig.state).toBe(Active);
    expect(rig.peering.deadline()).toBe(rig.now + 120_000);
  });

  it("Active with DelayOpenTimer, Event 18: counts, changes to Idle", () => {
    const rig = Rig.in(Active, { passive: true, delayOpen: 10 });
    rig.accept();
    expect(rig.state).toBe(Active);
    rig.closed();
    expect(rig.state).toBe(Idle);
    expect(rig.peering.connectRetryCounter).toBe(1);
  });

  it("OpenSent, Event 18: restarts the ConnectRetryTimer, changes to Active", () => {
    const rig = Rig.in(OpenSent);
    expect(others(rig.closed())).toEqual([]);
    expect(rig.state).toBe(Active);
    expect(rig.peering.connectRetryCounter).toBe(0);
    expect(rig.peering.deadline()).toBe(rig.now + 120_000);
  });

  for (const state of [OpenConfirm, Established]) {
    it(`${state}, Event 18: counts, changes to Idle`, () => {
      const rig = Rig.in(state);
      const effects = rig.closed();
      expect(sent(effects)).toEqual([]);
      expect(others(effects)).toEqual(state === Established ? ["down"] : []);
      expect(rig.state).toBe(Idle);
      expect(rig.peering.connectRetryCounter).toBe(1);
    });
  }

  it("a success that comes too late is closed", () => {
    const rig = Rig.in(Connect);
    rig.do({ type: "stop" });
    expect(others(rig.connected())).toEqual(["close"]);
    expect(rig.state).toBe(Idle);
  });

  it("events of a connection that is closed mean nothing", () => {
    const rig = Rig.in(Established);
    const old = rig.connection;
    rig.closed();
    for (const octets of Object.values(messages)) expect(rig.receive(octets, old)).toEqual([]);
    expect(rig.closed(old)).toEqual([]);
    expect(rig.do({ type: "blocked", connection: old })).toEqual([]);
    expect(rig.peering.updateReceived(old, rig.now)).toBe(false);
    expect(rig.state).toBe(Idle);
  });

  it("refuses with Cease/5 whatever comes beside two connections", () => {
    const rig = Rig.in(OpenSent);
    rig.accept();
    for (let i = 0; i < 100; i++) {
      const effects = rig.accept();
      expect(sent(effects)).toEqual(["6/5"]);
      expect(others(effects)).toEqual(["close"]);
    }
    const beside = Rig.in(OpenSent);
    beside.accept();
    beside.receive(messages.open);
    beside.receive(messages.keepalive);
    expect(beside.state).toBe(Established);
    expect(sent(beside.accept())).toEqual(["6/5"]);
    const established = Rig.in(Established);
    expect(sent(established.accept())).toEqual(["OPEN"]);
    expect(sent(established.accept())).toEqual(["6/5"]);
    expect(established.state).toBe(Established);
  });
});

describe("RFC 4271 §8.2.2, message events", () => {
  it("OpenSent, Event 19: sends a KEEPALIVE, sets the timers, changes to OpenConfirm", () => {
    const rig = Rig.in(OpenSent);
    const effects = rig.receive(messages.open);
    expect(sent(effects)).toEqual(["KEEPALIVE"]);
    expect(effects).toContainEqual({ type: "limit", connection: rig.connection, maxMessage: 65535 });
    expect(rig.state).toBe(OpenConfirm);
  });

  it("raises no limit that we did not offer (RFC 8654 §5)", () => {
    const rig = Rig.in(OpenSent, { extendedMessages: false });
    expect(others(rig.receive(messages.open))).toEqual([]);
  });

  it("Connect and Active with DelayOpenTimer, Event 20: sends OPEN and KEEPALIVE, changes to OpenConfirm", () => {
    for (const arrive of [(rig: Rig) => rig.connected(), (rig: Rig) => rig.accept()]) {
      const rig = Rig.in(Connect, { delayOpen: 10 });
      arrive(rig);
      expect(sent(rig.receive(messages.open))).toEqual(["OPEN", "KEEPALIVE"]);
      expect(rig.state).toBe(OpenConfirm);
      expect(rig.peering.deadline()).toBe(rig.now + 30_000);
    }
  });

  it("OpenConfirm, Event 26: changes to Established", () => {
    const rig = Rig.in(OpenConfirm);
    rig.now += 10_000;
    const effects = rig.receive(messages.keepalive);
    expect(effects).toEqual([{ type: "established", connection: rig.connection, negotiated: rig.peering.negotiated }]);
    expect(rig.state).toBe(Established);
    expect(rig.peering.negotiated?.holdTime).toBe(90);
  });

  it("Established, Events 26 and 27: restart the HoldTimer and allocate nothing", () => {
    const rig = Rig.in(Established);
    const update = rig.receive(messages.update);
    expect(update).toEqual([{ type: "update", connection: rig.connection }]);
    const quiet = rig.receive(messages.keepalive);
    expect(quiet).toEqual([]);
    for (const shared of [update, quiet]) expect(Object.isFrozen(shared)).toBe(true);
    expect(rig.receive(messages.update)).toBe(update);
    expect(rig.receive(messages.keepalive)).toBe(quiet);
    const receive: readonly (() => unknown)[] = [
      () => rig.receive(messages.update),
      () => rig.receive(messages.keepalive),
      () => rig.peering.updateReceived(rig.connection, rig.now),
    ];
    for (const one of receive) {
      rig.pass(80_000);
      one();
      rig.pass(80_000);
      expect(rig.state).toBe(Established);
      one();
    }
  });

  it("only in Established is an UPDATE to be handed on", () => {
    for (const state of TALKING) {
      const rig = Rig.in(state);
      expect(rig.peering.updateReceived(rig.connection, rig.now)).toBe(state === Established);
    }
  });

  for (const [state, what, subcode, type] of [
    [OpenSent, "keepalive", 1, 4],
    [OpenSent, "update", 1, 2],
    [OpenSent, "refresh", 1, 5],
    [OpenConfirm, "open", 2, 1],
    [OpenConfirm, "update", 2, 2],
    [OpenConfirm, "refresh", 2, 5],
    [Established, "open", 3, 1],
  ] as const) {
    it(`${state}, unexpected ${what}: sends 5/${subcode} with type ${type} as data, changes to Idle (RFC 6608 §4)`, () => {
      const rig = Rig.in(state);
      const effects = rig.receive(messages[what]);
      expect(notificationIn(effects)).toEqual({ code: 5, subcode, data: Uint8Array.of(type) });
      expect(others(effects)).toEqual(state === Established ? ["close", "down"] : ["close"]);
      expect(rig.state).toBe(Idle);
      expect(rig.peering.connectRetryCounter).toBe(1);
      expect(rig.peering.lastError?.notification).toEqual({ code: 5, subcode, sent: true });
    });
  }

  it("Connect and Active with DelayOpenTimer, unexpected message: drops the connection and sends nothing", () => {
    for (const what of ["keepalive", "update", "refresh"] as const) {
      const rig = Rig.in(Connect, { delayOpen: 10 });
      rig.connected();
      const effects = rig.receive(messages[what]);
      expect(sent(effects)).toEqual([]);
      expect(others(effects)).toEqual(["close"]);
      expect(rig.state).toBe(Idle);
      expect(rig.peering.connectRetryCounter).toBe(1);
    }
  });

  for (const state of TALKING) {
    it(`${state}, Event 25: changes to Idle and answers nothing`, () => {
      const rig = Rig.in(state);
      const effects = rig.receive(messages.cease);
      expect(sent(effects)).toEqual([]);
      expect(others(effects)).toEqual(state === Established ? ["close", "down"] : ["close"]);
      expect(rig.state).toBe(Idle);
      expect(rig.peering.connectRetryCounter).toBe(1);
      expect(rig.peering.lastError?.notification).toEqual({ code: 6, subcode: 2, sent: false });
    });

    it(`${state}, Event 24: ${state === Established ? "counts" : "does not count"}`, () => {
      const rig = Rig.in(state);
      expect(sent(rig.receive(messages.versionError))).toEqual([]);
      expect(rig.state).toBe(Idle);
      expect(rig.peering.connectRetryCounter).toBe(state === Established ? 1 : 0);
    });

    it(`${state}, Event 21: sends the header error`, () => {
      const rig = Rig.in(state);
      const found = { fault: badLength, start: 16, end: 18, data: Uint8Array.of(0, 5) };
      const effects = rig.do({ type: "fault", connection: rig.connection, found, msg: messages.keepalive });
      expect(notificationIn(effects)).toEqual({ code: 1, subcode: 2, data: Uint8Array.of(0, 5) });
      expect(rig.state).toBe(Idle);
    });
  }

  it("Connect with DelayOpenTimer, Events 21 and 22: sends the error before any OPEN, changes to Idle", () => {
    const header = Rig.in(Connect, { delayOpen: 10 });
    header.connected();
    const found = { fault: notSynchronized, start: 0, end: 16 };
    // Fewer octets than the fault speaks of: the framer gives up at the first wrong one.
    const effects = header.do({ type: "fault", connection: header.connection, found, msg: Uint8Array.of(0x16, 3) });
    expect(sent(effects)).toEqual(["1/1"]);
    expect(header.state).toBe(Idle);
    const open = Rig.in(Connect, { delayOpen: 10 });
    open.connected();
    expect(sent(open.receive(messages.wrongAs))).toEqual(["2/2"]);
    expect(open.state).toBe(Idle);
  });

  it("OpenSent, Event 22: sends what decoding or negotiation found", () => {
    const shortHold = messages.open.slice();
    shortHold.set([0, 2], 22);
    const version = messages.open.slice();
    version[19] = 3;
    for (const [octets, expected, data] of [
      [messages.wrongAs, "2/2", []],
      [shortHold, "2/6", []],
      [version, "2/1", [0, 4]],
    ] as const) {
      const rig = Rig.in(OpenSent);
      const effects = rig.receive(octets);
      expect(sent(effects)).toEqual([expected]);
      expect([...notificationIn(effects).data]).toEqual(data);
      expect(rig.state).toBe(Idle);
      expect(rig.peering.connectRetryCounter).toBe(1);
    }
  });

  it("Established, Event 28: sends the UPDATE error with its data", () => {
    const rig = Rig.in(Established);
    const found = { fault: malformedUpdate, start: 19, end: 23, data: Uint8Array.of(1, 2, 3) };
    const effects = rig.do({ type: "fault", connection: rig.connection, found, msg: messages.update });
    expect(notificationIn(effects)).toEqual({ code: 3, subcode: 1, data: Uint8Array.of(1, 2, 3) });
    expect(others(effects)).toEqual(["close", "down"]);
  });

  it("cuts the data to what the peer takes (RFC 8654 §5)", () => {
    const rig = Rig.in(OpenSent);
    rig.receive(encodeOpen(proposal({ ...PEER_CONFIG, extendedMessages: false }, 65001)));
    rig.receive(messages.keepalive);
    const found = { fault: malformedUpdate, start: 0, end: 0, data: new Uint8Array(60_000) };
    const effects = rig.do({ type: "fault", connection: rig.connection, found, msg: messages.update });
    expect(octetsSent(effects)[0]?.length).toBe(4096);
  });
});

describe("RFC 4271 §6.8, collision of connections", () => {
  const LOWER: Partial<PeeringConfig> = { identifier: 0x09000000 };

  /** Ours in OpenSent, then the peer's; the OPEN comes over `first`, then over the other. */
  const collide = (config: Partial<PeeringConfig>, first: "ours" | "theirs") => {
    const rig = Rig.in(OpenSent, config);
    const ours = rig.connection;
    rig.accept();
    const theirs = rig.connection;
    const [one, other] = first === "ours" ? [ours, theirs] : [theirs, ours];
    expect(sent(rig.receive(messages.open, one))).toEqual(["KEEPALIVE"]);
    const effects = rig.receive(messages.open, other);
    const closed = effects.flatMap((effect) => (effect.type === "close" ? [effect.connection] : []));
    return { rig, ours, theirs, effects, closed };
  };

  for (const first of ["ours", "theirs"] as const) {
    it(`keeps our connection where our identifier is higher, the OPEN over ${first} being first`, () => {
      const { rig, ours, theirs, effects, closed } = collide({}, first);
      expect(closed).toEqual([theirs]);
      expect(sent(effects)).toContain("6/7");
      expect(rig.state).toBe(OpenConfirm);
      rig.receive(messages.keepalive, ours);
      expect(rig.state).toBe(Established);
      expect(rig.peering.connectRetryCounter).toBe(0);
      expect(rig.peering.lastError).toBeNull();
    });

    it(`keeps the peer's where its identifier is higher, the OPEN over ${first} being first`, () => {
      const { rig, ours, theirs, closed } = collide(LOWER, first);
      expect(closed).toEqual([ours]);
      rig.receive(messages.keepalive, theirs);
      expect(rig.state).toBe(Established);
    });
  }

  it("of equal identifiers the larger AS number decides (RFC 6286 §2.3)", () => {
    const { closed, ours } = collide({ identifier: PEER_CONFIG.identifier }, "ours");
    expect(closed).toEqual([ours]);
  });

  it("closes the new one beside an established session, and the session goes on", () => {
    for (const config of [{}, LOWER]) {
      const rig = Rig.in(Established, config);
      const session = rig.connection;
      rig.accept();
      const effects = rig.receive(messages.open);
      expect(sent(effects)).toEqual(["6/7"]);
      expect(others(effects)).toEqual(["close"]);
      expect(rig.state).toBe(Established);
      expect(rig.receive(messages.update, session)).toEqual([{ type: "update", connection: session }]);
    }
  });

  it("lets an established session lose only where configured (CollisionDetectEstablishedState)", () => {
    const rig = Rig.in(Established, { ...LOWER, collideEstablished: true });
    rig.accept();
    const effects = rig.receive(messages.open);
    expect(sent(effects)).toEqual(["6/7", "KEEPALIVE"]);
    expect(others(effects)).toEqual(["close", "down", "limit"]);
    expect(rig.state).toBe(OpenConfirm);
    const higher = Rig.in(Established, { collideEstablished: true });
    higher.accept();
    expect(others(higher.receive(messages.open))).toEqual(["close"]);
    expect(higher.state).toBe(Established);
  });

  it("prefers the established one of two that the peer made, whoever would win", () => {
    const rig = Rig.in(Active, { ...LOWER, passive: true, collideEstablished: true });
    rig.accept();
    rig.receive(messages.open);
    rig.receive(messages.keepalive);
    rig.accept();
    expect(others(rig.receive(messages.open))).toEqual(["close"]);
    expect(rig.state).toBe(Established);
  });

  it("gives up an attempt of its own once the peer's connection is confirmed", () => {
    const rig = Rig.in(Connect);
    const attempt = rig.connection;
    rig.accept();
    const effects = rig.receive(messages.open);
    expect(effects).toContainEqual({
      type: "close",
      connection: attempt,
      reason: "the peer's own connection came first",
    });
    expect(rig.state).toBe(OpenConfirm);
    expect(rig.peering.deadline()).toBe(rig.now + 30_000);
  });

  it("one connection's end leaves the other alone", () => {
    const rig = Rig.in(OpenSent);
    const ours = rig.connection;
    rig.accept();
    rig.receive(messages.keepalive);
    expect(rig.state).toBe(OpenSent);
    expect(rig.peering.connectRetryCounter).toBe(0);
    rig.receive(messages.open, ours);
    expect(rig.state).toBe(OpenConfirm);
  });
});

describe("route refresh, RFC 2918 and RFC 7313", () => {
  it("asks for a family that was negotiated", () => {
    const effects = Rig.in(Established).do({ type: "refresh", family: Ipv4Unicast });
    const [octets = new Uint8Array(0)] = octetsSent(effects);
    expect(decodeRouteRefresh(octets, 0, octets.length).value).toEqual({ family: Ipv4Unicast, subtype: 0 });
  });

  it("does not ask for what was not negotiated, nor before there is a session", () => {
    expect(sent(Rig.in(Established).do({ type: "refresh", family: Ipv6Unicast }))).toEqual([]);
    expect(sent(Rig.in(Established, { routeRefresh: false }).do({ type: "refresh", family: Ipv4Unicast }))).toEqual([]);
    for (const state of ALL.filter((one) => one !== Established)) {
      expect(sent(Rig.in(state).do({ type: "refresh", family: Ipv4Unicast }))).toEqual([]);
    }
  });

  it("hands requests, BoRR and EoRR on", () => {
    const rig = Rig.in(Established);
    for (const subtype of [0, 1, 2]) {
      const effects = rig.receive(encodeRouteRefresh({ family: Ipv4Unicast, subtype }));
      expect(effects).toEqual([{ type: "refresh", family: Ipv4Unicast, subtype }]);
    }
  });

  it("ignores another family and another subtype", () => {
    const rig = Rig.in(Established);
    expect(others(rig.receive(encodeRouteRefresh({ family: Ipv6Unicast, subtype: 0 })))).toEqual([]);
    const odd = messages.refresh.slice();
    odd[21] = 9;
    expect(others(rig.receive(odd))).toEqual([]);
    expect(rig.state).toBe(Established);
    const without = Rig.in(Established, { routeRefresh: false });
    expect(others(without.receive(messages.refresh))).toEqual([]);
    expect(without.state).toBe(Established);
  });

  it("hands a request with route filters on, but one whose filters are malformed costs no more than itself (RFC 5291)", () => {
    const rig = Rig.in(Established);
    const orfs = [{ type: 64, entries: [{ action: OrfAction.RemoveAll, deny: false }] }] as const;
    const whole = encodeRouteRefresh({ family: Ipv4Unicast, subtype: 0, orf: { when: 1, orfs } });
    expect(rig.receive(whole)).toEqual([{ type: "refresh", family: Ipv4Unicast, subtype: 0 }]);
    // The entries reach past the message.
    whole[26] = 2;
    expect(others(rig.receive(whole))).toEqual([]);
    expect(rig.state).toBe(Established);
  });

  it("answers a BoRR of a wrong length with 7/1 and the whole message (RFC 7313 §5)", () => {
    const rig = Rig.in(Established);
    const long = Uint8Array.of(...encodeRouteRefresh({ family: Ipv4Unicast, subtype: 1 }), 0);
    long[17] = long.length;
    expect(notificationIn(rig.receive(long))).toEqual({ code: 7, subcode: 1, data: long });
    expect(rig.state).toBe(Idle);
  });

  it("marks begin and end of what it sends again, where both sides can", () => {
    const subtypes = (config: Partial<PeeringConfig>) =>
      ([1, 2] as const).flatMap((subtype) => {
        const octets = octetsSent(Rig.in(Established, config).do({ type: "demarcate", family: Ipv4Unicast, subtype }));
        return octets.map((one) => decodeRouteRefresh(one, 0, one.length).value?.subtype);
      });
    expect(subtypes({})).toEqual([1, 2]);
    expect(subtypes({ enhancedRefresh: false })).toEqual([]);
  });
});

describe("graceful restart, RFC 4724 and RFC 8538", () => {
  const restart = (notification: boolean) => ({
    gracefulRestart: {
      restarting: false,
      notification,
      time: 120,
      families: [{ family: Ipv4Unicast, forwarding: true }],
    },
  });
  const established = (notification: boolean): Rig => {
    const rig = Rig.in(OpenSent, restart(notification));
    rig.receive(encodeOpen(proposal({ ...PEER_CONFIG, ...restart(notification) }, 65001)));
    rig.receive(messages.keepalive);
    return rig;
  };
  const graceful = (effects: readonly Effect[]) => effects.find(({ type }) => type === "down");

  it("a lost connection leaves the routes; a NOTIFICATION only with the N bit", () => {
    expect(graceful(established(false).closed())).toMatchObject({ graceful: true });
    expect(graceful(established(false).receive(messages.cease))).toMatchObject({ graceful: false });
    expect(graceful(established(true).receive(messages.cease))).toMatchObject({ graceful: true });
    expect(graceful(Rig.in(Established).closed())).toMatchObject({ graceful: false });
  });

  it("a Hard Reset leaves nothing", () => {
    const octets = encodeNotification({ code: 6, subcode: 9, data: Uint8Array.of(6, 2) });
    expect(graceful(established(true).receive(octets))).toMatchObject({ graceful: false });
  });

  it("a stop for good is a Hard Reset around what it would have been", () => {
    const effects = established(true).do({ type: "stop", communication: "bye" });
    const inner = hardResetReason(notificationIn(effects));
    expect(inner).toMatchObject({ code: 6, subcode: 2 });
    expect(inner === null ? null : shutdownCommunication(inner)).toBe("bye");
    expect(graceful(effects)).toMatchObject({ graceful: false });
    expect(sent(established(true).do({ type: "stop", subcode: 4 }))).toEqual(["6/4"]);
    expect(sent(established(false).do({ type: "stop" }))).toEqual(["6/2"]);
  });

  it("a new connection means that the peer has lost the old one (RFC 4724 §5)", () => {
    const rig = established(false);
    const old = rig.connection;
    const effects = rig.accept();
    expect(effects).toContainEqual({ type: "close", connection: old, reason: "the peer has restarted" });
    expect(graceful(effects)).toMatchObject({ graceful: true });
    expect(sent(effects)).toEqual(["OPEN"]);
    expect(rig.state).toBe(OpenSent);
  });
});

describe("configuration", () => {
  it.each([
    ["a hold time of two seconds", { holdTime: 2 }],
    ["AS 0", { localAs: 0 }],
    ["identifier 0", { identifier: 0 }],
    ["no time to connect", { connectRetry: 0 }],
    ["a time that is none", { idleHold: Number.NaN }],
    ["a negative delay", { delayOpen: -1 }],
  ] as const)("throws RangeError for %s", (_what, config) => {
    expect(() => new Peering({ ...CONFIG, ...config }, Math.random)).toThrow(RangeError);
  });
});
