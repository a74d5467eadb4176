import { EngineError } from "../../fuzz/engines/job.js";
import { CliError } from "./output.js";

/** Runs a command of the fuzzer: what its engines say the user can mend becomes the one line of an error. */
export const userErrors = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof EngineError) throw new CliError(error.message);
    throw error;
  }
};
