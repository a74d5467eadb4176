import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { attributes } from "../src/codec/attribute/index.js";
import { attributeName } from "../src/codec/attribute/names.js";
import type { AttributeSpec } from "../src/codec/attribute.js";
import { type VerdictName, verdictName } from "../src/codec/verdict-name.js";
import { type VerdictRow, verdictMarkdown, verdictTables } from "../src/explain/verdicts.js";
import { verdictsDocument } from "../src/results/verdicts.js";

const TAW = "treat-as-withdraw";
const AD = "discard";
const RESET = "session-reset";

/** What a malformed attribute comes to: RFC 7606 §7 and the attributes' own documents. Flags, then the verdicts that occur. */
const EXPECTED: Readonly<Record<number, readonly [flags: number, ...verdicts: VerdictName[]]>> = {
  1: [0x40, TAW],
  2: [0x40, TAW],
  3: [0x40, TAW],
  4: [0x80, TAW],
  5: [0x40, AD, TAW],
  6: [0x40, AD],
  7: [0xc0, AD],
  8: [0xc0, TAW],
  9: [0x80, AD, TAW],
  10: [0x80, AD, TAW],
  14: [0x80, RESET],
  15: [0x80, RESET],
  16: [0xc0, TAW],
  17: [0xc0, AD],
  18: [0xc0, AD],
  22: [0xc0, TAW],
  23: [0xc0, TAW],
  24: [0x80, TAW],
  25: [0xc0, TAW],
  26: [0x80, AD],
  27: [0xc0, TAW],
  29: [0x80, AD],
  32: [0xc0, TAW],
  33: [0x80, TAW],
  34: [0xc0, TAW],
  35: [0xc0, TAW],
  36: [0xc0, TAW],
  37: [0xc0, TAW],
  38: [0xc0, AD],
  39: [0xc0, AD],
  40: [0xc0, AD],
  41: [0xc0, AD],
  128: [0xc0, TAW],
};

/** Faults that do no harm to what the table is about: the attribute is well formed, but not for this session, or in part. */
const BESIDE: ReadonlySet<string> = new Set([
  // RFC 4760 §7: routes of a family that was not agreed on are ignored.
  "mp-reach-nlri/not-negotiated",
  "mp-unreach-nlri/not-negotiated",
  // RFC 7606 §5.4: an unknown type of route is left out, the attribute stands.
  "mp-reach-nlri/route-discarded",
  "mp-unreach-nlri/route-discarded",
]);

interface Deviation {
  readonly code: number;
  /** Whether it is about wrong Optional and Transitive bits or about malformed values. */
  readonly of: "flags" | "value";
  /** The verdicts of the table above and of the fact sheet. */
  readonly sheet: readonly VerdictName[];
  readonly ours: readonly VerdictName[];
  /** The clause that each fault with another verdict than the sheet's names as its own. */
  readonly clause: string;
}

/** Where the attribute's own document says something else. */
const DEVIATIONS: readonly Deviation[] = [
  // An AIGP with the transitive bit set is "a malformed AIGP attribute and MUST be discarded": the "different handling for
  // incorrect Attribute Flags" that RFC 7606 §3 (c) leaves room for. As it must not leave its domain, an AIGP that says it
  // may go anywhere costs what is gained by it, not the route.
  { code: 26, of: "flags", sheet: [TAW], ours: [AD], clause: "RFC 7311 §3.2" },
  // RFC 8669 §6 discards a malformed Prefix-SID. RFC 9252 §7, which put the SRv6 service TLVs into it, says of these "The
  // treat-as-withdraw action MUST be performed when at least one malformed SRv6 Service TLV is present": without its SID
  // the route of a service leads nowhere.
  { code: 40, of: "value", sheet: [AD], ours: [AD, TAW], clause: "RFC 9252 §7" },
];

const oursOf = (code: number, of: Deviation["of"], sheet: readonly VerdictName[]): VerdictName[] => [
  ...(DEVIATIONS.find((one) => one.code === code && one.of === of)?.ours ?? sheet),
];

const verdictsOf = (spec: AttributeSpec<unknown>): VerdictName[] => {
  const judged = spec.faults.filter((fault) => fault !== spec.flagFault && !BESIDE.has(fault.id));
  return [...new Set(judged.map(({ verdict }) => verdictName(verdict)))].sort();
};

const { attributes: first, others } = verdictTables();
const all: readonly VerdictRow[] = [...first, ...others];

