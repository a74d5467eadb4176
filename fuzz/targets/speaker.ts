import type { Attribute } from "../../src/codec/attribute.js";
import { Flag } from "../../src/codec/attribute.js";
import { Role } from "../../src/codec/capability/09-role.js";
import { Ipv4Unicast, Ipv6Unicast, MessageType } from "../../src/codec/iana.js";
import { encodeRouteRefresh } from "../../src/codec/message/route-refresh.js";
import { encodeUpdate } from "../../src/codec/message/update.js";
import type { UnicastRoute } from "../../src/codec/nlri/unicast.js";
import { u8 } from "../../src/codec/octets.js";
import type { SessionContext } from "../../src/codec/session-context.js";
import { bodyFields } from "../../src/explain/dissect.js";
import { State } from "../../src/session/types.js";
import type { PeerConfig } from "../../src/speaker/settings.js";
import { bounded } from "../oracle/cost.js";
import type { BenchConfig, FarEnd } from "../oracle/speaker.js";
import { type Honest, SpeakerLife } from "../oracle/speaker-life.js";
import { ordinary } from "./context.js";
import { dissected, streamParts } from "./parts.js";
import { declaredOutcome, notifications } from "./session.js";
import { answeringOpen, answerParts, eachRecord, framed, OpenFlag, recordParts } from "./session-records.js";
import { ACCEPTED, type Outcome, type Part, type Target } from "./target.js";

/**
 * Octets of configuration before the records:
 *
 *     first    01 the fuzzed peer is internal   02 the honest one is   04 the fuzzed one's AS needs four octets
 *              08 the honest one takes ADD-PATH  10 and knows no AS numbers of four octets
 *              20, 40 they are clients of ours, fuzzed and honest      80 no extended messages with the fuzzed one
 *     second   0-2 our role + 1 towards the fuzzed one, 3-5 towards the honest one
 *     third    01 no IPv4, 02 no IPv6, 0c and 30 ADD-PATH of both, 40 no route refresh, 80 strict roles; all fuzzed
 *     fourth   0-1 hold time
 *     fifth    octets of a chunk; 0 for all there are
 */
export const SPEAKER_LEAD = 5;

/** What the fuzzed peer does, by the lower five bits of a record's op; the upper three say over which connection. */
export const SpeakerOp = {
  Octets: 0,
  Open: 1,
  Update: 2,
  Notification: 3,
  Keepalive: 4,
  RouteRefresh: 5,
  /** An OPEN to the point, see `answeringOpen`. */
  Answer: 6,
  /** Payload: something cuts the connection, nothing ends it in good manners. */
  Close: 7,
  Connect: 8,
  /** Payload: hundredths of a second, two octets at most. */
  Pass: 9,
  Pause: 10,
  Resume: 11,
  /** The honest peer withdraws a route of its own, or announces it again. Payload: which. */
  Toggle: 12,
  /** The honest peer asks for a refresh. */
  Ask: 13,
} as const;

export const fuzzSpeaker = (data: Uint8Array): Outcome => {
  const config = configOf(data);
  const life = new SpeakerLife(config, honestIn(data, config));
  eachRecord(data, SPEAKER_LEAD, (op, start, end) => step(life, config, data, op, start, end));
  const { state, notification } = life.finish();
  if (state === State.Established) return ACCEPTED;
  return notification === null ? state.toLowerCase() : declaredOutcome(notification);
};

/**
 * A whole speaker with two peers in memory: one keeps to a script, one does what the input says. Input: configuration (5),
 * then records. The fuzzed peer is connected to begin with.
 */
export const speakerTarget: Target = {
  name: "speaker",
  module: "src/speaker/driver.ts",
  faults: notifications,
  own: notifications.filter(({ id }) => ["sent/2.2", "sent/3.1", "sent/4.0", "sent/5.3", "sent/6.5"].includes(id)),
  // Two peers with their buffers, and again with each connection.
  memory: 0x20_0000,
  fuzz: (data) => bounded(() => fuzzSpeaker(data)),
  parts: (data) => recordParts(data, SPEAKER_LEAD, nameOfOp, (op, start, end) => payloadParts(op, data, start, end)),
  input: (octets) => octets,
};

const LOCAL_AS = 65001;

