import { type RunningTarget, TargetError } from "../../src/target/target.js";
import { TesterError } from "../tester/worker.js";

/**
 * What a run gives, with the reason if it came to nothing because one of the target's processes is stopped or has ended: of
 * several the others take and give on, so that it shows only in what is missing in the end. A result that is right needed
 * no more than the processes that ran.
 */
export const unlessHalted = async <T>(target: RunningTarget, run: Promise<T>): Promise<T> => {
  let result: T;
  try {
    result = await run;
  } catch (error) {
    const halted = target.halted();
    if (halted === null || !(error instanceof TesterError || error instanceof TargetError)) throw error;
    throw new TesterError(`${error.message}; ${halted}`);
  }
  const halted = isInexact(result) ? target.halted() : null;
  if (halted !== null) throw new TesterError(`${target.name}: it hangs: ${halted}`);
  return result;
};

/** What scenarios measure says so of itself, where there is a right result. */
const isInexact = (result: unknown): boolean =>
  typeof result === "object" && result !== null && "exact" in result && result.exact === false;