describe("the verdict of each attribute", () => {
  it("is given for every attribute that must have one", () => {
    expect(attributes.map(({ code }) => code)).toEqual(Object.keys(EXPECTED).map(Number));
  });

  it.each(attributes.map((spec) => [spec.code, spec] as const))(
    "attribute %i is judged as its documents say",
    (code, spec) => {
      const [flags, ...verdicts] = EXPECTED[code] ?? [];
      expect(spec.flags).toBe(flags);
      expect(verdictsOf(spec)).toEqual(oursOf(code, "value", verdicts).sort());
      // RFC 7606 §3 (c); for the multiprotocol attributes §5.3.
      const ofFlags = oursOf(code, "flags", [code === 14 || code === 15 ? RESET : TAW]);
      expect([verdictName(spec.flagFault.verdict), ...spec.flagFault.notify]).toEqual([...ofFlags, 3, 4]);
    },
  );

  it.each(DEVIATIONS)("deviates from the fact sheet in attribute $code ($of) by $clause alone", (deviation) => {
    const { code, of, sheet, ours, clause } = deviation;
    const spec = attributes.find((one) => one.code === code);
    const faults = of === "flags" ? [spec?.flagFault] : spec?.faults.filter((fault) => fault !== spec.flagFault);
    const others = faults?.filter((fault) => fault !== undefined && !sheet.includes(verdictName(fault.verdict))) ?? [];
    expect(others.map((fault) => fault?.rfc)).toEqual([clause]);
    expect([...ours].sort()).not.toEqual([...sheet].sort());
    if (of === "value") expect((EXPECTED[code] ?? []).slice(1)).toEqual(sheet);
  });
});

/** Rules that are not of one attribute: the fault that stands for each, its verdict, and code and subcode. */
const RULES: readonly (readonly [rule: string, fault: string, verdict: VerdictName, code: number, subcode: number])[] =
  [
    ["Missing well-known mandatory -> TAW", "update/missing-origin", TAW, 3, 3],
    ["Missing well-known mandatory -> TAW", "update/missing-as-path", TAW, 3, 3],
    ["Missing well-known mandatory -> TAW", "update/missing-next-hop", TAW, 3, 3],
    ["Other duplicates: keep the first", "update/duplicate-attribute", AD, 3, 1],
    ["duplicate -> 3/1", "update/duplicate-mp-nlri", RESET, 3, 1],
    ["An attribute that overruns the total", "update/attribute-overrun", TAW, 3, 1],
    ["or fewer than 3/4 octets left -> TAW", "update/attribute-truncated", TAW, 3, 1],
    ["23 > message length -> 3/1 reset", "update/lengths-exceed-message", RESET, 3, 1],
    ["IPv4 NLRI longer than 32 bits", "ipv4-unicast/prefix-too-long", RESET, 3, 10],
    ["or overrun -> reset", "ipv4-unicast/overrun", RESET, 3, 10],
    ["stronger\nthan AD -> reset", "update/error-without-nlri", RESET, 3, 1],
    ["Unknown NLRI type in a typed family -> discard", "evpn/unknown-type", AD, 3, 10],
    ["Unrecognised well-known -> 3/2 reset", "update/unrecognized-well-known", RESET, 3, 2],
    ["components strictly increasing", "ipv4-flowspec/component-order", RESET, 3, 10],
    ["unknown component malformed", "ipv4-flowspec/unknown-component", RESET, 3, 10],
    ["AS 0 (RFC 7607) TAW", "as-path/as-zero", TAW, 3, 11],
    ["AFI2 res1 SAFI1", "multiprotocol/wrong-length", AD, 2, 7],
    ["else 2/11", "negotiate/role-mismatch", RESET, 2, 11],
    ["2: 1 version", "open/unsupported-version", RESET, 2, 1],
    ["2 bad AS", "negotiate/bad-peer-as", RESET, 2, 2],
    ["3 bad identifier", "open/identifier-zero", RESET, 2, 3],
    ["4 optional parameter", "open/unknown-parameter", RESET, 2, 4],
    ["6 hold time", "open/hold-time-too-short", RESET, 2, 6],
    ["7/1 (RFC 7313)", "route-refresh/wrong-length", RESET, 7, 1],
  ];

describe("the rules beside the attributes", () => {
  it.each(RULES)("%s: %s", (_rule, fault, verdict, code, subcode) => {
    const found = all.filter((row) => row.fault === fault);
    expect(found).not.toHaveLength(0);
    for (const row of found) expect([row.verdict, row.code, row.subcode]).toEqual([verdict, code, subcode]);
  });
});

