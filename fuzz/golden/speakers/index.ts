import type { GoldenSpeaker } from "../speaker.js";
import { bird } from "./bird.js";
import { exabgp } from "./exabgp.js";
import { frr } from "./frr.js";
import { gobgp } from "./gobgp.js";
import { openbgpd } from "./openbgpd.js";

/** Every daemon that golden messages are made with. */
export const speakers: readonly GoldenSpeaker[] = [bird, exabgp, frr, gobgp, openbgpd];
