import { type Attribute, Flag } from "../codec/attribute.js";
import { Framer } from "../codec/frame.js";
import { Ipv4Unicast, Ipv6Unicast } from "../codec/iana.js";
import { encodeUpdate } from "../codec/message/update.js";
import type { UnicastRoute } from "../codec/nlri/unicast.js";
import { EXTENDED_MAX_MESSAGE, ORDINARY_MAX_MESSAGE, type SessionContext } from "../codec/session-context.js";
import { AdjRibOut, FILL_CAPACITY } from "../rib/adj-rib-out.js";
import type { RibPeer } from "../rib/peer-table.js";
import { Rib } from "../rib/rib.js";
import type { Negotiated } from "../session/types.js";
import { addressOctets } from "./address.js";
import { Importer } from "./import.js";

const LOCAL_AS = 64496;
const UPDATES = 1_000;
const ROUNDS = 24;

/**
 * Takes a small table through the whole hot path, in a RIB of its own that is dropped afterwards.
 *
 * The first table is the one that counts: it comes when the router has just been started and everybody waits for it. V8
 * compiles what has been run often, so it is run often before the first peer connects. It costs some 0.45 s of CPU at the
 * start; the first table then takes about four fifths of the time it takes without.
 */
export const warmUp = (): void => {
  const rib = new Rib(LOCAL_AS);
  const from = rib.peers.add(peerOf(1));
  const to = rib.peers.add(peerOf(2));
  const importer = new Importer(rib, from, negotiatedWith(64497));
  const outs = [...rib.families.values()].map(
    (table) =>
      new AdjRibOut(table, {
        peer: to,
        session: sessionWith(64498, EXTENDED_MAX_MESSAGE),
        identifier: 1,
        nextHop4: Uint8Array.of(192, 0, 2, 1),
        nextHop6: addressOctets("2001:db8::1"),
        blocksOtc: false,
        addsOtc: false,
      }),
  );
  const buffer = new Uint8Array(FILL_CAPACITY);
  const tables = [0, 1].map((table) => chunkOf(Array.from({ length: UPDATES }, (_, i) => updateOf(table, i))));
  const framer = new Framer();
  for (let round = 0; round < ROUNDS; round++) {
    for (const stream of tables) {
      for (let at = 0; at < stream.length; at += CHUNK) {
        framer.push(stream.subarray(at, at + CHUNK), (msg, start, end) => importer.take(msg, start, end) === null);
        for (const out of outs) while (out.fill(buffer) > 0);
      }
    }
    // A table that comes anew takes other ways than one that changes.
    for (const table of rib.families.values()) table.dropPeer(from);
  }
};

/** Small ones, so that functions are called often and not just loop long. */
const CHUNK = 4 * 1024;

/** One of a table's UPDATEs: most announce a few prefixes with attributes of their own, some withdraw, some are IPv6. */
const updateOf = (table: number, i: number): Uint8Array => {
  const session = sessionWith(64497, ORDINARY_MAX_MESSAGE);
  const routes = Array.from({ length: 1 + (i % 12) }, (_, k) => routeOf(4, i * 16 + k));
  if (i % 16 === table) return encodeUpdate({ withdrawn: routes, attributes: [], nlri: [] }, session);
  const attributes: Attribute[] = [
    { code: 1, flags: Flag.Transitive, value: i % 9 === 0 ? 2 : 0 },
    { code: 2, flags: Flag.Transitive, value: [{ type: 2, asns: [64497, 3000 + table, 4000 + (i % 700), 5000 + i] }] },
  ];
  const communities = Array.from({ length: i % 7 }, (_, k) => 0xfc000000 + i * 8 + k);
  const rest: Attribute[] = [
    ...(i % 5 === 0 ? [{ code: 4, flags: Flag.Optional, value: i }] : []),
    ...(communities.length > 0 ? [{ code: 8, flags: OPTIONAL_TRANSITIVE, value: communities }] : []),
    ...(i % 11 === 0
      ? [{ code: 7, flags: OPTIONAL_TRANSITIVE, value: { as: 64497, address: Uint8Array.of(192, 0, 2, 9) } }]
      : []),
  ];
  if (i % 8 === 7) {
    const nlri = Array.from({ length: 4 }, (_, k) => routeOf(16, i * 16 + k));
    const reach = { family: Ipv6Unicast, nextHop: addressOctets("2001:db8::2"), nlri };
    const first = { code: 14, flags: Flag.Optional, value: reach };
    return encodeUpdate({ withdrawn: [], attributes: [first, ...attributes, ...rest], nlri: [] }, session);
  }
  const nextHop = { code: 3, flags: Flag.Transitive, value: Uint8Array.of(192, 0, 2, 2) };
  return encodeUpdate({ withdrawn: [], attributes: [...attributes, nextHop, ...rest], nlri: routes }, session);
};

const OPTIONAL_TRANSITIVE = Flag.Optional | Flag.Transitive;

const routeOf = (width: 4 | 16, n: number): UnicastRoute => {
  const address = new Uint8Array(width);
  address.set(width === 4 ? [1 + (n >>> 16), n >>> 8, n] : [0x20, 1, n >>> 16, n >>> 8, n]);
  return { length: width === 4 ? 24 : 40, address };
};

const chunkOf = (messages: readonly Uint8Array[]): Uint8Array => {
  const stream = new Uint8Array(messages.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const message of messages) {
    stream.set(message, at);
    at += message.length;
  }
  return stream;
};

const peerOf = (identifier: number): RibPeer => ({
  external: true,
  identifier,
  address: addressOctets(`192.0.2.${identifier}`),
  reflectorClient: false,
});

const sessionWith = (peerAs: number, maxMessage: number): SessionContext => ({
  asnSize: 4,
  localAs: LOCAL_AS,
  peerAs,
  external: true,
  families: new Set([Ipv4Unicast, Ipv6Unicast]),
  addPath: new Set(),
  maxMessage,
  extendedNextHop: new Set(),
  multipleLabels: new Set(),
});

const negotiatedWith = (peerAs: number): Negotiated => ({
  localAs: LOCAL_AS,
  peerAs,
  external: true,
  localIdentifier: 1,
  remoteIdentifier: 2,
  holdTime: 90,
  receive: sessionWith(peerAs, ORDINARY_MAX_MESSAGE),
  send: sessionWith(peerAs, ORDINARY_MAX_MESSAGE),
  routeRefresh: true,
  enhancedRefresh: true,
  role: null,
  gracefulRestart: null,
  notificationRestart: false,
  longLived: [],
  pathsLimit: new Map(),
  hostName: null,
  softwareVersion: null,
  capabilities: [],
});
