import { describe, expect, it } from "vitest";
import { valuesOf } from "../dissection.arb.js";
import { hex } from "../octets.js";
import { unhex } from "../testing.arb.js";
import { dissectsRoutes } from "./dissection.arb.js";
import { fieldsOf } from "./headed-prefix.fields.js";
import { ipv4LabeledArb, ipv6LabeledArb } from "./labeled.arb.js";
import { ipv4Labeled, ipv6Labeled, type LabeledRoute } from "./labeled.js";
import { obeysTheNlriLaws } from "./laws.arb.js";
import { type Carriage, runOf } from "./nlri.arb.js";

const single: Carriage = { addPath: false, form: "single" };
const stack: Carriage = { addPath: false, form: "stack" };
const withdrawn: Carriage = { addPath: false, form: "withdrawn" };

const zeros = new Uint8Array(4);
const bound = (...labels: readonly number[]): LabeledRoute["labels"] => labels.map((label) => ({ label, rsrv: 0 }));
const manyLabels = Array.from({ length: 10 }, (_, i) => i);

const faults = (name: string): string[] => [
  `${name}/no-label: session-reset 3/10`,
  `${name}/unending-stack: session-reset 3/10`,
  `${name}/prefix-too-long: session-reset 3/10`,
  `${name}/overrun: session-reset 3/10`,
];

obeysTheNlriLaws(ipv4Labeled, ipv4LabeledArb, {
  afi: 1,
  safi: 4,
  name: "ipv4-labeled",
  pathIds: true,
  faults: faults("ipv4-labeled"),
  nextHops: { ordinary: [4], extended: [4, 16, 32] },
  vectors: [
    { octets: "", routes: [] },
    {
      // RFC 8277 figure 2: a label of 20 bits, 3 bits of Rsrv, the S bit.
      form: "single",
      octets: `30${"123451"}c63364${"18"}fffffb${"38"}00000f${"c0000201"}`,
      routes: [
        { labels: bound(0x12345), length: 24, address: Uint8Array.of(198, 51, 100, 0) },
        { labels: [{ label: 0xfffff, rsrv: 5 }], length: 0, address: zeros },
        { labels: [{ label: 0, rsrv: 7 }], length: 32, address: Uint8Array.of(192, 0, 2, 1) },
      ],
    },
    {
      // RFC 8277 figure 3: the S bit in the last label only; one label is written the same way.
      form: "stack",
      octets: "48" + "000640" + "0006fe" + "0006b1" + "19" + "000641" + "80",
      routes: [
        { labels: [...bound(100), { label: 111, rsrv: 7 }, ...bound(107)], length: 0, address: zeros },
        { labels: bound(100), length: 1, address: Uint8Array.of(128, 0, 0, 0) },
      ],
    },
    {
      form: "stack",
      octets: `f0${manyLabels.map((label) => (label * 16 + (label === 9 ? 1 : 0)).toString(16).padStart(6, "0")).join("")}`,
      routes: [{ labels: bound(...manyLabels), length: 0, address: zeros }],
    },
    {
      // RFC 8277 figure 4.
      form: "withdrawn",
      octets: "30800000c63364" + "18800000",
      routes: [
        { labels: [], length: 24, address: Uint8Array.of(198, 51, 100, 0) },
        { labels: [], length: 0, address: zeros },
      ],
    },
    {
      form: "single",
      addPath: true,
      octets: "fedcba98" + "20" + "000641" + "0a" + "00000000" + "18" + "000641",
      routes: [
        { pathId: 0xfedcba98, labels: bound(100), length: 8, address: Uint8Array.of(10, 0, 0, 0) },
        { pathId: 0, labels: bound(100), length: 0, address: zeros },
      ],
    },
  ],
  malformed: [
    { octets: "00", fault: "ipv4-labeled/no-label" },
    { octets: "17000641", fault: "ipv4-labeled/no-label" },
    { octets: "18000641" + "01ff", fault: "ipv4-labeled/no-label" },
    { form: "stack", octets: "18000640", fault: "ipv4-labeled/unending-stack" },
    // The S bit stands behind the bits of the route, or in the octets of the next one.
    { form: "stack", octets: "2f000640000641", fault: "ipv4-labeled/unending-stack" },
    { form: "stack", octets: "18000640" + "18000641", fault: "ipv4-labeled/unending-stack" },
    { form: "stack", octets: `ff${"000640".repeat(10)}0001`, fault: "ipv4-labeled/unending-stack" },
    { octets: "39000641c000020100", fault: "ipv4-labeled/prefix-too-long" },
    { form: "stack", octets: "51000640000641c000020100", fault: "ipv4-labeled/prefix-too-long" },
    { octets: "30000641c633", fault: "ipv4-labeled/overrun" },
    { octets: "180006", fault: "ipv4-labeled/overrun" },
    { octets: "1700", fault: "ipv4-labeled/overrun" },
    { octets: "18000641" + "18", fault: "ipv4-labeled/overrun" },
    { form: "stack", octets: "18", fault: "ipv4-labeled/overrun" },
    { addPath: true, octets: "00000001", fault: "ipv4-labeled/overrun" },
    { addPath: true, octets: "000000", fault: "ipv4-labeled/overrun" },
  ],
  refused: [
    { why: "33 bits of IPv4", route: { labels: bound(1), length: 33, address: zeros } },
    { why: "an address of the other family", route: { labels: bound(1), length: 8, address: new Uint8Array(16) } },
    { why: "a path identifier too many", route: { pathId: 1, labels: bound(1), length: 8, address: zeros } },
    { why: "a missing path identifier", addPath: true, route: { labels: bound(1), length: 8, address: zeros } },
    { why: "no label", form: "single", route: { labels: [], length: 8, address: zeros } },
    { why: "no label", form: "stack", route: { labels: [], length: 8, address: zeros } },
    { why: "two labels", form: "single", route: { labels: bound(1, 2), length: 8, address: zeros } },
    { why: "256 bits", form: "stack", route: { labels: bound(...manyLabels), length: 16, address: zeros } },
    { why: "a label of 21 bits", form: "single", route: { labels: bound(0x100000), length: 8, address: zeros } },
    { why: "half a label", form: "stack", route: { labels: bound(0.5), length: 8, address: zeros } },
    { why: "Rsrv of 4 bits", form: "single", route: { labels: [{ label: 1, rsrv: 8 }], length: 8, address: zeros } },
  ],
});

