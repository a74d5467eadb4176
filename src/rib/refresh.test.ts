import { describe, expect, it } from "vitest";
import { Framer } from "../codec/frame.js";
import { Ipv4Unicast, MessageType } from "../codec/iana.js";
import { AdjRibOut, FILL_CAPACITY } from "./adj-rib-out.js";
import type { LocRib } from "./loc-rib.js";
import { OWN_AS, OWN_ID, PEERS, sessionOf } from "./model.arb.js";
import { Rib } from "./rib.js";

const READER = 2;

const tables = (addPath = false): { rib: Rib; table: LocRib; out: AdjRibOut } => {
  const rib = new Rib(OWN_AS);
  const table = rib.families.get(Ipv4Unicast);
  if (table === undefined) throw new RangeError("no IPv4");
  for (const peer of PEERS) rib.peers.add(peer);
  const out = new AdjRibOut(table, {
    peer: READER,
    session: sessionOf(READER, addPath),
    identifier: OWN_ID,
    nextHop4: Uint8Array.of(192, 0, 2, 254),
    nextHop6: new Uint8Array(16),
    blocksOtc: false,
    addsOtc: false,
  });
  return { rib, table, out };
};

const run = (...last: readonly number[]): Uint8Array => Uint8Array.from(last.flatMap((i) => [24, 10, i >> 8, i & 255]));
const announce = (
  { rib, table }: { rib: Rib; table: LocRib },
  peer: number,
  origin: number,
  nlri: Uint8Array,
): void => {
  const set = rib.store.intern(Uint8Array.of(0x40, 1, 1, origin, 0x40, 2, 0), 0, 7);
  table.announce(peer, set, nlri, 0, nlri.length, false);
  rib.store.release(set);
};

describe("a refresh by a peer (RFC 7313 §4)", () => {
  it("takes away what was not sent again, changed or not, and nothing else", () => {
    const lab = tables();
    announce(lab, 0, 0, run(1, 2, 3, 4, 5));
    announce(lab, 1, 1, run(1, 9));
    lab.table.markStale(0);
    expect(lab.table.received(0)).toBe(5);
    announce(lab, 0, 0, run(2));
    announce(lab, 0, 2, run(3));
    lab.table.withdraw(0, run(4), 0, 4, false);
    announce(lab, 0, 0, run(4, 6));
    expect(lab.table.purgeStale(0)).toBe(2);
    expect(lab.table.received(0)).toBe(4);
    expect(lab.table.received(1)).toBe(2);
    expect(lab.table.count).toBe(6);
    expect(lab.table.purgeStale(0)).toBe(0);
  });

  it("of one peer while another is at it, and which goes away, leaves no marks behind", () => {
    const lab = tables();
    announce(lab, 0, 0, run(1, 2));
    announce(lab, 1, 0, run(3, 4));
    lab.table.markStale(0);
    lab.table.markStale(1);
    lab.table.dropPeer(0);
    // Path numbers of the dropped ones are given out again.
    announce(lab, 1, 0, run(5, 6));
    announce(lab, 1, 0, run(3));
    expect(lab.table.purgeStale(1)).toBe(1);
    expect(lab.table.received(1)).toBe(3);
    expect(lab.table.purgeStale(0)).toBe(0);
  });

  it("that begins twice counts from the second time", () => {
    const lab = tables();
    announce(lab, 0, 0, run(1, 2));
    lab.table.markStale(0);
    announce(lab, 0, 0, run(1));
    lab.table.markStale(0);
    announce(lab, 0, 0, run(2));
    expect(lab.table.purgeStale(0)).toBe(1);
    expect(lab.table.received(0)).toBe(1);
  });
});

describe.each([false, true])("a refresh for a peer, ADD-PATH %s", (addPath) => {
  /** What `fill` gives: marks by their subtype, UPDATEs with routes as "u", End-of-RIB as "e". */
  const say = (out: AdjRibOut, buffer = new Uint8Array(FILL_CAPACITY)): string => {
    let said = "";
    const length = out.fill(buffer);
    const found = new Framer().push(buffer.slice(0, length), (msg, start, end, type) => {
      if (type === MessageType.RouteRefresh) said += msg[start + 21];
      else said += end - start === 23 ? "e" : "u";
      return true;
    });
    expect(found).toBeNull();
    return said;
  };
  const all = (out: AdjRibOut): string => {
    let said = "";
    while (out.isPending) said += say(out);
    return said.replace(/u+/g, "u");
  };

  it("stands between its marks, and after the End-of-RIB of the first transfer", () => {
    const lab = tables(addPath);
    announce(lab, 0, 0, run(1, 2));
    lab.out.refresh(true);
    expect(all(lab.out)).toBe("ue1u2");
    lab.out.refresh(true);
    expect(all(lab.out)).toBe("1u2");
    expect(lab.out.sent).toBe(2);
  });

  it("without marks is just told", () => {
    const lab = tables(addPath);
    announce(lab, 0, 0, run(1));
    expect(all(lab.out)).toBe("ue");
    lab.out.refresh(false);
    expect(all(lab.out)).toBe("u");
  });

  it("of an empty table is two marks", () => {
    const { out } = tables(addPath);
    expect(all(out)).toBe("e");
    out.refresh(true);
    expect(all(out)).toBe("12");
  });

  it("is one for any number of requests before it begins, and one more for those while it goes on", () => {
    const lab = tables(addPath);
    // More than one buffer takes.
    announce(lab, 0, 0, run(...Array.from({ length: 50_000 }, (_, i) => i)));
    expect(all(lab.out)).toBe("ue");
    for (let i = 0; i < 1000; i++) lab.out.refresh(true);
    expect(say(lab.out)).toMatch(/^1u+$/);
    for (let i = 0; i < 1000; i++) lab.out.refresh(true);
    expect(all(lab.out)).toBe("u21u2");
    expect(lab.out.isPending).toBe(false);
  });
});
