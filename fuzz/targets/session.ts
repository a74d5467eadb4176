import type { Role } from "../../src/codec/capability/09-role.js";
import type { AddPathMode } from "../../src/codec/capability/69-add-path.js";
import { declareFault, type Fault, Verdict } from "../../src/codec/fault.js";
import { type Family, family, Ipv4Unicast, Ipv6Unicast, MessageType } from "../../src/codec/iana.js";
import { encodeOpen } from "../../src/codec/message/open.js";
import { u8, u16 } from "../../src/codec/octets.js";
import { displayText } from "../../src/codec/text.js";
import { bodyFields } from "../../src/explain/dissect.js";
import { Peering } from "../../src/session/peering.js";
import { proposal } from "../../src/session/proposal.js";
import { type PeeringConfig, State } from "../../src/session/types.js";
import { bounded } from "../oracle/cost.js";
import { type Machine, SessionOwner } from "../oracle/session.js";
import { SessionModel } from "../oracle/session-model.js";
import { OracleViolation } from "../oracle/violation.js";
import { ordinary } from "./context.js";
import { dissected, streamParts } from "./parts.js";
import { answeringOpen, answerParts, eachRecord, framed, LOW_IDENTIFIER, recordParts } from "./session-records.js";
import { ACCEPTED, type Outcome, type Part, type Target } from "./target.js";

/**
 * Octets of configuration before the records:
 *
 *     first    01 internal peer   02 our AS needs four octets   04 passive   08 collideEstablished   10 delayOpen
 *              20 strictRole      40 no extended messages       80 the peer's AS needs four octets
 *     second   0-2 our role + 1, or none   08 no route refresh   10 no enhanced one   20 graceful restart
 *              40 with N   80 IPv6 next hops for IPv4
 *     third    families: 01 IPv4, 02 IPv6, 04 and 08 with labels, 10 VPN, 20 EVPN, 40 one that no module reads
 *              80 stacks of labels
 *     fourth   ADD-PATH of the first four families, two bits each
 *     fifth    0-2 hold time, 3-4 our identifier
 *     sixth    how far timers are drawn down by jitter, of 256
 *     seventh  octets of a chunk, less one, for the machine that gets the octets in pieces
 */
export const SESSION_LEAD = 7;

/** What can happen, by the lower five bits of a record's op. */
export const SessionOp = {
  Start: 0,
  /** Payload: subcode, then what is communicated. */
  Stop: 1,
  /** Payload: milliseconds, four octets at most; none: until the next timer expires. */
  Pass: 2,
  Connected: 3,
  Accept: 4,
  Lose: 5,
  Octets: 6,
  Open: 7,
  Update: 8,
  Notification: 9,
  Keepalive: 10,
  RouteRefresh: 11,
  /** An OPEN to the point, see `answeringOpen`. */
  Answer: 12,
  Blocked: 13,
  Drained: 14,
  /** Payload: AFI (2), SAFI (1), and for the second subtype less one. */
  Refresh: 15,
  Demarcate: 16,
  UpdateSent: 17,
} as const;

/** The upper three bits: which connection. */
export const onOther = (op: number): number => op | 0x20;
export const onGone = (op: number): number => op | 0x40;

/** NOTIFICATIONs that a session may end with, as faults: whoever caused one was wrong in that way, or was told to go. */
export const notifications: readonly Fault[] = (
  [
    [1, [1, 2, 3], "RFC 4271 §6.1"],
    [2, [0, 1, 2, 3, 4, 6], "RFC 4271 §6.2"],
    [2, [7], "RFC 5492 §3"],
    [2, [11], "RFC 9234 §4.2"],
    [3, [1, 2, 3, 4, 5, 6, 8, 9, 10, 11], "RFC 4271 §6.3"],
    [4, [0], "RFC 4271 §6.5"],
    [5, [1, 2, 3], "RFC 6608 §3"],
    [6, [1, 2, 3, 4, 5, 6, 7, 8], "RFC 4486 §3"],
    [6, [9], "RFC 8538 §3"],
    [7, [1], "RFC 7313 §5"],
    [8, [0], "RFC 9687 §5"],
  ] as const
).flatMap(([code, subcodes, rfc]) =>
  subcodes.map((subcode) => declareFault(`sent/${code}.${subcode}`, Verdict.SessionReset, [code, subcode], rfc)),
);

/** Those that the arbitraries bring about. */
const planted: readonly string[] = [
  ...["1.1", "1.2", "1.3", "2.0", "2.1", "2.2", "2.3", "2.4", "2.6", "2.7", "2.11", "3.1", "3.9", "3.10", "4.0"],
  ...["5.1", "5.2", "5.3", "6.2", "6.5", "6.7", "6.9", "7.1", "8.0"],
];

