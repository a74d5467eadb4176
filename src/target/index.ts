import { bird } from "./bird.js";
import { exabgp } from "./exabgp.js";
import { frr } from "./frr.js";
import { gobgp } from "./gobgp.js";
import { openbgpd } from "./openbgpd.js";
import { self } from "./self.js";
import type { Target } from "./target.js";

export * from "./target.js";

/** Every target there is, by the name users write. */
export const targets: readonly Target[] = [self, bird, frr, gobgp, openbgpd, exabgp];
