import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { Ipv4Unicast, Ipv6Unicast } from "../src/codec/iana.js";
import * as notificationArb from "../src/codec/message/notification.arb.js";
import * as openArb from "../src/codec/message/open.arb.js";
import * as routeRefreshArb from "../src/codec/message/route-refresh.arb.js";
import { MARKER } from "../src/codec/message/testing.arb.js";
import * as updateArb from "../src/codec/message/update.arb.js";
import { unhex } from "../src/codec/testing.arb.js";
import { exceptions } from "./tshark-exceptions.js";
import { judge } from "./tshark-judge.js";
import { notificationPart, openPart, type Part, routeRefreshPart, type Subject, updatePart } from "./tshark-parts.js";

const isThere = spawnSync("tshark", ["--version"], { stdio: "ignore" }).error === undefined;
const title = isThere
  ? "tshark reads all that the encoder makes"
  : "tshark reads all that the encoder makes: SKIPPED, install tshark (Debian: apt-get install tshark)";

const ALL = 100_000;
const messages = Number(process.env.KILN_TSHARK_MESSAGES ?? 4000);
/** Messages that are judged together: more need more memory, fewer more processes. */
const TOGETHER = 4000;
/** So many at a time. */
const ABREAST = 2;
const SEED = 20_260_101;

/** Of each kind of message one arbitrary; of 20 messages 17 are UPDATEs. */
const partArb: fc.Arbitrary<Part> = fc.oneof(
  { weight: 17, arbitrary: updateArb.valid.map(({ value, session }) => updatePart(value, session)) },
  { weight: 1, arbitrary: openArb.valid.map(openPart) },
  { weight: 1, arbitrary: notificationArb.valid.map(notificationPart) },
  { weight: 1, arbitrary: routeRefreshArb.valid.map(routeRefreshPart) },
);

const batches: readonly number[] = Array.from({ length: Math.ceil(messages / TOGETHER) }, (_, i) => i);
const excused: Map<string, number> = new Map(exceptions.map(({ name }) => [name, 0]));
const warnings: Map<string, number> = new Map();
let judged = 0;
let complained = 0;

const judgeBatch = async (batch: number): Promise<readonly string[]> => {
  const numRuns = Math.min(TOGETHER, messages - batch * TOGETHER);
  const found = await judge(fc.sample(partArb, { seed: SEED + batch, numRuns }), exceptions);
  judged += numRuns;
  complained += found.complained;
  for (const [from, to] of [[found.excused, excused] as const, [found.warnings, warnings] as const])
    for (const [name, count] of from) to.set(name, (to.get(name) ?? 0) + count);
  return found.unexplained;
};

describe.skipIf(!isThere)(title, () => {
  for (let first = 0; first < batches.length; first += ABREAST) {
    const some = batches.slice(first, first + ABREAST);
    it(`messages ${first * TOGETHER} to ${Math.min(messages, (first + ABREAST) * TOGETHER) - 1}`, {
      timeout: 300_000,
    }, async () => {
      const unexplained = await Promise.all(some.map(judgeBatch));
      expect(unexplained.flat()).toEqual([]);
    });
  }

  it.skipIf(messages < ALL)(
    `needs each of its exceptions${messages < ALL ? `: SKIPPED, set KILN_TSHARK_MESSAGES=${ALL}` : ""}`,
    () => {
      expect([...excused].filter(([, count]) => count === 0)).toEqual([]);
    },
  );

  afterAll(() => {
    if (messages < ALL) return;
    const table = (counts: Map<string, number>): string[] =>
      [...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${String(count).padStart(8)} ${name}`);
    process.stdout.write(
      [
        `${judged} messages, ${complained} with complaints`,
        ...table(excused),
        "warnings:",
        ...table(warnings),
        "",
      ].join("\n"),
    );
  });
});

const update = (withdrawn: string, attributes: string, nlri: string): Uint8Array => {
  const body =
    [withdrawn, attributes].map((part) => (part.length / 2).toString(16).padStart(4, "0") + part).join("") + nlri;
  return unhex(`${MARKER}${(19 + body.length / 2).toString(16).padStart(4, "0")}02${body}`);
};

const attribute = (code: number): Subject => ({ kind: "attribute", code, value: [], isInSet: false });
const routes = (family: number, octets: string, withdrawn = false): Subject => ({
  ...{ kind: "routes", family, addPath: false, withdrawn, nextHop: null, routes: [{}] },
  octets: unhex(octets),
});

/** An UPDATE that is wrong, and what in it is. */
const broken: readonly (readonly [why: string, octets: Uint8Array, wrong: Subject])[] = [
  ["an ORIGIN of two octets", update("", "4001020000", ""), attribute(1)],
  ["a NEXT_HOP of five octets", update("", "400305c000020101", ""), attribute(3)],
  ["an AS_PATH cut off in a segment", update("", "4002060203000000", ""), attribute(2)],
  ["COMMUNITIES of five octets", update("", "c008050000000100", ""), attribute(8)],
  ["an attribute longer than the attributes", update("", "4001ff00", ""), attribute(1)],
  ["a LOCAL_PREF of three octets", update("", "400503000064", ""), attribute(5)],
  ["an IPv4 prefix of 33 bits", update("", "40010100", "21c0000201ff"), routes(Ipv4Unicast, "21c0000201ff")],
  ["a withdrawn IPv4 prefix of 40 bits", update("28c000020101", "", ""), routes(Ipv4Unicast, "28c000020101", true)],
  ["an IPv4 prefix cut off", update("", "40010100", "18c000"), routes(Ipv4Unicast, "18c000")],
  [
    "an IPv6 prefix of 129 bits",
    update("", `800f1500020181${"ff".repeat(17)}`, ""),
    routes(Ipv6Unicast, `81${"ff".repeat(17)}`),
  ],
  ["an IPv6 prefix cut off", update("", "800f080002013020010db8", ""), routes(Ipv6Unicast, "3020010db8")],
];

describe.skipIf(!isThere)(isThere ? "tshark's complaints" : `tshark's complaints: ${title}`, () => {
  it.each(broken)("are not excused: %s", async (name, message, subject) => {
    const { unexplained } = await judge([{ name, subject, asnSize: 4, message, parts: () => [] }], exceptions);
    expect(unexplained).not.toEqual([]);
  });

  it("are not excused when a good message is cut off", async () => {
    const some = fc.sample(updateArb.valid, { seed: SEED, numRuns: 400 });
    const parts = some
      .map(({ value, session }) => updatePart(value, session))
      .filter(({ message }) => message.length > 60);
    const cut = parts.map((part): Part => {
      const message = part.message.slice(0, -7);
      message[16] = message.length >>> 8;
      message[17] = message.length & 0xff;
      return { ...part, message };
    });
    const { complained: wrong, unexplained } = await judge(cut, exceptions);
    expect(wrong).toBeGreaterThan(cut.length / 2);
    expect(unexplained.length).toBeGreaterThan(cut.length / 4);
  });
});
