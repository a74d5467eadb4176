import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { generateTable } from "../generate.js";
import {
  AS_PATH2,
  AS_PATH4,
  ATTRIBUTES2,
  ATTRIBUTES4,
  attribute,
  bgp4mp,
  LOCAL6,
  mpReach,
  mpUnreach,
  mrt,
  NEXT_HOP,
  NLRI4,
  NLRI6,
  ORIGIN,
  PEER4,
  PEER6,
  path,
  peerIndexTable,
  rib,
  u16,
  u32,
  update,
  validRecords,
} from "./build.arb.js";
import {
  bgpdump,
  bgpdumpMissing,
  birdMissing,
  dataFile,
  dataMissing,
  noBgpdump,
  noData,
  ourLines,
  without,
} from "./testing.arb.js";
import { mrtOf } from "./writer.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-lines-"));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (octets: Uint8Array | readonly Uint8Array[]): string => {
  const file = join(folder, "file.mrt");
  writeFileSync(file, octets instanceof Uint8Array ? octets : Buffer.concat(octets));
  return file;
};

const expectSame = async (file: string): Promise<void> => {
  const [ours, theirs] = [await ourLines(file), bgpdump(file)];
  // Equal buffers are told apart at once; a difference is shown by lines.
  if (ours.equals(theirs)) return;
  const [mine, oracle] = [ours.toString("latin1").split("\n"), theirs.toString("latin1").split("\n")];
  const at = mine.findIndex((line, i) => line !== oracle[i]);
  expect(mine.slice(Math.max(0, at), at + 3)).toEqual(oracle.slice(Math.max(0, at), at + 3));
  expect(mine.length).toBe(oracle.length);
};

const optional = 0x80;
const transitive = 0xc0;
const aggregator = (as: readonly number[], ...address: number[]): number[] =>
  attribute(transitive, 7, [...as, ...address]);

/** Attribute lists of two-octet speakers, each with something of its own. */
const lists2: Readonly<Record<string, readonly number[]>> = {
  plain: ATTRIBUTES2,
  "an AS_SET": [...ORIGIN, ...attribute(0x40, 2, path(2, [2, [1, 2]], [1, [3, 4]])), ...NEXT_HOP],
  confederations: [
    ...ORIGIN,
    ...attribute(0x40, 2, path(2, [3, [1, 2]], [4, [3, 4]], [2, [9]], [1, [7]], [1, [8]])),
    ...NEXT_HOP,
  ],
  "an empty path": [...attribute(0x40, 1, [1]), ...attribute(0x40, 2, []), ...NEXT_HOP],
  "an unknown ORIGIN": [...attribute(0x40, 1, [3]), ...AS_PATH2, ...NEXT_HOP],
  "the largest MED and LOCAL_PREF": [
    ...ATTRIBUTES2,
    ...attribute(optional, 4, u32(0xffffffff)),
    ...attribute(0x40, 5, u32(0xffffffff)),
  ],
  "ATOMIC_AGGREGATE and AGGREGATOR": [...ATTRIBUTES2, ...attribute(0x40, 6, []), ...aggregator(u16(77), 1, 2, 3, 4)],
  "an AGGREGATOR that bgpdump takes for none": [...ATTRIBUTES2, ...aggregator(u16(77), 255, 255, 255, 255)],
  "well-known communities": [
    ...ATTRIBUTES2,
    ...attribute(transitive, 8, [0xffffff01, 0xffffff02, 0xffffff03, 0xffffff04, 0xffff0000, 0x10002].flatMap(u32)),
  ],
  "attributes that are not shown": [
    ...ATTRIBUTES2,
    ...attribute(transitive, 16, [0, 2, 0, 1, 0, 0, 0, 5]),
    ...attribute(transitive, 32, [1, 2, 3].flatMap(u32)),
    ...attribute(transitive, 99, [1, 2, 3]),
  ],
  "AS4_PATH and AS4_AGGREGATOR": [
    ...[...ORIGIN, ...attribute(0x40, 2, path(2, [2, [100, 23456, 23456]], [1, [5, 6]])), ...NEXT_HOP],
    ...attribute(transitive, 17, path(4, [2, [200000, 300000]], [1, [5, 600000]])),
    ...aggregator(u16(23456), 1, 2, 3, 4),
    ...attribute(transitive, 18, [...u32(300000), 1, 2, 3, 5]),
  ],
  "an AS4_PATH that is too long": [
    ...[...ORIGIN, ...attribute(0x40, 2, path(2, [2, [100]])), ...NEXT_HOP],
    ...attribute(transitive, 17, path(4, [2, [200000, 300000]])),
  ],
  "an AS4_PATH that the AGGREGATOR belies": [
    ...[...ORIGIN, ...attribute(0x40, 2, path(2, [2, [100, 200, 23456]])), ...NEXT_HOP],
    ...attribute(transitive, 17, path(4, [2, [300000]])),
    ...aggregator(u16(5), 1, 2, 3, 4),
    ...attribute(transitive, 18, [...u32(300000), 1, 2, 3, 5]),
  ],
  "no ORIGIN": [...AS_PATH2, ...NEXT_HOP],
  "no path": [...ORIGIN, ...NEXT_HOP],
  "no next hop": [...ORIGIN, ...AS_PATH2],
  "nothing at all": [],
  "a path that overruns": [...ORIGIN, ...attribute(0x40, 2, [2, 5, 0, 1]), ...NEXT_HOP],
  "a path of an unknown segment": [...ORIGIN, ...attribute(0x40, 2, [7, 1, 0, 1]), ...NEXT_HOP],
  "an attribute that overruns": [...ATTRIBUTES2, 0x40, 5, 9, 0, 0],
};

