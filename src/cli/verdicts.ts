import { verdictMarkdown, verdictTables } from "../explain/verdicts.js";
import { verdictsDocument } from "../results/verdicts.js";
import { print, printJson } from "./output.js";
import type { Register } from "./program.js";

/** `kiln verdicts`: what Kiln holds to be right for each malformed thing. */
export const register: Register = (program) => {
  program
    .command("verdicts")
    .description("Print every fault a peer can be guilty of: verdict, NOTIFICATION code and clause (Markdown).")
    .option("--json", "print the tables as JSON (schema kiln.verdicts/1)")
    .addHelpText(
      "after",
      `
The tables are made of what the decoders themselves declare.

Examples:
  kiln verdicts > verdicts.md
  kiln verdicts --json | jq -r '.attributes[] | select(.verdict == "session-reset") | .fault'`,
    )
    .action(({ json }: { readonly json?: true }) => {
      const tables = verdictTables();
      if (json) printJson(verdictsDocument.parse({ schema: "kiln.verdicts/1", ...tables }));
      else print(verdictMarkdown(tables));
    });
};
