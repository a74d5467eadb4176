import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { MrtTableError, tableFromMrt } from "./from-mrt.js";
import { generateTable } from "./generate.js";
import {
  ATTRIBUTES2,
  ATTRIBUTES4,
  attribute,
  bgp4mp,
  mpReach,
  mpUnreach,
  mrt,
  NEXT_HOP,
  NLRI6,
  ORIGIN,
  PEER6,
  path,
  peerIndexTable,
  rib,
  u32,
  update,
} from "./mrt/build.arb.js";
import { dataFile, dataMissing, noData, ourLines } from "./mrt/testing.arb.js";
import { mrtOf } from "./mrt/writer.js";
import type { PreparedTable } from "./prepared.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-from-mrt-"));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (records: readonly Uint8Array[], name = "file.mrt"): string => {
  const file = join(folder, name);
  writeFileSync(file, Buffer.concat(records));
  return file;
};

const source = { peerAs: 1, localAs: 1, peerAddress: new Uint8Array(4), localAddress: new Uint8Array(4), time: 0 };

/** The routes of a table: what `bgpdump -m` shows of each, from the prefix on, with the prefix as the key. */
const routesOf = async (table: PreparedTable): Promise<Map<string, string>> =>
  replayed(await ourLines(write([...mrtOf(table, source)], "table.mrt")), "0.0.0.0");

/** What a peer's announcements and withdrawals leave behind. */
const replayed = (lines: Buffer, peer: string): Map<string, string> => {
  const routes = new Map<string, string>();
  for (const line of lines.toString("latin1").split("\n")) {
    const [, , what, from, , prefix, ...rest] = line.split("|");
    if (from !== peer || prefix === undefined) continue;
    if (what === "W") routes.delete(prefix);
    else if (what !== "STATE") routes.set(prefix, rest.join("|"));
  }
  return routes;
};

const PEER = "192.0.2.7";
const from = (message: readonly number[], time = 1): Uint8Array => mrt(time, 16, 4, bgp4mp(4, 4, message));
const A = [16, 10, 1];
const B = [24, 10, 2, 3];
const C = [8, 11];
const longer = [...ORIGIN, ...attribute(0x40, 2, path(4, [2, [1, 2, 3]])), ...NEXT_HOP];