const addresses6: readonly (readonly number[])[] = [
  [0, 0, 0, 0, 0, 0, 0, 1],
  [0, 0, 0, 0, 0, 0, 0x102, 0x304],
  [0, 0, 0, 0, 0, 0xffff, 0x102, 0x304],
  [0, 0, 0, 0, 0, 0, 0, 0x102],
  [0, 0, 0, 0, 0, 0, 1, 2],
  [1, 0, 0, 2, 0, 0, 0, 0],
  [1, 0, 2, 0, 0, 0, 0, 0],
  [0, 0, 1, 0, 0, 0, 0, 0],
  [1, 2, 3, 4, 5, 6, 7, 8],
  [1, 0, 3, 4, 5, 6, 7, 8],
  [0, 1, 2, 3, 4, 5, 6, 7],
  [0xfe80, 0, 0, 0, 0, 0x5efe, 0x102, 0x304],
];

/** UPDATEs by what they show; two-octet AS numbers. */
const updates: readonly (readonly number[])[] = [
  ...Object.values(lists2).map((list) => update([], list, NLRI4)),
  update(NLRI4, []),
  update(NLRI4, ATTRIBUTES2, NLRI4),
  update([], []),
  update([], [...mpReach(2, 1, PEER6, [...NLRI6, 0, 64, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 1]), ...ORIGIN, ...AS_PATH2]),
  update([], [...ATTRIBUTES2, ...mpReach(2, 1, [...PEER6, ...LOCAL6], NLRI6)], NLRI4),
  update([], [...ORIGIN, ...AS_PATH2, ...mpReach(2, 2, PEER6, NLRI6)]),
  update([], [...ORIGIN, ...AS_PATH2, ...mpReach(2, 1, PEER4, NLRI6)]),
  update([], [...ORIGIN, ...AS_PATH2, ...mpReach(1, 1, PEER4, NLRI4), ...attribute(optional, 4, u32(0xffffffff))]),
  update([], [...ATTRIBUTES2, ...mpReach(1, 2, PEER4, NLRI4)]),
  update([], mpUnreach(2, 1, [...NLRI6, 120, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1, 2, 3])),
  update([], mpUnreach(2, 1, [])),
  update(NLRI4, [...ATTRIBUTES2, ...mpUnreach(2, 1, NLRI6), ...mpReach(2, 1, PEER6, NLRI6)], NLRI4),
  update([], [...mpReach(25, 65, PEER4, [1, 2, 3]), ...ORIGIN, ...AS_PATH2]),
  // Bits behind the prefix length; a prefix that is cut off.
  update([], ATTRIBUTES2, [20, 10, 255, 255]),
  update([], ATTRIBUTES2, [16, 10, 1, 24, 1]),
  ...addresses6.map((groups) =>
    update(
      [],
      [...mpReach(2, 1, new Array<number>(16).fill(0), [128, ...groups.flatMap(u16)]), ...ORIGIN, ...AS_PATH2],
    ),
  ),
];

