import { afterEach, describe, expect, it, vi } from "vitest";
import { MessageType } from "../../src/codec/iana.js";
import { RefreshSubtype } from "../../src/codec/message/route-refresh.js";
import { AdjRibOut } from "../../src/rib/adj-rib-out.js";
import { AttributeStore } from "../../src/rib/attribute-store.js";
import { Exporter } from "../../src/rib/export.js";
import { LocRib } from "../../src/rib/loc-rib.js";
import { PeerDriver } from "../../src/speaker/driver.js";
import { Importer } from "../../src/speaker/import.js";
import { seedsOf } from "../campaign/campaign.js";
import { recordOf } from "../targets/session-records.js";
import { fuzzSpeaker, SpeakerOp as Op } from "../targets/speaker.js";
import { OracleViolation } from "./violation.js";

const seeds = seedsOf("speaker").map(({ data }) => data);

/** An established session, then these UPDATEs; each announces with ORIGIN, AS_PATH and NEXT_HOP. */
const life = (...updates: readonly (readonly number[])[]): Uint8Array => {
  const handshake = [recordOf(Op.Answer, [2]), recordOf(Op.Keepalive)];
  const records = [...handshake, ...updates.map((one) => recordOf(Op.Update, one))];
  return Uint8Array.from([0, 0, 0, 0, 0, ...records.flatMap((one) => [...one])]);
};

const attributes = (path: readonly number[], more: readonly number[] = []): number[] => {
  const octets = [0x40, 1, 1, 0, 0x40, 2, 2 + 4 * path.length, 2, path.length];
  for (const as of path) octets.push(0, 0, as >>> 8, as & 0xff);
  octets.push(0x40, 3, 4, 10, 0, 0, 9, ...more);
  return [0, 0, 0, octets.length, ...octets];
};

const route = [16, 10, 9];
const announce = [...attributes([65002, 7]), ...route];
const withdraw = [0, 3, ...route, 0, 0];
/** NO_ADVERTISE, and our own AS in the path. */
const confined = [...attributes([65002], [0xc0, 8, 4, 0xff, 0xff, 0xff, 2]), ...route];
const looped = [...attributes([65002, 65001]), ...route];

