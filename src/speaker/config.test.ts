import { describe, expect, it } from "vitest";
import { parseConfig } from "./config.js";
import { ConfigError } from "./settings.js";

const peer = { address: "127.0.0.2", as: 65001 };
const good = { localAs: 65000, routerId: "192.0.2.1", peers: [peer] };

/** Every line of the complaint. */
const faults = (config: unknown): string[] => {
  try {
    parseConfig(config);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n");
    throw error;
  }
  return [];
};

const withPeer = (settings: object): unknown => ({ ...good, peers: [{ ...peer, ...settings }] });

describe("parseConfig", () => {
  it("fills in what was left out", () => {
    const config = parseConfig(good);
    expect(config.holdTime).toBe(90);
    expect(config.listen).toEqual([]);
    expect(config.peers[0]).toMatchObject({
      passive: false,
      transport: "tcp",
      families: ["ipv4", "ipv6"],
      extendedMessages: true,
      routeRefresh: true,
      softwareVersion: false,
      routeReflectorClient: false,
    });
  });

  it("says nothing of TCP-AO unless asked to", () => {
    expect(parseConfig(good).peers[0]).not.toHaveProperty("tcpAoCapability");
    for (const tcpAoCapability of [true, false, 239, 254]) {
      expect(parseConfig(withPeer({ tcpAoCapability })).peers[0]).toMatchObject({ tcpAoCapability });
    }
  });

  it.each<[string, unknown, RegExp]>([
    ["no object", null, /^the configuration: .*object/],
    ["no AS", { ...good, localAs: undefined }, /^localAs: .*number/],
    ["AS 0", { ...good, localAs: 0 }, /^localAs: .*>=1/],
    ["an AS too large", { ...good, localAs: 2 ** 32 }, /^localAs: .*<=4294967295/],
    [
      "a router id that is no quad",
      { ...good, routerId: "::1" },
      /^routerId: must be a dotted quad other than 0\.0\.0\.0/,
    ],
    ["a router id of zero", { ...good, routerId: "0.0.0.0" }, /^routerId: must be a dotted quad/],
    ["a hold time of 2", { ...good, holdTime: 2 }, /^holdTime: must be 0, or 3 to 65535 seconds/],
    ["no peers", { ...good, peers: [] }, /^peers: .*>=1/],
    ["an unknown key", { ...good, holdtime: 3 }, /^the configuration: unknown key "holdtime"; allowed are .*holdTime/],
    ["an unknown key of a peer", withPeer({ asn: 1 }), /^peers\[0\]: unknown key "asn"; allowed are .*\bas\b/],
    [
      "an unknown key of listen",
      { ...good, listen: [{ address: "127.0.0.1", port: 1, tls: true }] },
      /^listen\[0\]: unknown key "tls"; allowed are address, port, transport$/,
    ],
    [
      "an unknown key of tls",
      { ...good, tls: { pem: "x" } },
      /^tls: unknown key "pem"; allowed are profile, cert, key/,
    ],
    [
      "an unknown family of addPath",
      withPeer({ addPath: { ip: "both" } }),
      /^peers\[0\]\.addPath: unknown key "ip"; allowed are ipv4, ipv6$/,
    ],
    [
      "an addPath mode",
      withPeer({ addPath: { ipv4: "all" } }),
      /^peers\[0\]\.addPath\.ipv4: must be one of "receive", "send", "both"$/,
    ],
    [
      "a name for an address",
      withPeer({ address: "router.example" }),
      /^peers\[0\]\.address: must be an IPv4 or IPv6 address/,
    ],
    ["a port of 0 to connect to", withPeer({ port: 0 }), /^peers\[0\]\.port: .*>=1/],
    ["a transport", withPeer({ transport: "quic" }), /^peers\[0\]\.transport: must be one of "tcp", "tls"$/],
    [
      "a code for TCP-AO below those of experiments",
      withPeer({ tcpAoCapability: 238 }),
      /^peers\[0\]\.tcpAoCapability: must be true, false, or a code of 239 to 254$/,
    ],
    [
      "a code for TCP-AO above those of experiments",
      withPeer({ tcpAoCapability: 255 }),
      /^peers\[0\]\.tcpAoCapability: must be true/,
    ],
    ["no families", withPeer({ families: [] }), /^peers\[0\]\.families: .*>=1/],
    [
      "a role",
      withPeer({ role: "transit" }),
      /^peers\[0\]\.role: must be one of "provider", "rs", "rs-client", "customer", "peer"$/,
    ],
    [
      "an IPv4 next hop for IPv6",
      withPeer({ nextHop6: "192.0.2.1" }),
      /^peers\[0\]\.nextHop6: must be an IPv6 address/,
    ],
    ["no second to connect", withPeer({ connectRetry: 0 }), /^peers\[0\]\.connectRetry: .*>=1/],
    ["a role inside", withPeer({ as: 65000, role: "peer" }), /^peers\[0\]\.role: roles are for external peers/],
    [
      "a client outside",
      withPeer({ routeReflectorClient: true }),
      /^peers\[0\]\.routeReflectorClient: a client is an internal peer/,
    ],
    ["TLS without settings", withPeer({ transport: "tls" }), /^peers\[0\]\.transport: tls needs the key "tls"/],
    [
      "a passive peer and nowhere to come",
      withPeer({ passive: true }),
      /^peers\[0\]\.passive: .*"listen" with transport tcp/,
    ],
    [
      "a source of the other family",
      withPeer({ localAddress: "::1" }),
      /^peers\[0\]\.localAddress: must be of the same kind as 127\.0\.0\.2, an IPv4 address/,
    ],
    [
      "TLS to listen on without a certificate",
      { ...good, listen: [{ address: "::", port: 1, transport: "tls" }], tls: {} },
      /^listen\[0\]\.transport: tls needs "tls\.cert" and "tls\.key"/,
    ],
    ["mutual and nobody to trust", { ...good, tls: { mutual: true } }, /^tls\.mutual: needs "tls\.ca"/],
    [
      "one address twice",
      { ...good, peers: [peer, { ...peer, address: "::ffff:127.0.0.2", name: "b" }] },
      /^peers\[1\]\.address: ::ffff:127\.0\.0\.2 is the address of peers\[0\] too/,
    ],
    [
      "one name twice",
      {
        ...good,
        peers: [
          { ...peer, name: "a" },
          { ...peer, address: "127.0.0.3", name: "a" },
        ],
      },
      /^peers: two peers are named "a"/,
    ],
  ])("says what is wrong and what is allowed: %s", (_what, config, line) => {
    const lines = faults(config);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
  });

  it("names every fault, not only the first", () => {
    expect(faults({ ...good, localAs: 0, routerId: "x", peers: [{ ...peer, as: 0 }] })).toHaveLength(3);
  });
});
