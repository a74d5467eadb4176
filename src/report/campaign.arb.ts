import { type Finding, type FuzzFigures, type FuzzKey, provenance } from "../results/index.js";
import type { CampaignReport, FindingDetail } from "./campaign.js";

/** A row of a campaign in which nothing happened, with what a test says otherwise. */
export const measuredRow = (more: Partial<FuzzKey & FuzzFigures> = {}): FuzzKey & FuzzFigures => ({
  target: "message-open",
  module: "src/codec/message/open.ts",
  engine: "kiln",
  seed: 1,
  executions: 0,
  seconds: 1,
  coverage: null,
  outcomes: {},
  faults: 3,
  findings: [],
  cpu_s: null,
  corpus: null,
  features: null,
  last_new_s: null,
  series: null,
  problem: null,
  ...more,
});

/** A new finding with three octets of input. */
export const detail = (more: Partial<Finding> = {}, rest: Partial<FindingDetail> = {}): FindingDetail => ({
  finding: {
    schema: "kiln.fuzz.finding/2",
    target: "attribute-02-as-path",
    module: "src/codec/attribute/02-as-path.ts",
    signature: "0123456789ab",
    kind: "oracle",
    what: "round-trip: other octets",
    message: "encoded otherwise",
    stack: ["readAsPath src/codec/attribute/02-as-path.ts:66", "check src/codec/update.ts:7"],
    expected: null,
    origin: { engine: "kiln", seed: 1, trail: ["duplicate attribute 8", "length -1 at 19"] },
    octets: 3,
    minimized: null,
    status: "open",
    closed_at: null,
    closed_why: null,
    regressions: 0,
    runs: 1,
    first_seen: "2026-02-02T00:00:00.000Z",
    last_seen: "2026-02-02T00:00:00.000Z",
    ...more,
  },
  known: false,
  regression: false,
  reproduce: "kiln repro corpus/findings/attribute-02-as-path/0123456789ab",
  file: "corpus/findings/attribute-02-as-path/0123456789ab/input",
  input: Uint8Array.of(0x40, 0x02, 0x00),
  view: ["0-1  flags: 0x40", "1-2  type: 2"],
  ...rest,
});

/** A campaign without rows and findings. */
export const campaign = (more: Partial<CampaignReport> = {}): CampaignReport => ({
  title: "Kiln fuzz",
  provenance: provenance({ argv: ["node", "kiln", "fuzz"], seed: 1, startedAt: new Date("2026-02-02T00:00:00Z") }),
  durationMs: 60_000,
  endedBy: "budget",
  benchmarks: [],
  fuzz: [],
  findings: [],
  details: [],
  problems: [],
  ...more,
});