/** The session machine, as the target of a machine of one's own: what `sessionMachineTarget` runs. */
export const fuzzSession = (
  data: Uint8Array,
  machine: (config: PeeringConfig, random: () => number) => Machine = (config, random) => new Peering(config, random),
): Outcome => {
  const { config, ours } = settingOf(data);
  const jitter = octet(data, 5) / 256;
  const model = new SessionModel(config, ours, 0.75 + 0.25 * jitter);
  const one = new SessionOwner(
    machine(config, () => jitter),
    ours,
    "driver",
    model,
  );
  const other = new SessionOwner(
    machine(config, () => jitter),
    ours,
    "events",
    null,
  );
  const size = 1 + octet(data, 6);
  one.start();
  other.start();
  eachRecord(data, SESSION_LEAD, (op, start, end) => {
    step(one, config, data, op, start, end, Number.MAX_SAFE_INTEGER);
    step(other, config, data, op, start, end, size);
    same(one, other, one.told.length - 1);
  });
  same(one, other, 0);
  return outcomeOf(one);
};

/**
 * The session machine, twice: one is fed as the speaker's driver does and judged event for event; the other gets the
 * octets in chunks of another size and every message as an event, and must do the same. Input: configuration (7), then
 * records. Both are started.
 */
export const sessionMachineTarget: Target = {
  name: "session-machine",
  module: "src/session/peering.ts",
  faults: notifications,
  own: notifications.filter(({ id }) => planted.includes(id.slice("sent/".length))),
  fuzz: (data) => bounded(() => fuzzSession(data)),
  parts: (data) => recordParts(data, SESSION_LEAD, nameOfOp, (op, start, end) => payloadParts(op, data, start, end)),
  input: (octets) => octets,
};

const octet = (data: Uint8Array, at: number): number => (at < data.length ? u8(data, at) : 0);

const FAMILIES: readonly Family[] = [
  Ipv4Unicast,
  Ipv6Unicast,
  family(1, 4),
  family(2, 4),
  family(1, 128),
  family(25, 70),
  family(1, 241),
];
const HOLD_TIMES: readonly number[] = [90, 0, 3, 9, 30, 240, 65535, 180];
const IDENTIFIERS: readonly number[] = [0x0a000002, LOW_IDENTIFIER, 0xffffffff, 1];

/** A configuration and the OPEN that is proposed by it. Neither changes, so that inputs can share them. */
interface Setting {
  readonly config: PeeringConfig;
  readonly ours: Uint8Array;
}

const settingOf = (data: Uint8Array): Setting => {
  let key = 0;
  for (let at = 0; at < 5; at++) key = key * 256 + octet(data, at);
  const known = settings.get(key);
  if (known !== undefined) return known;
  const config = configOf(data);
  const made = { config, ours: encodeOpen(proposal(config, config.peerAs)) };
  if (settings.size === MOST_SETTINGS) settings.clear();
  settings.set(key, made);
  return made;
};

const settings = new Map<number, Setting>();
const MOST_SETTINGS = 1024;