const bothFamilies = (
  type: 16 | 17,
  subtype: number,
  size: 2 | 4,
  messages: readonly (readonly number[])[],
): Uint8Array[] =>
  messages.flatMap((message, i) =>
    ([4, 6] as const).map((family) =>
      mrt(1000 + i, type, subtype, [...(type === 17 ? u32(42) : []), ...bgp4mp(size, family, message)]),
    ),
  );

const withPathIds = (attributes: readonly number[]): number[][] => {
  const nlri = [...u32(7), 16, 10, 1, ...u32(0xffffffff), 24, 10, 2, 3];
  return [
    update([], attributes, nlri),
    update(nlri, []),
    update([], [...mpReach(2, 1, PEER6, [...u32(9), ...NLRI6]), ...attributes]),
    update([], mpUnreach(2, 1, [...u32(9), ...NLRI6])),
    update([], [...mpReach(1, 1, PEER4, nlri), ...attributes]),
  ];
};

const AS4 = [
  update([], ATTRIBUTES4, NLRI4),
  update(
    [],
    [...ATTRIBUTES4, ...attribute(0xc0, 7, [...u32(300000), 1, 2, 3, 4]), ...attribute(0xc0, 17, path(4, [2, [5]]))],
    NLRI4,
  ),
  // Longer than the buffers of bgpdump.
  update(
    [],
    [
      ...ORIGIN,
      ...attribute(
        0x40,
        2,
        path(4, ...[1, 2, 3].map((n) => [2, new Array<number>(255).fill(4_294_967_290 + n)] as const)),
      ),
      ...NEXT_HOP,
    ],
    NLRI4,
  ),
  update(
    [],
    [...ATTRIBUTES4, ...attribute(0xc0, 8, Array.from({ length: 900 }, (_, i) => u32(0xfde8fde8 + i)).flat())],
    NLRI4,
  ),
];

const ribs = (addPath: boolean): Uint8Array[] => {
  const more = addPath ? 6 : 0;
  const next6 = attribute(optional, 14, [16, ...PEER6]);
  const both6 = attribute(optional, 14, [32, ...PEER6, ...LOCAL6]);
  return [
    mrt(2000, 13, 1, peerIndexTable),
    mrt(
      2001,
      13,
      2 + more,
      rib(
        [8, 10],
        [
          [0, ATTRIBUTES4],
          [1, ATTRIBUTES4],
          [2, [...ATTRIBUTES4, ...attribute(0x40, 6, [])]],
        ],
        addPath,
      ),
    ),
    mrt(2001, 13, 2 + more, rib([0], [[0, [...ORIGIN, ...AS_PATH4]]], addPath)),
    mrt(
      2001,
      13,
      4 + more,
      rib(
        NLRI6,
        [
          [0, [...ORIGIN, ...AS_PATH4, ...next6]],
          [1, [...ORIGIN, ...AS_PATH4, ...both6]],
        ],
        addPath,
      ),
    ),
    mrt(2001, 13, 4 + more, rib(NLRI6, [[2, [...ORIGIN, ...AS_PATH4, ...mpReach(2, 1, PEER6, NLRI6)]]], addPath)),
    mrt(2001, 13, 3 + more, rib([4, 224], [[0, ATTRIBUTES4]], addPath)),
  ];
};

