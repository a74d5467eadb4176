import { bird } from "./bird.js";
import { self } from "./self.js";
import type { Target } from "./target.js";

export * from "./target.js";

/** Every target there is, by the name users write. */
export const targets: readonly Target[] = [self, bird];
