import { relative } from "node:path";
import { createLogUpdate } from "log-update";
import type { CampaignListener } from "../../fuzz/campaign/campaign.js";
import type { Sighting } from "../../fuzz/campaign/finding.js";
import { screenLines } from "../report/index.js";
import { type FuzzRow, type FuzzStatus, faultsReached, isMeasured, reasonOf } from "../results/index.js";
import { log } from "./output.js";

/** What is told while a campaign runs, on standard error. */
export interface Progress extends CampaignListener {
  /** A line that stays. */
  say(line: string): void;
  /** Gives the terminal back. */
  end(): void;
}

/** A screen that renews itself in a terminal, plain lines elsewhere or where `lines` asks for them. */
export const progressOf = (lines: boolean, stream: NodeJS.WriteStream = process.stderr): Progress =>
  lines || !stream.isTTY || process.env.TERM === "dumb" ? progressLines() : progressScreen(stream);

const progressScreen = (stream: NodeJS.WriteStream): Progress => {
  const screen = createLogUpdate(stream);
  const colour = (process.env.NO_COLOR ?? "") === "";
  return {
    status(status) {
      const { columns = 80, rows = 24 } = stream;
      screen(screenLines(status, { columns, rows, colour }).join("\n"));
    },
    // Above the screen, and there to stay.
    found: (sighting) => screen.persist(foundLines(sighting)),
    finished(row) {
      if (!isMeasured(row) || row.problem !== null) screen.persist(finishedLine(row));
    },
    say: (line) => screen.persist(line),
    end: () => screen.done(),
  };
};

/** A target's end, what is found at once, and a sign of life every five seconds. */
const progressLines = (): Progress => {
  let told = 0;
  return {
    status({ elapsed_s, ended_by, totals, rows }: FuzzStatus) {
      if (ended_by !== null || elapsed_s - told < 5) return;
      told = elapsed_s;
      const edges = totals.edges === 0 ? "" : `, ${totals.edges} edges, ${totals.corpus} in the corpus`;
      const running = rows.filter(({ state }) => state === "running").map(({ target }) => target);
      // Where no turn is under way, those that were have left findings behind.
      const doing = running.length > 0 ? running.join(", ") : "minimising what was found";
      log(`  ${totals.executions} executions in ${Math.round(elapsed_s)} s${edges}: ${doing}`);
    },
    found: (sighting) => log(foundLines(sighting)),
    finished: (row) => log(finishedLine(row)),
    say: log,
    end: () => {},
  };
};

const foundLines = ({ finding, folder, known, regression }: Sighting): string => {
  const word = regression ? "REGRESSION of a closed finding" : known ? "known finding" : "FINDING";
  return `  ${finding.target}: ${word} ${finding.signature}: ${finding.what}\n    kiln repro ${relative(process.cwd(), folder)}`;
};

const finishedLine = (row: FuzzRow): string => {
  if (!isMeasured(row)) return `  ${row.target}: ${reasonOf(row)}`;
  const [executions, ...figures] = figuresOf(row);
  const problem = row.problem === null ? [] : [`given up: ${row.problem}`];
  return `  ${row.target}: ${[`${executions} executions`, ...figures, ...problem].join(", ")}`;
};

/** Executions, their rate, coverage and outcomes. */
export const figuresOf = (row: Exclude<FuzzRow, { skipped: string } | { failed: string }>): string[] => {
  const { executions, seconds, coverage, outcomes, faults } = row;
  return [
    `${executions}`,
    `${seconds > 0 ? Math.round(executions / seconds) : 0}/s`,
    coverage === null ? "not measured" : `${coverage.covered}/${coverage.total} ${coverage.unit}`,
    Object.keys(outcomes).length === 0
      ? "not counted"
      : `${outcomes.accepted ?? 0} accepted, ${faultsReached(outcomes)}/${faults} faults`,
  ];
};
