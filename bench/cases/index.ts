import { attributeCases } from "./attribute.js";
import type { MicroCase } from "./case.js";
import { frameCases } from "./frame.js";
import { openCases } from "./open.js";
import { ribCases } from "./rib.js";
import { updateCases } from "./update.js";

export type { MicroCase, Prepared } from "./case.js";
export { SEED } from "./inputs.js";

/** Every micro case, in the order in which octets become routes. */
export const microCases: readonly MicroCase[] = [
  ...frameCases,
  ...updateCases,
  ...attributeCases,
  ...openCases,
  ...ribCases,
];