const octet = (data: Uint8Array, at: number): number => (at < data.length ? u8(data, at) : 0);

const ROLES: readonly PeerConfig["role"][] = [undefined, "provider", "rs", "rs-client", "customer", "peer"];
const MODES = [undefined, "receive", "send", "both"] as const;
const HOLD_TIMES: readonly number[] = [90, 0, 3, 30];

const configOf = (data: Uint8Array): BenchConfig => {
  const first = octet(data, 0);
  const roles = octet(data, 1);
  const third = octet(data, 2);
  const families = (["ipv4", "ipv6"] as const).filter((_, i) => ((third >> i) & 1) === 0);
  const common = {
    passive: true,
    transport: "tcp",
    softwareVersion: false,
    idleHold: 1,
    nextHop6: "2001:db8::1",
  } as const;
  return {
    speaker: { localAs: LOCAL_AS, routerId: "192.0.2.1", holdTime: 90, listen: [], peers: [] },
    fuzzed: {
      ...common,
      address: "192.0.2.2",
      as: (first & 1) !== 0 ? LOCAL_AS : (first & 4) !== 0 ? 4_200_000_002 : 65002,
      families: families.length === 0 ? ["ipv4"] : families,
      addPath: { ipv4: MODES[(third >> 2) & 3], ipv6: MODES[(third >> 4) & 3] },
      extendedMessages: (first & 0x80) === 0,
      routeRefresh: (third & 0x40) === 0,
      role: ROLES[roles & 7],
      strictRole: (third & 0x80) !== 0,
      routeReflectorClient: (first & 0x20) !== 0,
      holdTime: HOLD_TIMES[octet(data, 3) & 3],
    },
    honest: {
      ...common,
      address: "192.0.2.3",
      as: (first & 2) !== 0 ? LOCAL_AS : 65003,
      families: ["ipv4", "ipv6"],
      addPath: (first & 8) !== 0 ? { ipv4: "send", ipv6: "send" } : undefined,
      extendedMessages: true,
      routeRefresh: true,
      role: ROLES[(roles >> 3) & 7],
      routeReflectorClient: (first & 0x40) !== 0,
    },
    chunk: octet(data, 4),
  };
};

/** The honest peer's part, made once for each of its few kinds. */
const honestIn = (data: Uint8Array, { honest }: BenchConfig): Honest => {
  const kind = octet(data, 0) & 0x1a;
  const known = honests.get(kind);
  if (known !== undefined) return known;
  const narrow = (kind & 0x10) !== 0 ? OpenFlag.NoFourOctetAs : 0;
  const addPath = (kind & 8) !== 0 ? OpenFlag.AddPath : 0;
  const payload = Uint8Array.of(OpenFlag.Families | OpenFlag.Bare | narrow | addPath);
  const open = answeringOpen(payload, 0, 1, { peerAs: honest.as, families: [Ipv4Unicast, Ipv6Unicast] });
  // Each speaker of an AS has an identifier of its own (RFC 6286 §2.1).
  open[27] = 3;
  const made = { open, routes: routesOf(honest.as, (kind & 0x10) !== 0 ? 2 : 4) };
  honests.set(kind, made);
  return made;
};

const honests = new Map<number, Honest>();

const routesOf = (as: number, asnSize: 2 | 4): Honest["routes"] => {
  const external = as !== LOCAL_AS;
  const session: SessionContext = { ...ordinary(), asnSize, localAs: as, peerAs: LOCAL_AS, external };
  const base: Attribute[] = [
    { code: 1, flags: Flag.Transitive, value: 0 },
    { code: 2, flags: Flag.Transitive, value: external ? [{ type: 2, asns: [as] }] : [] },
    ...(external ? [] : [{ code: 5, flags: Flag.Transitive, value: 100 }]),
  ];
  const nextHop = { code: 3, flags: Flag.Transitive, value: Uint8Array.of(192, 0, 2, 3) };
  const ipv4 = [1, 2, 3].map((i) => {
    const route: UnicastRoute = { length: 24, address: Uint8Array.of(10, 0, i, 0) };
    const attributes = [...base, nextHop, { code: 4, flags: Flag.Optional, value: i }];
    return {
      announce: encodeUpdate({ withdrawn: [], attributes, nlri: [route] }, session),
      withdraw: encodeUpdate({ withdrawn: [route], attributes: [], nlri: [] }, session),
    };
  });
  const address = new Uint8Array(16);
  address.set([0x20, 0x01, 0x0d, 0xb8, 0, 3]);
  const family = Ipv6Unicast;
  const nlri: UnicastRoute[] = [{ length: 48, address }];
  const reach = { code: 14, flags: Flag.Optional, value: { family, nextHop: address, nlri } };
  const unreach = { code: 15, flags: Flag.Optional, value: { family, nlri } };
  return [
    ...ipv4,
    {
      announce: encodeUpdate({ withdrawn: [], attributes: [reach, ...base], nlri: [] }, session),
      withdraw: encodeUpdate({ withdrawn: [], attributes: [unreach], nlri: [] }, session),
    },
  ];
};