obeysTheNlriLaws(ipv6Labeled, ipv6LabeledArb, {
  afi: 2,
  safi: 4,
  name: "ipv6-labeled",
  pathIds: true,
  faults: faults("ipv6-labeled"),
  nextHops: { ordinary: [16, 32], extended: [16, 32] },
  vectors: [
    {
      form: "single",
      octets: "39" + "000021" + "20010db880" + "98" + "000021" + "20010db8000000000000000000000001",
      routes: [
        { labels: bound(2), length: 33, address: unhex("20010db8800000000000000000000000") },
        { labels: bound(2), length: 128, address: unhex("20010db8000000000000000000000001") },
      ],
    },
  ],
  malformed: [
    { octets: "17000021", fault: "ipv6-labeled/no-label" },
    { form: "stack", octets: "18000020", fault: "ipv6-labeled/unending-stack" },
    { octets: `99000021${"00".repeat(17)}`, fault: "ipv6-labeled/prefix-too-long" },
    { octets: "58" + "000021" + "20010db8", fault: "ipv6-labeled/overrun" },
  ],
  refused: [
    { why: "129 bits of IPv6", route: { labels: bound(1), length: 129, address: new Uint8Array(16) } },
    { why: "an address of the other family", route: { labels: bound(1), length: 8, address: zeros } },
  ],
});

