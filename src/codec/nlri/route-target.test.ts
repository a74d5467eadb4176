import { expect, it } from "vitest";
import { valuesOf } from "../dissection.arb.js";
import { hex } from "../octets.js";
import { unhex } from "../testing.arb.js";
import { dissectsRoutes } from "./dissection.arb.js";
import { obeysTheNlriLaws } from "./laws.arb.js";
import { type Carriage, runOf } from "./nlri.arb.js";
import { routeTargetArb } from "./route-target.arb.js";
import { fields } from "./route-target.fields.js";
import { routeTarget } from "./route-target.js";

const plain: Carriage = { addPath: false, form: "single" };
const none = new Uint8Array(8);

obeysTheNlriLaws(routeTarget, routeTargetArb, {
  afi: 1,
  safi: 132,
  name: "route-target",
  pathIds: true,
  faults: [
    "route-target/prefix-too-long: session-reset 3/10",
    "route-target/origin-as-cut: session-reset 3/10",
    "route-target/overrun: session-reset 3/10",
  ],
  nextHops: { ordinary: [4, 16], extended: [4, 16] },
  vectors: [
    { octets: "", routes: [] },
    {
      // The default, an AS's whole range, all of one administrator, and one target of AS 64500.
      octets: `00${"20"}0000fbf4${"40"}0000fbf40002fbf4${"60"}fffffffe0002fbf400000007`,
      routes: [
        { length: 0, originAs: 0, routeTarget: none },
        { length: 32, originAs: 64500, routeTarget: none },
        { length: 64, originAs: 64500, routeTarget: unhex("0002fbf400000000") },
        { length: 96, originAs: 0xfffffffe, routeTarget: unhex("0002fbf400000007") },
      ],
    },
    {
      octets: "21" + "0000fbf4" + "80",
      routes: [{ length: 33, originAs: 64500, routeTarget: unhex("8000000000000000") }],
    },
    {
      addPath: true,
      octets: "fedcba98" + "00" + "00000000" + "200000fbf4",
      routes: [
        { pathId: 0xfedcba98, length: 0, originAs: 0, routeTarget: none },
        { pathId: 0, length: 32, originAs: 64500, routeTarget: none },
      ],
    },
  ],
  malformed: [
    { octets: `61${"0000fbf4"}0002fbf40000000780`, fault: "route-target/prefix-too-long" },
    { octets: "61", fault: "route-target/prefix-too-long" },
    { octets: "0180", fault: "route-target/origin-as-cut" },
    { octets: "1f0000fbf4", fault: "route-target/origin-as-cut" },
    { octets: "01", fault: "route-target/origin-as-cut" },
    { octets: "200000fb", fault: "route-target/overrun" },
    { octets: `60${"0000fbf4"}0002fbf4000000`, fault: "route-target/overrun" },
    { octets: "00" + "20", fault: "route-target/overrun" },
    { addPath: true, octets: "00000001", fault: "route-target/overrun" },
    { addPath: true, octets: "00000001" + "00" + "00", fault: "route-target/overrun" },
  ],
  refused: [
    { why: "97 bits", route: { length: 97, originAs: 1, routeTarget: none } },
    { why: "1 bit", route: { length: 1, originAs: 1, routeTarget: none } },
    { why: "31 bits", route: { length: 31, originAs: 1, routeTarget: none } },
    { why: "an AS of 33 bits", route: { length: 32, originAs: 2 ** 32, routeTarget: none } },
    { why: "a target of 7 octets", route: { length: 96, originAs: 1, routeTarget: new Uint8Array(7) } },
    { why: "a target of 9 octets", route: { length: 96, originAs: 1, routeTarget: new Uint8Array(9) } },
    { why: "a path identifier too many", route: { pathId: 1, length: 32, originAs: 1, routeTarget: none } },
    { why: "a missing path identifier", addPath: true, route: { length: 32, originAs: 1, routeTarget: none } },
  ],
});

it("clears the bits after a prefix, both ways", () => {
  const msg = unhex("21" + "0000fbf4" + "ff");
  const routes = [{ length: 33, originAs: 64500, routeTarget: unhex("8000000000000000") }];
  expect(routeTarget.check(msg, 0, msg.length, false, "single")).toBeNull();
  expect(routeTarget.read(msg, 0, msg.length, false, "single")).toEqual(routes);
  const untidy = [
    { length: 33, originAs: 64500, routeTarget: new Uint8Array(8).fill(255) },
    { length: 0, originAs: 64500, routeTarget: new Uint8Array(8).fill(255) },
  ];
  expect(hex(runOf(routeTarget, untidy, plain))).toBe("21" + "0000fbf4" + "80" + "00");
});

dissectsRoutes(
  routeTargetArb,
  {
    octets: "00" + "200000fbf4" + "0800" + "60" + "0000fbf4" + "0002fbf400000007" + "60" + "0000",
    lines: [
      "0-1 route/length in bits: 0",
      "1-2 route/length in bits: 32",
      "2-6 route/origin AS: 64500",
      "6-7 route/length in bits: 8",
      "7-8 route/origin AS: 00 (cut short: 1 of 4 octets)",
      "8-9 route/length in bits: 96",
      "9-13 route/origin AS: 64500",
      "13-21 route/route target: 0002fbf400000007",
      "21-22 route/length in bits: 96",
      "22-24 route/origin AS: 0000 (cut short: 2 of 4 octets)",
    ],
  },
  {
    addPath: true,
    octets: "00000007" + "00" + "0001",
    lines: [
      "0-4 route/path identifier: 7",
      "4-5 route/length in bits: 0",
      "5-7 route/path identifier: 0001 (cut short: 2 of 4 octets)",
    ],
  },
);

it("says of each route what it covers", () => {
  const octets = "00" + "200000fbf4" + "60" + "0000fbf4" + "0002fbf400000007" + "0800" + "60" + "0000fbf4" + "00";
  expect(valuesOf((reader) => fields(reader, false), octets)).toEqual([
    "default",
    "AS 64500, all route targets",
    "AS 64500, route target 0002fbf400000007/64",
    undefined,
    "cut short: 6 of 13 octets",
  ]);
  expect(valuesOf((reader) => fields(reader, true), "002000")).toEqual(["cut short: 3 of 5 octets"]);
});