describe.skipIf(bgpdumpMissing)(`our lines are those of bgpdump -m${noBgpdump}`, () => {
  it.each([
    ["BGP4MP", 16, 1],
    ["BGP4MP_ET", 17, 1],
    ["BGP4MP sent by the collector", 16, 6],
    ["BGP4MP_ET sent by the collector", 17, 6],
  ] as const)("for UPDATEs of %s", async (_name, type, subtype) => {
    await expectSame(write(bothFamilies(type, subtype, 2, updates)));
  });

  it.each([16, 17] as const)("for four-octet AS numbers in type %i", async (type) => {
    await expectSame(write([4, 7].flatMap((subtype) => bothFamilies(type, subtype, 4, AS4))));
  });

  it("for path identifiers", async () => {
    await expectSame(
      write([
        ...[8, 10].flatMap((subtype) => bothFamilies(16, subtype, 2, withPathIds(ATTRIBUTES2))),
        ...[9, 11].flatMap((subtype) => bothFamilies(17, subtype, 4, withPathIds(ATTRIBUTES4))),
      ]),
    );
  });

  it("for state changes and messages that are no UPDATEs", async () => {
    const keepalive = [...new Array<number>(16).fill(0xff), ...u16(19), 4];
    const states = [...u16(3), ...u16(6)];
    await expectSame(
      write([
        ...bothFamilies(16, 0, 2, [states]),
        ...bothFamilies(17, 5, 4, [states]),
        ...bothFamilies(16, 1, 2, [keepalive]),
      ]),
    );
  });

  it.each([false, true])("for RIBs (path identifiers: %s)", async (addPath) => {
    await expectSame(write(ribs(addPath)));
  });

  it("for one record of each kind", async () => {
    await expectSame(write(validRecords));
  });

  it("for a generated table", async () => {
    const table = generateTable({ prefixes: 20_000, family: "both", seed: 3 });
    const source = {
      peerAs: 65001,
      localAs: 64496,
      peerAddress: Uint8Array.of(192, 0, 2, 1),
      localAddress: Uint8Array.of(192, 0, 2, 2),
      time: 5,
    };
    await expectSame(write([...mrtOf(table, source)]));
  });

  it
    .skipIf(dataMissing)
    .each(["bview.ipv4_unicast_add_path.gz", "updates.20100722.2015.gz", "updates.et-header.2015.gz"])(
    `for the real file %s${noData}`,
    async (name) => {
      await expectSame(dataFile(name));
    },
  );

  it.skipIf(birdMissing)(
    `for a table dump of BIRD${without(birdMissing, "bird", "apt-get install bird2")}`,
    async () => {
      const dump = join(folder, "bird.mrt");
      writeFileSync(join(folder, "bird.conf"), birdConfig(dump));
      const bird = spawn("bird", ["-f", "-c", "bird.conf", "-s", "bird.ctl", "-P", "bird.pid"], {
        cwd: folder,
        stdio: "ignore",
      });
      try {
        const size = (): number => statSync(dump, { throwIfNoEntry: false })?.size ?? 0;
        for (let tries = 0; size() === 0 && tries < 100; tries++) await new Promise((done) => setTimeout(done, 100));
      } finally {
        const gone = new Promise((done) => bird.once("exit", done));
        bird.kill("SIGTERM");
        await gone;
      }
      const lines = (await ourLines(dump)).toString();
      expect(lines).toContain("|10.0.0.0/8|65001 4200000000|IGP|192.0.2.9|200|5|65001:7 no-export|NAG||\n");
      expect(lines).toContain("|2001:db8::/32|65001|EGP|2001:db8::9|0|0||NAG||\n");
      await expectSame(dump);
    },
  );
});

/** Static routes with attributes, dumped once a second. */
const birdConfig = (dump: string): string => `
router id 192.0.2.1;
protocol device {}
protocol static {
  ipv4 {};
  route 10.0.0.0/8 blackhole {
    bgp_path.prepend(4200000000); bgp_path.prepend(65001); bgp_origin = ORIGIN_IGP; bgp_next_hop = 192.0.2.9;
    bgp_community.add((65001,7)); bgp_community.add((65535,65281)); bgp_med = 5; bgp_local_pref = 200;
  };
  route 192.0.2.0/25 blackhole {
    bgp_path.prepend(65001); bgp_origin = ORIGIN_INCOMPLETE; bgp_next_hop = 192.0.2.9;
    bgp_large_community.add((1,2,3)); bgp_ext_community.add((rt,1,2));
  };
}
protocol static {
  ipv6 {};
  route 2001:db8::/32 blackhole { bgp_path.prepend(65001); bgp_origin = ORIGIN_EGP; bgp_next_hop = 2001:db8::9; };
}
protocol mrt { table "master*"; filename "${dump}"; period 1; }
`;
