import { attributeTargets } from "./attribute.js";
import { capabilityTargets } from "./capability.js";
import { capabilityListTarget } from "./capability-list.js";
import { extendedCommunityTarget } from "./community.js";
import { frameStreamTarget } from "./frame-stream.js";
import { mrtRecordTarget } from "./mrt-record.js";
import { nlriTargets } from "./nlri.js";
import { notificationTarget } from "./notification.js";
import { openTarget } from "./open.js";
import { routeRefreshTarget } from "./route-refresh.js";
import { rtrTargets } from "./rtr.js";
import { sessionMachineTarget } from "./session.js";
import { speakerTarget } from "./speaker.js";
import type { Target } from "./target.js";
import { updateTarget } from "./update.js";

/** Every decoder under test. Attributes, capabilities and families come from the codec's own tables. */
export const targets: readonly Target[] = [
  frameStreamTarget,
  openTarget,
  updateTarget,
  notificationTarget,
  routeRefreshTarget,
  capabilityListTarget,
  ...capabilityTargets,
  ...attributeTargets,
  extendedCommunityTarget,
  ...nlriTargets,
  mrtRecordTarget,
  ...rtrTargets,
  sessionMachineTarget,
  speakerTarget,
];

export const targetOf = (name: string): Target | undefined => targets.find((target) => target.name === name);
