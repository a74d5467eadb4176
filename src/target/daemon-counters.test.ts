import { describe, expect, it } from "vitest";
import { parseSummary, parseVersion, replyEnd } from "./frr-control.js";
import { parseNeighbors as parseGobgp } from "./gobgp-control.js";
import { kernelAddress } from "./listening.js";
import { parseNeighbors as parseOpenbgpd } from "./openbgpd-control.js";
import { byName } from "./target.js";

describe("the vty of FRR", () => {
  it("ends a reply with three zero octets and the result", () => {
    expect(replyEnd("text\0\0\0\0")).toBe(8);
    expect(replyEnd("text\0\0\0\x01more")).toBe(8);
    expect(replyEnd("\0\0\0\0")).toBe(4);
    expect(replyEnd("text\0\0\0")).toBe(-1);
    expect(replyEnd("text")).toBe(-1);
  });

  it("reads the version", () => {
    expect(parseVersion("FRRouting 8.4.4 (kiln) on Linux(6.1).\nCopyright 1996-2005\n")).toBe("FRRouting 8.4.4");
    expect(parseVersion("% Unknown command")).toBeNull();
  });
});

describe("parseSummary", () => {
  /** FRR 8.4.4: `show bgp summary json`, shortened. */
  const SUMMARY = `{
"ipv4Unicast":{ "routerId":"10.0.2.1", "peers":{
  "127.0.1.1":{ "remoteAs":65001, "pfxRcd":825, "pfxSnt":3, "state":"Established" },
  "127.0.2.1":{ "remoteAs":65551, "pfxRcd":0, "pfxSnt":0, "state":"Active" } } }
,
"ipv6Unicast":{ "routerId":"10.0.2.1", "peers":{
  "127.0.1.1":{ "remoteAs":65001, "pfxRcd":175, "pfxSnt":4, "state":"Established" } } }
}`;

  it("adds up the families of each peer", () => {
    expect(parseSummary(SUMMARY)).toEqual(
      new Map([
        ["127.0.1.1", { state: "Established", received: 1000, accepted: 1000, sent: 7 }],
        ["127.0.2.1", { state: "Active", received: 0, accepted: 0, sent: 0 }],
      ]),
    );
  });
});

describe("the counters of GoBGP", () => {
  it("are added up over families; what is zero is left out by gobgp", () => {
    // GoBGP 3.10.0: `gobgp neighbor -j`, shortened.
    const text = JSON.stringify([
      {
        conf: { neighbor_address: "127.0.1.1" },
        state: { session_state: 6 },
        afi_safis: [{ state: { received: 825, accepted: 820 } }, { state: { received: 175, accepted: 175 } }],
      },
      { conf: { neighbor_address: "127.0.2.1" }, state: { session_state: 3 }, afi_safis: [{ state: {} }] },
    ]);
    expect(parseGobgp(text)).toEqual(
      new Map([
        ["127.0.1.1", { state: "Established", received: 1000, accepted: 995, sent: null }],
        ["127.0.2.1", { state: "Active", received: 0, accepted: 0, sent: null }],
      ]),
    );
  });

  it("are none before it has read its configuration", () => {
    expect(parseGobgp("null")).toEqual(new Map());
  });
});

describe("the counters of OpenBGPD", () => {
  it("are read by the address of the peer", () => {
    // OpenBGPD 7.7: `bgpctl -j show neighbor`, shortened.
    const text = JSON.stringify({
      neighbors: [
        { remote_addr: "127.0.1.1", state: "Established", stats: { prefixes: { sent: 2, received: 1000 } } },
        { remote_addr: "127.0.2.1", state: "Idle", stats: { prefixes: { sent: 0, received: 0 } } },
      ],
    });
    expect(parseOpenbgpd(text)).toEqual(
      new Map([
        ["127.0.1.1", { state: "Established", received: 1000, accepted: 1000, sent: 2 }],
        ["127.0.2.1", { state: "Idle", received: 0, accepted: 0, sent: 0 }],
      ]),
    );
    expect(parseOpenbgpd("{}")).toEqual(new Map());
  });
});

describe("byName", () => {
  it("gives counts by the name of the peer and leaves strangers out", () => {
    const counts = { state: "Idle", received: 0, accepted: 0, sent: 0 };
    const peers = [{ name: "a", address: "127.0.1.1", as: 1, families: [] }];
    const byAddress = new Map([
      ["127.0.1.1", counts],
      ["127.0.1.2", counts],
    ]);
    expect(byName(peers, byAddress)).toEqual(new Map([["a", counts]]));
  });
});

// /proc/net/tcp of a little-endian machine.
describe.skipIf(new Uint8Array(Uint16Array.of(1).buffer)[0] === 0)("kernelAddress", () => {
  it("writes addresses as proc(5) does", () => {
    expect(kernelAddress({ address: "127.0.0.1", port: 179 })).toBe("0100007F:00B3");
    expect(kernelAddress({ address: "::1", port: 8080 })).toBe("00000000000000000000000001000000:1F90");
    expect(kernelAddress({ address: "2001:db8::2:1", port: 1 })).toBe("B80D0120000000000000000001000200:0001");
  });
});
