import { Ipv4Unicast, Ipv6Unicast } from "../../src/codec/iana.js";
import { u8 } from "../../src/codec/octets.js";
import { AttributeStore } from "../../src/rib/attribute-store.js";
import { Decision } from "../../src/rib/decision.js";
import { LocRib } from "../../src/rib/loc-rib.js";
import { PeerTable } from "../../src/rib/peer-table.js";
import { PrefixTable } from "../../src/rib/prefix-table.js";
import type { MicroCase } from "./case.js";
import { PREFIXES, session, table, updatesOf } from "./inputs.js";

const PEERS = 4;

/** Every UPDATE's attributes into a new store; most sets come more than once. */
const intern: MicroCase = {
  name: "intern",
  unit: "attribute set",
  setup() {
    const { messages } = table("4");
    const spans = updatesOf(table("4"));
    return {
      ops: spans.length,
      octets: spans.reduce((sum, { attributes, attributesEnd }) => sum + attributesEnd - attributes, 0),
      run() {
        const store = new AttributeStore(session.localAs);
        let sum = 0;
        for (const { attributes, attributesEnd } of spans) sum += store.intern(messages, attributes, attributesEnd);
        return sum + store.count;
      },
    };
  },
};

/** Every prefix into a new table, with the growing that goes with it. */
const insert = (name: string, family: "4" | "6"): MicroCase => ({
  name,
  unit: `IPv${family} prefix`,
  setup() {
    const { messages } = table(family);
    const spans = updatesOf(table(family));
    return {
      ops: PREFIXES,
      run() {
        const prefixes = new PrefixTable(family === "4" ? 1 : 4);
        let sum = 0;
        for (const { nlri, nlriEnd } of spans) {
          for (let at = nlri; at < nlriEnd; ) {
            const length = u8(messages, at);
            sum += prefixes.add(messages, at + 1, length);
            at += 1 + ((length + 7) >>> 3);
          }
        }
        return sum + prefixes.count;
      },
    };
  },
});

/** The best of four peers' paths, all with their own attributes, over and over. */
const decision: MicroCase = {
  name: "decision",
  unit: `best of ${PEERS} paths`,
  setup() {
    const peers = peersOf(PEERS);
    const store = new AttributeStore(session.localAs);
    const sets = Array.from({ length: PEERS }, (_, peer) => {
      const { messages } = table("4", peer);
      return updatesOf(table("4", peer))
        .slice(0, 1000)
        .map(({ attributes, attributesEnd }) => store.intern(messages, attributes, attributesEnd));
    });
    const decide = new Decision(store, peers);
    const rounds = Math.min(...sets.map(({ length }) => length));
    return {
      ops: rounds,
      run() {
        let sum = 0;
        for (let i = 0; i < rounds; i++) {
          decide.clear();
          for (let peer = 0; peer < PEERS; peer++) decide.add(peer, sets[peer]?.[i] ?? 0, peer, 0);
          sum += decide.best() * (i + 1);
        }
        return sum;
      },
    };
  },
};

/** Four peers' tables for the same prefixes into an empty Loc-RIB: intern, insert and decide together. */
const announce = (name: string, family: "4" | "6", peerCount: number): MicroCase => ({
  name,
  unit: `IPv${family} route of ${peerCount === 1 ? "the only peer" : `${peerCount} peers`}`,
  setup() {
    const feeds = Array.from({ length: peerCount }, (_, peer) => ({
      peer,
      messages: table(family, peer).messages,
      spans: updatesOf(table(family, peer)),
    }));
    return {
      ops: PREFIXES * peerCount,
      run() {
        const store = new AttributeStore(session.localAs);
        const rib = new LocRib(family === "4" ? Ipv4Unicast : Ipv6Unicast, store, peersOf(peerCount));
        for (const { peer, messages, spans } of feeds) {
          for (const { attributes, attributesEnd, nlri, nlriEnd } of spans) {
            const id = store.intern(messages, attributes, attributesEnd);
            rib.announce(peer, id, messages, nlri, nlriEnd, false);
            store.release(id);
          }
        }
        let sum = rib.count;
        for (let prefix = 0; prefix < PREFIXES; prefix++) sum += rib.best(prefix);
        return sum;
      },
    };
  },
});

const peersOf = (count: number): PeerTable => {
  const peers = new PeerTable();
  for (let i = 0; i < count; i++) {
    const address = new Uint8Array(16).fill(0xff, 10, 12);
    address.set([127, 0, 0, 2 + i], 12);
    peers.add({ external: true, identifier: 0x7f000002 + i, address, reflectorClient: false });
  }
  return peers;
};

export const ribCases: readonly MicroCase[] = [
  intern,
  insert("prefix-insert", "4"),
  insert("prefix-insert-6", "6"),
  decision,
  announce("announce", "4", 1),
  announce("announce-overlapping", "4", PEERS),
];