describe("labels that are not as we write them", () => {
  const read = (octets: string, { form }: Carriage) => {
    const msg = unhex(octets);
    expect(ipv4Labeled.check(msg, 0, msg.length, false, form)).toBeNull();
    return ipv4Labeled.read(msg, 0, msg.length, false, form);
  };

  it("RFC 8277 §2.2: the S bit of a single label is ignored, and sent as one", () => {
    const routes = read("20000640" + "0a", single);
    expect(routes).toEqual([{ labels: bound(100), length: 8, address: Uint8Array.of(10, 0, 0, 0) }]);
    expect(hex(runOf(ipv4Labeled, routes, single))).toBe("20000641" + "0a");
  });

  it.each(["000000", "800000", "000641", "ffffff"])("RFC 8277 §2.4: compatibility field %s is ignored", (field) => {
    const routes = read(`20${field}0a`, withdrawn);
    expect(routes).toEqual([{ labels: [], length: 8, address: Uint8Array.of(10, 0, 0, 0) }]);
    expect(hex(runOf(ipv4Labeled, routes, withdrawn))).toBe("20800000" + "0a");
  });

  it("a route is withdrawn as it was announced: its labels are not written", () => {
    const routes = read("380006400006410a", stack);
    expect(hex(runOf(ipv4Labeled, routes, withdrawn))).toBe("20800000" + "0a");
  });

  it("the bits after a prefix are cleared, both ways", () => {
    const routes = read("21000641ffff", single);
    expect(routes).toEqual([{ labels: bound(100), length: 9, address: Uint8Array.of(255, 128, 0, 0) }]);
    const untidy = routes.map((route) => ({ ...route, address: new Uint8Array(4).fill(255) }));
    expect(hex(runOf(ipv4Labeled, untidy, single))).toBe("21000641ff80");
  });
});

const ipv4Fields = fieldsOf({ labels: true, distinguisher: false, width: 4 });

dissectsRoutes(
  ipv4LabeledArb,
  {
    addPath: true,
    octets: "00000007" + "30" + "00064f" + "c63364",
    lines: [
      "0-4 route/path identifier: 7",
      "4-5 route/length in bits: 48",
      "5-8 route/label: 100, Rsrv 7, S 1",
      "8-11 route/prefix: 198.51.100.0/24",
    ],
  },
  { addPath: true, octets: "0000", lines: ["0-2 route/path identifier: 0000 (cut short: 2 of 4 octets)"] },
  { addPath: true, octets: "00000007", lines: ["0-4 route/path identifier: 7"] },
  {
    form: "stack",
    octets: "38" + "000030" + "0000f1" + "0a" + "18000640" + "30" + "0006",
    lines: [
      "0-1 route/length in bits: 56",
      "1-4 route/label: 3 (implicit NULL), Rsrv 0, S 0",
      "4-7 route/label: 15 (extension), Rsrv 0, S 1",
      "7-8 route/prefix: 10.0.0.0/8",
      "8-9 route/length in bits: 24",
      "9-12 route/label: 100, Rsrv 0, S 0",
      "12-12 route/prefix: 0.0.0.0/0",
      "12-13 route/length in bits: 48",
      "13-15 route/label: 0006 (cut short: 2 of 3 octets)",
    ],
  },
  {
    form: "withdrawn",
    octets: "20" + "800000" + "0a" + "08" + "0a",
    lines: [
      "0-1 route/length in bits: 32",
      "1-4 route/compatibility: 800000 (ignored)",
      "4-5 route/prefix: 10.0.0.0/8",
      "5-6 route/length in bits: 8",
      "6-7 route/compatibility: 0a (cut short: 1 of 3 octets)",
    ],
  },
);

dissectsRoutes(ipv6LabeledArb, {
  octets: "39" + "000641" + "20010db880",
  lines: ["0-1 route/length in bits: 57", "1-4 route/label: 100, Rsrv 0, S 1", "4-9 route/prefix: 2001:db8:8000::/33"],
});

it("says of each route what it is", () => {
  const octets = `${"20000641"}0a${"17000641"}${"30"}0006410a`;
  expect(valuesOf((reader) => ipv4Fields(reader, false, "single"), octets)).toEqual([
    "10.0.0.0/8",
    undefined,
    "cut short: 5 of 7 octets",
  ]);
});
