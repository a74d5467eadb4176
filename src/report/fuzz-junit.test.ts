import { expect, it } from "vitest";
import { campaign, detail, measuredRow } from "./campaign.arb.js";
import { fuzzJunit } from "./fuzz-junit.js";

const found = detail(
  { message: 'a <b> & "c" \u0000\u001b\ud800\uffff ]]> end', what: "<script>alert('x')</script>" },
  { reproduce: "kiln repro x" },
);
const report = campaign({
  fuzz: [
    measuredRow({ target: "quiet", seconds: 1.5 }),
    measuredRow({ target: found.finding.target, findings: [found.finding.signature], seconds: 2 }),
    measuredRow({ target: "tired", problem: "its worker died" }),
    { target: "deaf", module: "src/deaf.ts", engine: "jsfuzz", seed: 1, failed: "coverage stays 0" },
  ],
  details: [found],
});
const xml = fuzzJunit(report);

it("has a suite for each engine, a case for each target, a failure for each finding", () => {
  expect(xml).toMatch(
    /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="Kiln fuzz" tests="4" failures="1" errors="2" time="60.000">\n/,
  );
  expect(xml).toContain(
    '<testsuite name="kiln fuzz kiln" tests="3" failures="1" errors="1" skipped="0" time="4.500" timestamp="2026-02-02T00:00:00">',
  );
  expect(xml).toContain('<testcase name="quiet" classname="src/codec/message/open.ts" time="1.500"/>');
  expect(xml.match(/<testcase /g)).toHaveLength(4);
  expect(xml.match(/<failure /g)).toHaveLength(1);
  expect(xml).toContain('<error message="failed: coverage stays 0" type="kiln"/>');
  expect(xml).toContain("kiln repro x</failure>");
  expect(xml).toContain("0000  40 02 00");
});

it("carries no text as markup, and no character that XML cannot", () => {
  expect(xml).not.toMatch(/<script|<b>|&(?!#\d+;)/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about.
  expect(xml).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f\uffff]|\p{Surrogate}/u);
  expect(xml).toContain("a &#60;b&#62; &#38; &#34;c&#34; ");
});

it("of a campaign without targets is a document all the same", () => {
  expect(fuzzJunit(campaign())).toContain('<testsuites name="Kiln fuzz" tests="0"');
});
