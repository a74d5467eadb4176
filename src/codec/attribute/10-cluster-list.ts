import { type AttributeSpec, discarded, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { u32 } from "../octets.js";
import { isListOf, listOfUnsigned32 } from "./shape.js";

export const clusterListFlags: Fault = wrongFlags("cluster-list");
export const clusterListFromExternal: Fault = discarded("cluster-list/from-external", "RFC 7606 §7.10");
export const clusterListLength: Fault = treatAsWithdraw(
  "cluster-list/bad-length",
  "RFC 7606 §7.10",
  UpdateError.AttributeLength,
);

/** CLUSTER_LIST, RFC 4456 §8: the clusters that a reflected route has passed, the latest first. */
export const clusterList: AttributeSpec<readonly number[]> = {
  code: 10,
  name: "CLUSTER_LIST",
  flags: Flag.Optional,
  flagFault: clusterListFlags,
  faults: [clusterListFlags, clusterListFromExternal, clusterListLength],

  check(_msg, start, end, { external }) {
    // RFC 7606 §7.10: from an external neighbour it is discarded, whatever it holds.
    if (external) return clusterListFromExternal;
    return isListOf(4, start, end) ? null : clusterListLength;
  },

  ...listOfUnsigned32("CLUSTER_LIST"),
};

/** Clusters in checked octets [start, end): the shorter list wins (RFC 4456 §9). */
export const clusterListHops = (start: number, end: number): number => (end - start) >>> 2;

/** Whether checked octets [start, end) name the cluster `id`: the loop of RFC 4456 §8. */
export const clusterListHas = (msg: Uint8Array, start: number, end: number, id: number): boolean => {
  for (let at = start; at < end; at += 4) if (u32(msg, at) === id) return true;
  return false;
};