describe("the generated tables", () => {
  it("have no empty cell and no fault twice under one subject", () => {
    for (const row of all) {
      for (const cell of [row.subject, row.fault, row.clause]) expect(cell).not.toBe("");
      expect(row.clause).toMatch(/^(RFC \d+|draft-[a-z0-9-]+)( §[\d.]+( \([a-z]\))?| appendix [A-Z])?$/);
    }
    expect(new Set(all.map(({ subject, fault }) => `${subject} ${fault}`)).size).toBe(all.length);
    expect(verdictsDocument.parse({ schema: "kiln.verdicts/1", attributes: first, others }).attributes).toHaveLength(
      first.length,
    );
  });

  it("have a line for each fault in Markdown, with all five cells", () => {
    const lines = verdictMarkdown({ attributes: first, others })
      .split("\n")
      .filter((line) => line.startsWith("| ") && !line.startsWith("| subject"));
    expect(lines).toHaveLength(all.length);
    for (const line of lines)
      expect(
        line
          .split("|")
          .slice(1, -1)
          .every((cell) => cell.trim() !== ""),
      ).toBe(true);
  });
});

// The fact sheet that the design rests on lies beside the project, not in it.
const FACTS = new URL("../../shared/facts/protocol.md", import.meta.url);
const haveFacts = existsSync(FACTS);
const without = haveFacts ? "" : " (skipped: the fact sheet ../shared/facts/protocol.md is not there)";

describe.skipIf(!haveFacts)(`the fact sheet and the tables agree${without}`, () => {
  const text = haveFacts ? readFileSync(FACTS, "utf8") : "";
  const rows = attributeRows(text);

  it("on which attributes there are", () => {
    const live = rows.filter(({ deprecated }) => !deprecated).map(({ code }) => code);
    expect(live.sort((a, b) => a - b)).toEqual(attributes.map(({ code }) => code));
    for (const { code } of rows.filter(({ deprecated }) => deprecated))
      expect(attributeName(code)).toContain("deprecated");
  });

  it.each(rows.filter(({ deprecated }) => !deprecated))("on attribute $code: $cell", ({ code, flags, verdicts }) => {
    const spec = attributes.find((one) => one.code === code);
    expect(spec?.flags).toBe(flags);
    expect(spec === undefined ? [] : verdictsOf(spec)).toEqual(oursOf(code, "value", verdicts).sort());
  });

  it.each(RULES)("on the rule %s", (rule) => {
    expect(text).toContain(rule);
  });
});

interface FactRow {
  readonly code: number;
  readonly cell: string;
  readonly flags: number;
  readonly verdicts: readonly VerdictName[];
  readonly deprecated: boolean;
}

/** The rows of the sheet's table `type | flags | malformed when -> action`, one for each type code. */
function attributeRows(text: string): FactRow[] {
  const table = text.slice(text.indexOf("| type | flags | malformed when"));
  const lines = table.slice(0, table.indexOf("\n\n")).split("\n").slice(2);
  return lines.flatMap((line) => {
    const [types = "", flags = "", action = ""] = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    const verdicts = verdictsIn(action);
    return types.split(/,\s*/).flatMap((type): FactRow[] => {
      const [, from = "", to] = /^(\d+)(?:-(\d+))?/.exec(type) ?? [];
      const codes = Array.from({ length: Number(to ?? from) - Number(from) + 1 }, (_, i) => Number(from) + i);
      return codes.map((code) => ({
        code,
        cell: `${type} ${action}`,
        flags: flagsOf(code, type, flags),
        verdicts,
        deprecated: action.startsWith("deprecated"),
      }));
    });
  });
}

function verdictsIn(action: string): VerdictName[] {
  const verdicts: VerdictName[] = [];
  if (/\bAD\b/.test(action)) verdicts.push(AD);
  // "reset or AFI/SAFI disable": RFC 7606 §5.3 leaves the choice, and we reset.
  if (/reset/.test(action)) verdicts.push(RESET);
  if (/\bTAW\b/.test(action)) verdicts.push(TAW);
  return verdicts;
}

/** `c0 (24, 33: 80)` and `26 AIGP (80)`: an exception goes before the rule. */
function flagsOf(code: number, type: string, flags: string): number {
  const own = /\((80|40|c0)\)/.exec(type)?.[1];
  const [, codes = "", exception = ""] = /\(([\d, ]+): (\w\w)\)/.exec(flags) ?? [];
  if (codes.split(/,\s*/).includes(String(code))) return Number.parseInt(exception, 16);
  return Number.parseInt(own ?? flags, 16);
}