const MESSAGES: ReadonlyMap<number, MessageType> = new Map([
  [SpeakerOp.Open, MessageType.Open],
  [SpeakerOp.Update, MessageType.Update],
  [SpeakerOp.Notification, MessageType.Notification],
  [SpeakerOp.Keepalive, MessageType.Keepalive],
  [SpeakerOp.RouteRefresh, MessageType.RouteRefresh],
]);

const step = (
  life: SpeakerLife,
  config: BenchConfig,
  data: Uint8Array,
  op: number,
  start: number,
  end: number,
): void => {
  const kind = op & 0x1f;
  if (kind === SpeakerOp.Connect) life.connect();
  else if (kind === SpeakerOp.Pass) {
    life.pass(10 * data.subarray(start, Math.min(end, start + 2)).reduce((sum, one) => sum * 256 + one, 0));
  } else if (kind === SpeakerOp.Toggle) life.toggle(octet(data.subarray(start, end), 0));
  else if (kind === SpeakerOp.Ask) for (const one of REQUESTS) life.ask(one);
  else {
    const far = life.pick(op >> 5);
    if (far !== null) over(life, far, config, data, kind, start, end);
  }
};

const REQUESTS: readonly Uint8Array[] = [Ipv4Unicast, Ipv6Unicast].map((family) =>
  encodeRouteRefresh({ family, subtype: 0 }),
);

/** What happens over one connection. */
const over = (
  life: SpeakerLife,
  far: FarEnd,
  { fuzzed }: BenchConfig,
  data: Uint8Array,
  kind: number,
  start: number,
  end: number,
): void => {
  const type = MESSAGES.get(kind);
  if (type !== undefined) life.send(far, framed(type, data, start, end));
  else if (kind === SpeakerOp.Octets) life.send(far, data.subarray(start, end));
  else if (kind === SpeakerOp.Answer) life.send(far, answeringOpen(data, start, end, answered(fuzzed)));
  else if (kind === SpeakerOp.Close) life.close(far, start < end);
  else if (kind === SpeakerOp.Pause || kind === SpeakerOp.Resume) life.pause(far, kind === SpeakerOp.Resume);
};

/** What the OPEN of the speaker says, as far as an answer to it needs that. */
const answered = ({ as, families, role }: PeerConfig): Parameters<typeof answeringOpen>[3] => ({
  peerAs: as,
  families: families.map((one) => (one === "ipv4" ? Ipv4Unicast : Ipv6Unicast)),
  ...(role === undefined ? {} : { role: ROLE_CODES[role] }),
});

const ROLE_CODES = {
  provider: Role.Provider,
  rs: Role.RouteServer,
  "rs-client": Role.RouteServerClient,
  customer: Role.Customer,
  peer: Role.Peer,
} as const;

const nameOfOp = (op: number): string =>
  Object.entries(SpeakerOp).find(([, one]) => one === (op & 0x1f))?.[0] ?? String(op & 0x1f);

const payloadParts = (op: number, data: Uint8Array, start: number, end: number): readonly Part[] => {
  if (start >= end) return [];
  const kind = op & 0x1f;
  const type = MESSAGES.get(kind);
  if (type !== undefined) return dissected(data, start, end, (reader) => bodyFields(type, reader, ordinary()));
  if (kind === SpeakerOp.Octets) return streamParts(data, start, end, ordinary());
  if (kind === SpeakerOp.Answer) return answerParts(data, start, end);
  return [{ name: "payload", start, end }];
};
