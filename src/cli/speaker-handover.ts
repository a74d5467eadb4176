import type { SpeakerConfig } from "../speaker/settings.js";

/** What a speaker needs to know to run: command line and configuration, checked. */
export interface SpeakerPlan {
  readonly config: SpeakerConfig;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** The descriptor on which the checking process hands its plan to the speaker that waits for it. */
export const PLAN_FD = 3;
