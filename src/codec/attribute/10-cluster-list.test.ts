import { expect, it } from "vitest";
import { unhex } from "../testing.arb.js";
import * as arb from "./10-cluster-list.arb.js";
import { clusterList, clusterListHas, clusterListHops } from "./10-cluster-list.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { external, obeysTheLaws } from "./laws.arb.js";

obeysTheLaws(clusterList, arb, {
  code: 10,
  name: "CLUSTER_LIST",
  flags: 0x80,
  faults: [
    "cluster-list/wrong-flags: treat-as-withdraw 3/4",
    "cluster-list/from-external: discard 3/9",
    "cluster-list/bad-length: treat-as-withdraw 3/5",
  ],
  vectors: [{ octets: "c0000201" + "00000001", value: [0xc0000201, 1] }],
  malformed: [
    { octets: "", fault: "cluster-list/bad-length" },
    { octets: "c00002", fault: "cluster-list/bad-length" },
    { octets: "c0000201", fault: "cluster-list/from-external", session: external },
    { octets: "", fault: "cluster-list/from-external", session: external },
  ],
  refused: [
    { why: "no cluster at all", value: [] },
    { why: "33 bits", value: [0x100000000] },
  ],
});

it("counts and finds clusters in place", () => {
  const octets = unhex("09" + "c0000201" + "00000001" + "09");
  expect(clusterListHops(1, 9)).toBe(2);
  expect(clusterListHas(octets, 1, 9, 1)).toBe(true);
  expect(clusterListHas(octets, 1, 9, 0xc0000201)).toBe(true);
  expect(clusterListHas(octets, 1, 9, 2)).toBe(false);
});

dissectsAttribute(clusterList, arb, {
  octets: "c0000201c0000202c0",
  lines: ["0-4 cluster: 192.0.2.1", "4-8 cluster: 192.0.2.2", "8-9 cluster: c0 (cut short: 1 of 4 octets)"],
});
