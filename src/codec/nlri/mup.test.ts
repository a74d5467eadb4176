import { expect, it } from "vitest";
import { linesOf } from "../dissection.arb.js";
import type { FieldReader } from "../fields.js";
import { unhex } from "../testing.arb.js";
import { dissectsRoutes } from "./dissection.arb.js";
import { obeysTheNlriLaws, type PinnedNlri } from "./laws.arb.js";
import { ipv4MupArb, ipv6MupArb } from "./mup.arb.js";
import { fields } from "./mup.fields.js";
import { ipv4Mup, ipv6Mup, type MupRoute } from "./mup.js";

const RD = "0000fde900000001";
const rd = unhex(RD);
/** 192.0.2.0/24, as an Interwork Segment Discovery route has it. */
const PREFIX = "18c00002";
const discovery = { architecture: 1, type: 1, rd, body: unhex(PREFIX) } as const;

const pinned = (afi: number, name: string): PinnedNlri<MupRoute> => ({
  afi,
  safi: 85,
  name,
  pathIds: true,
  faults: [
    `${name}/overrun: session-reset 3/10`,
    `${name}/unknown-architecture: discard 3/10`,
    `${name}/unknown-type: discard 3/10`,
    `${name}/too-short: session-reset 3/10`,
  ],
  nextHops: { ordinary: [4, 16], extended: [4, 16] },
  vectors: [
    { octets: "", routes: [] },
    {
      octets: `0100010c${RD}${PREFIX}01000208${RD}01000309${RD}ff01000408${RD}`,
      routes: [
        discovery,
        { architecture: 1, type: 2, rd, body: new Uint8Array(0) },
        { architecture: 1, type: 3, rd, body: Uint8Array.of(255) },
        { architecture: 1, type: 4, rd, body: new Uint8Array(0) },
      ],
    },
    { octets: `010001ff${RD}${"a5".repeat(247)}`, routes: [{ ...discovery, body: new Uint8Array(247).fill(0xa5) }] },
    { addPath: true, octets: `fedcba980100010c${RD}${PREFIX}`, routes: [{ pathId: 0xfedcba98, ...discovery }] },
  ],
  malformed: [
    { octets: "010001", fault: `${name}/overrun` },
    { octets: `0100010c${RD}18c000`, fault: `${name}/overrun` },
    { octets: "02000101", fault: `${name}/overrun` },
    { addPath: true, octets: "00000001010001", fault: `${name}/overrun` },
    { octets: "00000100", fault: `${name}/unknown-architecture`, routes: [] },
    { octets: `02000101ff0100010c${RD}${PREFIX}`, fault: `${name}/unknown-architecture`, routes: [discovery] },
    { octets: "01000000", fault: `${name}/unknown-type`, routes: [] },
    { octets: `01000501ff0100010c${RD}${PREFIX}01010100`, fault: `${name}/unknown-type`, routes: [discovery] },
    { octets: `0101010c${RD}${PREFIX}`, fault: `${name}/unknown-type`, routes: [] },
    { octets: "01000100", fault: `${name}/too-short` },
    { octets: `01000407${RD.slice(2)}`, fault: `${name}/too-short` },
    { octets: "01000500" + "01000100", fault: `${name}/too-short` },
    { octets: "01000100" + "01000500", fault: `${name}/too-short` },
  ],
  refused: [
    { why: "another architecture", route: { ...discovery, architecture: 2 } as unknown as MupRoute },
    { why: "an architecture of 9 bits", route: { ...discovery, architecture: 257 } as unknown as MupRoute },
    { why: "type 0", route: { ...discovery, type: 0 } as unknown as MupRoute },
    { why: "type 5", route: { ...discovery, type: 5 } as unknown as MupRoute },
    { why: "a type of 17 bits", route: { ...discovery, type: 65537 } as unknown as MupRoute },
    { why: "a distinguisher of 7 octets", route: { ...discovery, rd: new Uint8Array(7) } },
    { why: "a body of 248 octets", route: { ...discovery, body: new Uint8Array(248) } },
    { why: "a missing path identifier", addPath: true, route: discovery },
    { why: "a path identifier too many", route: { pathId: 1, ...discovery } },
  ],
});

obeysTheNlriLaws(ipv4Mup, ipv4MupArb, pinned(1, "ipv4-mup"));
obeysTheNlriLaws(ipv6Mup, ipv6MupArb, pinned(2, "ipv6-mup"));

it("gives the clause of each fault", () => {
  expect(ipv4Mup.faults.map(({ rfc }) => rfc)).toEqual([
    "RFC 7606 §5.3",
    "RFC 7606 §5.4",
    "draft-ietf-bess-mup-safi §3.1",
    "RFC 7606 §5.3",
  ]);
});

it("says what is wrong with a type", () => {
  const encode = (route: unknown) => ipv4Mup.encode(route as MupRoute, new Uint8Array(99), 0, false);
  expect(() => encode({ ...discovery, architecture: 257 })).toThrow("the architecture must be");
  expect(() => encode({ ...discovery, type: 65537 })).toThrow("the type must be");
});

const plainly = (reader: FieldReader): void => fields(reader, false);
const withPathIds = (reader: FieldReader): void => fields(reader, true);

it("names the fields as the draft does", () => {
  expect(linesOf(withPathIds, `000000070100010c${RD}${PREFIX}`)).toEqual([
    "0-4 route/path identifier: 7",
    "4-5 route/Architecture Type: 1 (3gpp-5g)",
    "5-7 route/Route Type: 1 (Interwork Segment Discovery)",
    "7-8 route/length in octets: 12",
    "8-16 route/RD: 65001:1",
    "16-20 route/Route Type specific: 18c00002",
  ]);
  const types = [2, 3, 4, 5].map((type) => linesOf(plainly, `01000${type}08${RD}`).slice(1));
  expect(types.map(([type]) => type)).toEqual([
    "1-3 route/Route Type: 2 (Direct Segment Discovery)",
    "1-3 route/Route Type: 3 (Type 1 Session Transformed)",
    "1-3 route/Route Type: 4 (Type 2 Session Transformed)",
    "1-3 route/Route Type: 5 (not known)",
  ]);
  expect(types.map((lines) => lines.at(-1))).toEqual([
    ...Array(3).fill("4-12 route/RD: 65001:1"),
    `4-12 route/not understood: ${RD}`,
  ]);
  expect(linesOf(plainly, `02000108${RD}`)).toEqual([
    "0-1 route/Architecture Type: 2 (not known)",
    "1-3 route/Route Type: 1 (Interwork Segment Discovery)",
    "3-4 route/length in octets: 8",
    `4-12 route/not understood: ${RD}`,
  ]);
});

dissectsRoutes(ipv4MupArb);
dissectsRoutes(ipv6MupArb);
