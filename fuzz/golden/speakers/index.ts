import { birdProgram } from "../../../src/target/bird-program.js";
import { exabgpProgram } from "../../../src/target/exabgp-control.js";
import { frrProgram } from "../../../src/target/frr-control.js";
import { gobgpProgram } from "../../../src/target/gobgp-control.js";
import { openbgpdProgram } from "../../../src/target/openbgpd-control.js";
import type { GoldenSpeaker } from "../speaker.js";
import { birdScenarios } from "./bird-scenarios.js";
import { exabgpScenarios } from "./exabgp-scenarios.js";
import { frrScenarios } from "./frr-scenarios.js";
import { gobgpScenarios } from "./gobgp-scenarios.js";
import { goldenSpeaker } from "./golden-speaker.js";
import { openbgpdScenarios } from "./openbgpd-scenarios.js";

/** Every daemon that golden messages are made with. */
export const speakers: readonly GoldenSpeaker[] = [
  goldenSpeaker(birdProgram, birdScenarios),
  goldenSpeaker(frrProgram, frrScenarios),
  goldenSpeaker(gobgpProgram, gobgpScenarios),
  goldenSpeaker(openbgpdProgram, openbgpdScenarios),
  goldenSpeaker(exabgpProgram, exabgpScenarios),
];