describe("a table out of UPDATEs", () => {
  it("has each prefix once, as announced last, in the company it came with", async () => {
    const table = await tableFromMrt(
      write([
        from(update([], ATTRIBUTES4, [...A, ...B])),
        from(update([], longer, [...B, ...C])),
        from(update(C, [])),
        from(update([], ATTRIBUTES4, [...C, ...C])),
      ]),
    );
    expect(table).toMatchObject({ prefixes: 3, count: 3, v4: 3, v6: 0, peer: PEER, peerAs: 64500, skipped: 0 });
    expect([...(await routesOf(table))].map(([prefix, route]) => `${prefix} ${route.split("|")[0]}`)).toEqual([
      "10.1.0.0/16 100 200000",
      "10.2.3.0/24 1 2 3",
      "11.0.0.0/8 100 200000",
    ]);
  });

  it("leaves out what was withdrawn, and what a receiver would not take", async () => {
    const noPath = [...ORIGIN, ...NEXT_HOP];
    const badOrigin = [...attribute(0x40, 1, [9]), ...ATTRIBUTES4.slice(ORIGIN.length)];
    const reach = [...mpReach(2, 1, PEER6, NLRI6), ...ORIGIN, ...attribute(0x40, 2, path(4, [2, [1]]))];
    const table = await tableFromMrt(
      write([
        from(update([], [...ATTRIBUTES4], A)),
        from(update([], reach)),
        from(update([], ATTRIBUTES4, [...B, ...C])),
        from(update([], noPath, B)),
        from(update([], badOrigin, C)),
        from(update(A, mpUnreach(2, 1, NLRI6))),
        from(update([], reach)),
      ]),
    );
    expect(table).toMatchObject({ prefixes: 1, v4: 0, v6: 1, skipped: 2 });
    expect([...(await routesOf(table)).keys()]).toEqual(["2001:db8::/32"]);
  });

  it("has paths of four-octet AS numbers, however they were written", async () => {
    const old = [
      ...[...ORIGIN, ...attribute(0x40, 2, path(2, [2, [100, 23456]])), ...NEXT_HOP],
      ...attribute(0xc0, 7, [0x5b, 0xa0, 1, 2, 3, 4]),
      ...attribute(0xc0, 17, path(4, [2, [200000]])),
      ...attribute(0xc0, 18, [...u32(200000), 1, 2, 3, 4]),
    ];
    const table = await tableFromMrt(write([mrt(1, 16, 1, bgp4mp(2, 4, update([], old, A)))]));
    expect(await routesOf(table)).toEqual(
      new Map([["10.1.0.0/16", "100 200000|IGP|10.0.0.1|0|0||NAG|200000 1.2.3.4|"]]),
    );
  });

  it("is that of the peer that announces most, or of the one that was asked for", async () => {
    const file = write([
      mrt(1, 16, 1, bgp4mp(2, 6, update([], ATTRIBUTES2, [...A, ...B]))),
      mrt(1, 16, 1, bgp4mp(2, 4, update([], ATTRIBUTES2, A))),
      // What the collector itself sent is nobody's table.
      mrt(1, 16, 6, bgp4mp(2, 4, update([], ATTRIBUTES2, [...B, ...C, 16, 12, 1, 16, 12, 2]))),
    ]);
    expect(await tableFromMrt(file)).toMatchObject({ peer: "2001:db8::7", prefixes: 2 });
    expect(await tableFromMrt(file, { peer: PEER })).toMatchObject({ peer: PEER, prefixes: 1 });
    await expect(tableFromMrt(file, { peer: "192.0.2.99" })).rejects.toThrow(MrtTableError);
  });

  it("is what was written, when a prepared table is written and read", async () => {
    const table = generateTable({ prefixes: 20_000, family: "both", seed: 8 });
    const again = await tableFromMrt(write([...mrtOf(table, source)], "again.mrt"));
    expect(Buffer.from(again.messages).equals(table.messages)).toBe(true);
    expect(again.count).toBe(table.count);
  });

  it.skipIf(dataMissing).each([
    ["updates.20100722.2015.gz", 0],
    // One UPDATE of four routes has AS 0 in its path, RFC 7607.
    ["updates.et-header.2015.gz", 4],
  ])(`is what the lines of the real file %s leave behind${noData}`, async (name, skipped) => {
    const table = await tableFromMrt(dataFile(name));
    expect(table.skipped).toBe(skipped);
    const routes = replayed(await ourLines(dataFile(name)), table.peer);
    for (const [prefix, route] of routes) {
      if (/^[^|]* 0[ |]/.test(route)) routes.delete(prefix);
      // RFC 7607 again: the receiver discards such an AGGREGATOR.
      else routes.set(prefix, route.replace(/\|0 0\.0\.0\.0\|$/, "||"));
    }
    const ours = await routesOf(table);
    expect(ours.size).toBe(table.prefixes);
    expect(ours.size).toBe(routes.size);
    // Not one toEqual: of half a million routes it would show nothing for minutes.
    const different = [...routes].find(([prefix, route]) => ours.get(prefix) !== route);
    expect(different).toBeUndefined();
  });
});

describe("a table out of a RIB dump", () => {
  it("gathers alike routes of one peer in an UPDATE", async () => {
    const next6 = attribute(0x80, 14, [16, ...PEER6]);
    const attributes6 = [...ATTRIBUTES4.slice(0, -NEXT_HOP.length), ...next6];
    const file = write([
      mrt(1, 13, 1, peerIndexTable),
      mrt(
        2,
        13,
        2,
        rib(A, [
          [0, longer],
          [2, ATTRIBUTES4],
        ]),
      ),
      mrt(2, 13, 2, rib(B, [[2, longer]])),
      mrt(2, 13, 2, rib(C, [[2, ATTRIBUTES4]])),
      mrt(2, 13, 4, rib(NLRI6, [[2, attributes6]])),
    ]);
    const table = await tableFromMrt(file);
    expect(table).toMatchObject({ peer: "192.0.2.3", peerAs: 4_200_000_000, count: 3, v4: 3, v6: 1 });
    const routes = await routesOf(table);
    expect([...routes.keys()]).toEqual(["10.1.0.0/16", "11.0.0.0/8", "10.2.3.0/24", "2001:db8::/32"]);
    expect(routes.get("2001:db8::/32")).toBe("100 200000|IGP|2001:db8::7|0|0||NAG||");
  });

  it("says when there is none", async () => {
    await expect(tableFromMrt(write([mrt(1, 13, 1, peerIndexTable)]))).rejects.toThrow(/announces no route/);
    await expect(tableFromMrt(write([Uint8Array.from({ length: 64 }, () => 0x41)]))).rejects.toThrow(MrtTableError);
  });
});
