import { type AttributeSpec, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { u32 } from "../octets.js";
import { isListOf, listOfUnsigned32 } from "./shape.js";

/** Communities with a meaning everywhere: RFC 1997, RFC 7999, RFC 8326, RFC 9494. */
export const WellKnownCommunity = {
  GracefulShutdown: 0xffff0000,
  LlgrStale: 0xffff0006,
  NoLlgr: 0xffff0007,
  Blackhole: 0xffff029a,
  NoExport: 0xffffff01,
  NoAdvertise: 0xffffff02,
  NoExportSubconfed: 0xffffff03,
} as const;

export const communitiesFlags: Fault = wrongFlags("communities");
export const communitiesLength: Fault = treatAsWithdraw(
  "communities/bad-length",
  "RFC 7606 §7.8",
  UpdateError.AttributeLength,
);

/** COMMUNITIES, RFC 1997: values of four octets, mostly an AS number and a number of that AS's own. */
export const communities: AttributeSpec<readonly number[]> = {
  code: 8,
  name: "COMMUNITIES",
  flags: Flag.Optional | Flag.Transitive,
  flagFault: communitiesFlags,
  faults: [communitiesFlags, communitiesLength],

  check(_msg, start, end) {
    return isListOf(4, start, end) ? null : communitiesLength;
  },

  ...listOfUnsigned32("COMMUNITIES"),
};

/** Whether checked octets [start, end) name `community`, say `WellKnownCommunity.NoExport`. */
export const communitiesHave = (msg: Uint8Array, start: number, end: number, community: number): boolean => {
  for (let at = start; at < end; at += 4) if (u32(msg, at) === community) return true;
  return false;
};
