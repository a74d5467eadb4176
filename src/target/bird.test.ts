import { describe, expect, it } from "vitest";
import { birdConfig } from "./bird.js";
import type { TargetSetup } from "./target.js";

const setup: TargetSetup = {
  transport: "tcp",
  as: 65550,
  routerId: "10.0.2.1",
  peers: [{ name: "peer0", address: "127.0.1.1", as: 65001, families: ["ipv4", "ipv6"] }],
};

describe("birdConfig", () => {
  it("listens on the one address and dials only when it is told to", () => {
    const passive = birdConfig(setup, { address: "127.0.0.1", port: 1790 });
    expect(passive).toContain("local 127.0.0.1 port 1790 as 65550;");
    expect(passive).toContain("neighbor 127.0.1.1 as 65001;\n  passive;");
    const [peer] = setup.peers;
    if (peer === undefined) throw new Error("the setup has a peer");
    const active = birdConfig({ ...setup, peers: [{ ...peer, dial: 1791 }] }, { address: "127.0.0.1", port: 1790 });
    expect(active).toContain("neighbor 127.0.1.1 port 1791 as 65001;");
    expect(active).not.toContain("passive;");
  });
});
