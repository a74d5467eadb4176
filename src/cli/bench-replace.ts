import type { Command } from "commander";
import { replace } from "../../bench/scenarios/replace.js";
import { type ReplaceDocument, type ReplaceMode, replaceModes } from "../results/index.js";
import { registerActs } from "./bench-acts.js";

/** Adds `replace` to `kiln bench`. */
export const registerReplace = (bench: Command): void =>
  registerActs<ReplaceDocument, ReplaceMode>(bench, {
    name: "replace",
    schema: "kiln.bench.replace/1",
    description: "How long until every route of a full table has given way to another.",
    modes: replaceModes,
    leastPeers: 2,
    scenario: replace,
    help: `
attributes: the only peer announces its table once more, with another ORIGIN in each UPDATE.
better:     one of --peers announces a shorter path for every prefix; the others' were there before.
back:       it takes them back.

It ends with the last UPDATE to the receiver; what the receiver has then is compared route by route.

Examples:
  kiln bench replace --target self,bird --transport tcp --prefixes 1000000 --runs 5 --json
  kiln bench replace --mode better,back --peers 4
  kiln bench replace --mode attributes --target self --transport tcp --profile cpu`,
  });
