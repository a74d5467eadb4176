import { readFileSync } from "node:fs";
import { Verdict } from "../../src/codec/fault.js";
import { OracleViolation } from "../oracle/violation.js";
import { targetOf } from "../targets/index.js";
import { ACCEPTED, type Outcome, type Target } from "../targets/target.js";
import { Program } from "./program.js";
import { wireOf } from "./wire.js";

export interface ExecTargetOptions {
  readonly name: string;
  readonly command: string;
  /** The target of Kiln's whose inputs the program is given, and whose verdicts its own are compared with. */
  readonly as: string;
  readonly hangMs: number;
}

/** What a program may answer, and whether that says as much as Kiln's own verdict. */
const WORDS: readonly string[] = ["accepted", "discard", "withdraw", "reset", "rejected", "unknown"];

/**
 * A program under test, asked over a pipe. Each input runs through Kiln's own decoder first, whose coverage guides the
 * engine, then goes to the program. Findings: it dies, it hangs, it takes too much memory, it decides otherwise.
 */
export const execTarget = ({ name, command, as, hangMs }: ExecTargetOptions): Target => {
  const own = targetOf(as);
  if (own === undefined) throw new RangeError(`there is no target "${as}"`);
  const program = new Program({ command, hangMs, memoryMb: MEMORY_MB, rssMb });
  const wire = wireOf(as);
  const verdicts = new Map(own.faults.map(({ id, verdict }) => [id, WORD_OF[verdict]]));
  return {
    name,
    module: own.module,
    faults: own.faults,
    fuzz: () => {
      throw new Error("a program can only be asked: use --engine kiln");
    },
    fuzzAsync: async (data): Promise<Outcome> => {
      const input = wire.ordinary(data);
      const outcome = own.fuzz(input);
      const [answer = ""] = (await program.ask(wire.octets(input))).trim().split(/\s/);
      if (!WORDS.includes(answer)) {
        throw new OracleViolation("protocol", `an answer is none of ${WORDS.join(", ")}`, JSON.stringify(answer));
      }
      const expected = outcome === ACCEPTED ? ACCEPTED : (verdicts.get(outcome) ?? "unknown");
      if (!agrees(answer, expected)) {
        throw new OracleViolation("difference", `the program says ${answer} where Kiln says ${expected}`, outcome);
      }
      return outcome;
    },
    input: own.input,
    ...(own.parts === undefined ? {} : { parts: own.parts }),
  };
};

const MEMORY_MB = 1024;

const WORD_OF: Readonly<Record<Verdict, string>> = {
  [Verdict.Discard]: "discard",
  [Verdict.TreatAsWithdraw]: "withdraw",
  [Verdict.AfiSafiDisable]: "reset",
  [Verdict.SessionReset]: "reset",
};

/** `rejected` stands for any fault; who says `unknown` does not want to be compared. */
const agrees = (answer: string, expected: string): boolean =>
  answer === expected ||
  answer === "unknown" ||
  expected === "unknown" ||
  (answer === "rejected" && expected !== ACCEPTED);

/** From `/proc`, where there is one. */
const rssMb = (pid: number): number => {
  try {
    const [, kilobytes = "0"] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return 0;
  }
};
