import { describe, expect, it } from "vitest";
import { birdConfig } from "./bird.js";
import { exabgpConfig } from "./exabgp.js";
import { frrConfig } from "./frr.js";
import { gobgpConfig } from "./gobgp.js";
import { openbgpdConfig } from "./openbgpd.js";
import type { TargetPeer, TargetSetup } from "./target.js";

/** What each configuration must say; whether the daemon takes it, the test with the daemons tells. */

const PLACE = { address: "127.0.0.1", port: 1790 };
const peer: TargetPeer = { name: "peer0", address: "127.0.1.1", as: 65001, families: ["ipv4", "ipv6"] };
const setup = (change: Partial<TargetPeer>): TargetSetup => ({
  transport: "tcp",
  as: 65550,
  routerId: "10.0.2.1",
  peers: [{ ...peer, ...change }],
});

const daemons = {
  bird: {
    config: birdConfig,
    listens: "local 127.0.0.1 port 1790 as 65550;",
    passive: "neighbor 127.0.1.1 as 65001;\n  passive;",
    dials: "neighbor 127.0.1.1 port 1791 as 65001;",
    hold: "hold time 180; keepalive time 60;",
    ipv6: "ipv6 {",
    addPath: "add paths on;",
  },
  frr: {
    config: frrConfig,
    // Address and port are arguments.
    listens: "router bgp 65550",
    passive: "neighbor 127.0.1.1 passive",
    dials: "neighbor 127.0.1.1 port 1791\n neighbor 127.0.1.1 update-source 127.0.0.1",
    hold: "timers bgp 60 180",
    ipv6: "route-map ipv6-next-hop out",
    addPath: "neighbor 127.0.1.1 addpath-tx-all-paths",
  },
  gobgp: {
    config: gobgpConfig,
    listens: 'port = 1790\nlocal-address-list = ["127.0.0.1"]',
    passive: "passive-mode = true",
    dials: "remote-port = 1791",
    hold: "hold-time = 180\nkeepalive-interval = 60",
    ipv6: 'afi-safi-name = "ipv6-unicast"',
    addPath: "receive = true\nsend-max = 255",
  },
  openbgpd: {
    config: openbgpdConfig,
    listens: "listen on 127.0.0.1 port 1790",
    passive: "passive",
    dials: "port 1791\n  local-address 127.0.0.1",
    hold: "holdtime 180",
    ipv6: "announce IPv6 unicast",
    addPath: "announce add-path send all\n  announce add-path recv yes",
  },
  exabgp: {
    config: exabgpConfig,
    // Address and port are in its environment.
    listens: "local-address 127.0.0.1;",
    passive: "passive true;",
    dials: "passive false;\n  connect 1791;",
    hold: "hold-time 180;",
    ipv6: "ipv6 unicast;",
    addPath: null,
  },
};

// RFC 4271 §9.1.2.2 (f). The others do so unless they are told otherwise; a table that is small enough would not tell.
it.each([
  ["frr", frrConfig, "bgp bestpath compare-routerid"],
  ["gobgp", gobgpConfig, "[global.route-selection-options.config]\nexternal-compare-router-id = true\n"],
])("%s breaks ties by router id, not by age", (_, config, line) => {
  expect(config(setup({}), PLACE)).toContain(line);
});

describe.each(Object.entries(daemons))("the configuration of %s", (_, { config, ...parts }) => {
  it("listens on the one address and dials only when it is told to", () => {
    const passive = config(setup({}), PLACE);
    expect(passive).toContain(parts.listens);
    expect(passive).toContain(parts.passive);
    const active = config(setup({ dial: 1791 }), PLACE);
    expect(active).toContain(parts.dials);
    expect(active).not.toContain(parts.passive);
  });

  it("has the hold time, and the families and the paths of the peer", () => {
    const both = config(setup({}), PLACE);
    expect(both).toContain(parts.hold);
    expect(both).toContain(parts.ipv6);
    expect(config(setup({ families: ["ipv4"] }), PLACE)).not.toContain(parts.ipv6);
    if (parts.addPath === null) return;
    expect(both).not.toContain(parts.addPath);
    expect(config(setup({ addPath: true }), PLACE)).toContain(parts.addPath);
  });
});
