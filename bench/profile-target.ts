import type { Target } from "../src/target/target.js";
import { type ProfileKind, profiledCommand } from "./profile.js";

/**
 * A target that runs on Node, its processes under a profiler that leaves its output in `dir` (absolute). Works in every
 * scenario; figures taken from it are the profiler's as much as the target's.
 */
export const profiledTarget = (target: Target, kind: ProfileKind, dir: string): Target => ({
  ...target,
  start: (setup) => target.start({ ...setup, launch: (argv) => profiledCommand(kind, dir, argv) }),
});