/** What the oracle says of a life, or the outcome that it has. */
const verdict = (data: Uint8Array): string => {
  try {
    return fuzzSpeaker(data);
  } catch (error) {
    return error instanceof OracleViolation ? error.what : String(error);
  }
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the oracle of a speaker", () => {
  it("has nothing against the speaker", () => {
    for (const data of [life(announce), life(announce, withdraw), life(confined), life(looped)]) {
      expect(verdict(data)).toBe("accepted");
    }
  });

  it("says that a route is not advertised", () => {
    vi.spyOn(Exporter.prototype, "permits").mockReturnValue(false);
    expect(verdict(life(announce))).toBe("a route is not advertised");
  });

  it("says that a route goes out that must not", () => {
    vi.spyOn(Exporter.prototype, "permits").mockImplementation(function (this: Exporter, source) {
      return source !== this.target.peer;
    });
    expect(verdict(life(confined))).toBe("a route is advertised that must not be");
    vi.restoreAllMocks();
    vi.spyOn(AttributeStore.prototype, "traits").mockReturnValue(0);
    expect(verdict(life(looped))).toBe("a route is advertised that must not be");
  });

  it("says that a route goes out that is withdrawn", () => {
    vi.spyOn(LocRib.prototype, "withdraw").mockImplementation(() => undefined);
    expect(verdict(life(announce, withdraw))).toBe("a route is advertised that nobody announces");
  });

  it("says that attributes have changed", () => {
    const right = Exporter.prototype.write;
    vi.spyOn(Exporter.prototype, "write").mockImplementation(function (this: Exporter, set, source, ipv4, out, start) {
      const end = right.call(this, set, source, ipv4, out, start);
      // ORIGIN comes first.
      out[start + 3] = 2;
      return end;
    });
    expect(verdict(life(announce))).toBe("a route is advertised with other attributes than it came with");
  });

  it("says that what goes out is malformed", () => {
    const right = Exporter.prototype.write;
    vi.spyOn(Exporter.prototype, "write").mockImplementation(function (this: Exporter, set, source, ipv4, out, start) {
      const end = right.call(this, set, source, ipv4, out, start);
      out[start + 3] = 3;
      return end;
    });
    expect(verdict(life(announce))).toBe("the speaker advertises what its peer must find fault with");
  });

  it("says that routes are held that nobody announced, or not held", () => {
    vi.spyOn(LocRib.prototype, "received").mockReturnValue(9);
    expect(verdict(life(announce))).toBe("the RIB holds more than the peer announced");
    vi.restoreAllMocks();
    const right = LocRib.prototype.received;
    vi.spyOn(LocRib.prototype, "received").mockImplementation(function (this: LocRib, peer) {
      return Math.min(1, right.call(this, peer));
    });
    expect(verdict(life(announce, [...attributes([65002]), 16, 10, 8]))).toBe(
      "the RIB holds less than the peer announced",
    );
  });

  it("says that something is left behind", () => {
    const right = LocRib.prototype.dropPeer;
    const drop = vi.spyOn(LocRib.prototype, "dropPeer").mockImplementation(() => undefined);
    expect(verdict(life(announce))).toBe("routes are not withdrawn when their peer has gone");
    drop.mockImplementation(function (this: LocRib, peer) {
      right.call(this, peer);
    });
    vi.spyOn(AttributeStore.prototype, "release").mockImplementation(() => undefined);
    expect(verdict(life(announce))).toBe("attribute sets stay when their peer has gone");
  });

  it("says that a refresh has no end, or no beginning", () => {
    const asked = Uint8Array.of(...life(announce), ...recordOf(Op.Ask));
    expect(verdict(asked)).toBe("accepted");
    const right = AdjRibOut.prototype.fill;
    const fill = vi.spyOn(AdjRibOut.prototype, "fill").mockImplementation(function (this: AdjRibOut, out) {
      const length = right.call(this, out);
      // What a ROUTE-REFRESH ends with: AFI, subtype, SAFI; an EoRR is the last of what is said.
      const isEnd = out[length - 5] === MessageType.RouteRefresh && out[length - 2] === RefreshSubtype.End;
      return isEnd ? length - 23 : length;
    });
    expect(verdict(asked)).toBe("a refresh is not brought to an end");
    fill.mockImplementation(function (this: AdjRibOut, out) {
      const length = right.call(this, out);
      if (out[18] === MessageType.RouteRefresh && out[21] === RefreshSubtype.Begin) out[21] = RefreshSubtype.End;
      return length;
    });
    expect(verdict(asked)).toBe("BoRR and EoRR are not in turn");
  });

  it("says that one peer's octets cost the other its session", () => {
    vi.spyOn(PeerDriver.prototype, "write").mockImplementation(function (this: PeerDriver) {
      void this.stop();
      return false;
    });
    expect(verdict(life(announce))).toBe("the honest peer loses its session");
  });

  it("says that a session ends without a reason, or goes on against all reason", () => {
    const right = Importer.prototype.take;
    let taken = 0;
    vi.spyOn(Importer.prototype, "take").mockImplementation(function (this: Importer, msg, start, end) {
      const found = right.call(this, msg, start, end);
      // Four routes are the honest peer's.
      return ++taken > 4 ? { fault: { id: "planted", verdict: 4, notify: [3, 1], rfc: "" }, start: 0, end: 1 } : found;
    });
    expect(verdict(life(announce))).toBe("the speaker ends a session without a reason");
    vi.restoreAllMocks();
    vi.spyOn(Importer.prototype, "take").mockReturnValue(null);
    expect(verdict(life([0, 200, 0, 0]))).toBe("the speaker goes on with a session that must end");
  });

  it("lets no exception pass", () => {
    vi.spyOn(AdjRibOut.prototype, "fill").mockImplementation(() => {
      throw new TypeError("planted");
    });
    expect(verdict(life(announce))).toContain("planted");
  });

  it("hears of an endless loop", () => {
    vi.spyOn(AdjRibOut.prototype, "isPending", "get").mockReturnValue(true);
    vi.spyOn(AdjRibOut.prototype, "fill").mockReturnValue(0);
    expect(verdict(life())).toBe("the speaker never comes to rest");
  });

  it("finds the state of the machine in what its messages make it", () => {
    vi.spyOn(PeerDriver.prototype, "state", "get").mockReturnValue("Established");
    expect(verdict(Uint8Array.of(0, 0, 0, 0, 0))).toBe("the state of the session is not what its messages make it");
  });

  it("keeps nothing from one input to the next", () => {
    const forth = seeds.map(verdict);
    const back = [...seeds].reverse().map(verdict).reverse();
    expect(back).toEqual(forth);
  });
});