const configOf = (data: Uint8Array): PeeringConfig => {
  const [first, second, third, fourth, fifth] = [0, 1, 2, 3, 4].map((at) => octet(data, at)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const localAs = (first & 2) !== 0 ? 4_200_000_001 : 65001;
  const other = (first & 0x80) !== 0 ? 4_200_000_002 : 65002;
  const families = FAMILIES.filter((_, i) => ((third >> i) & 1) !== 0);
  const addPath = FAMILIES.slice(0, 4).flatMap((one, i): [Family, AddPathMode][] => {
    const mode = (fourth >> (2 * i)) & 3;
    return mode === 0 ? [] : [[one, mode as AddPathMode]];
  });
  const role = (second & 7) - 1;
  const offered = families.length === 0 ? [Ipv4Unicast] : families;
  return {
    localAs,
    peerAs: (first & 1) !== 0 ? localAs : other,
    identifier: IDENTIFIERS[(fifth >> 3) & 3] ?? 1,
    holdTime: HOLD_TIMES[fifth & 7] ?? 90,
    families: offered,
    addPath: new Map(addPath),
    passive: (first & 4) !== 0,
    collideEstablished: (first & 8) !== 0,
    delayOpen: (first & 0x10) !== 0 ? 3 : 0,
    strictRole: (first & 0x20) !== 0,
    extendedMessages: (first & 0x40) === 0,
    ...(role >= 0 && role <= 4 ? { role: role as Role } : {}),
    routeRefresh: (second & 8) === 0,
    enhancedRefresh: (second & 0x10) === 0,
    ...((second & 0x20) === 0 ? {} : { gracefulRestart: restartOf(offered, (second & 0x40) !== 0) }),
    extendedNextHop: (second & 0x80) === 0 ? [] : [Ipv4Unicast],
    multipleLabels: (third & 0x80) === 0 ? [] : offered.filter((one) => [4, 128].includes(one & 0xff)),
  };
};

const restartOf = (families: readonly Family[], notification: boolean) => ({
  restarting: false,
  notification,
  time: 120,
  families: families.map((one) => ({ family: one, forwarding: false })),
});

const MESSAGES: ReadonlyMap<number, MessageType> = new Map([
  [SessionOp.Open, MessageType.Open],
  [SessionOp.Update, MessageType.Update],
  [SessionOp.Notification, MessageType.Notification],
  [SessionOp.Keepalive, MessageType.Keepalive],
  [SessionOp.RouteRefresh, MessageType.RouteRefresh],
]);

/** One record; octets come in chunks of `size`. */
const step = (
  owner: SessionOwner,
  config: PeeringConfig,
  data: Uint8Array,
  op: number,
  start: number,
  end: number,
  size: number,
): void => {
  const which = op >> 5;
  const type = MESSAGES.get(op & 0x1f);
  if (type !== undefined) {
    inChunks(owner, which, framed(type, data, start, end), size);
    return;
  }
  switch (op & 0x1f) {
    case SessionOp.Start:
      owner.start();
      break;
    case SessionOp.Stop:
      owner.stop(start < end ? 1 + (u8(data, start) % 8) : 2, displayText(data.subarray(start + 1, end)));
      break;
    case SessionOp.Pass:
      owner.pass(start < end ? numberIn(data, start, Math.min(end, start + 4)) : null);
      break;
    case SessionOp.Connected:
      owner.connected();
      break;
    case SessionOp.Accept:
      owner.accept();
      break;
    case SessionOp.Lose:
      owner.lose(which);
      break;
    case SessionOp.Octets:
      inChunks(owner, which, data.subarray(start, end), size);
      break;
    case SessionOp.Answer:
      inChunks(owner, which, answeringOpen(data, start, end, config), size);
      break;
    case SessionOp.Blocked:
      owner.blocked(which);
      break;
    case SessionOp.Drained:
      owner.drained(which);
      break;
    case SessionOp.Refresh:
      owner.refresh(familyIn(data, start, end));
      break;
    case SessionOp.Demarcate:
      owner.demarcate(familyIn(data, start, end), (octet(data.subarray(start, end), 3) & 1) === 0 ? 1 : 2);
      break;
    case SessionOp.UpdateSent:
      owner.updateSent(which);
      break;
  }
};

const numberIn = (data: Uint8Array, start: number, end: number): number => {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 256 + u8(data, at);
  return value;
};

const familyIn = (data: Uint8Array, start: number, end: number): Family =>
  end - start < 3 ? Ipv4Unicast : family(u16(data, start), u8(data, start + 2));

/** As from a socket: a chunk is overwritten by the next one. */
const inChunks = (owner: SessionOwner, which: number, octets: Uint8Array, size: number): void => {
  const connection = owner.pick(which);
  if (connection === null) return;
  if (octets.length <= size) {
    owner.octets(connection, octets);
    return;
  }
  const chunk = new Uint8Array(size);
  for (let at = 0; at < octets.length; at += size) {
    const part = octets.subarray(at, at + size);
    chunk.set(part);
    owner.octets(connection, chunk.subarray(0, part.length));
    chunk.fill(0x5a);
  }
};

/** The same effects from the one at `from` on. */
const same = (one: SessionOwner, other: SessionOwner, from: number): void => {
  const differs =
    one.told.length !== other.told.length ||
    one.told.some((effect, i) => i >= from && effect !== other.told[i]) ||
    one.machine.state !== other.machine.state ||
    one.machine.deadline() !== other.machine.deadline();
  if (!differs) return;
  throw new OracleViolation(
    "session",
    "the chunks that octets arrive in change what the machine does",
    `${one.told.join(", ")}; and ${other.told.join(", ")}`,
  );
};

const outcomeOf = (owner: SessionOwner): Outcome => {
  if (owner.machine.state === State.Established) return ACCEPTED;
  if (owner.notification === null) return owner.notified ? "notified" : owner.machine.state.toLowerCase();
  return declaredOutcome(owner.notification);
};

/** The outcome of a session that ended with the NOTIFICATION `2/2`; one that nothing here asks for is a violation. */
export const declaredOutcome = (said: string): Outcome => {
  const id = `sent/${said.replace("/", ".")}`;
  if (!IDS.has(id)) throw new OracleViolation("declared", "a NOTIFICATION that no clause has for a session", said);
  return id;
};

const IDS: ReadonlySet<string> = new Set(notifications.map(({ id }) => id));

const nameOfOp = (op: number): string =>
  Object.entries(SessionOp).find(([, one]) => one === (op & 0x1f))?.[0] ?? String(op & 0x1f);

const payloadParts = (op: number, data: Uint8Array, start: number, end: number): readonly Part[] => {
  if (start >= end) return [];
  const kind = op & 0x1f;
  const type = MESSAGES.get(kind);
  if (type !== undefined) return dissected(data, start, end, (reader) => bodyFields(type, reader, ordinary()));
  if (kind === SessionOp.Octets) return streamParts(data, start, end, ordinary());
  if (kind === SessionOp.Answer) return answerParts(data, start, end);
  return [{ name: "payload", start, end }];
};
