import { hex } from "../octets.js";
import { defineCommunity, type ExtendedCommunitySpec } from "./spec.js";
import { hexText } from "./text.js";

const cost = (type: number): ExtendedCommunitySpec =>
  defineCommunity(
    type,
    "cost",
    { insertion: "u8", identifier: "u8", cost: "u32" },
    ({ insertion, identifier, cost }) => `${cost} (point of insertion ${insertion}, community ${identifier})`,
  );

/** RFC 8097 §2. */
const STATES: Readonly<Record<number, string>> = { 0: "valid", 1: "not found", 2: "invalid" };

/** Communities without an administrator. */
export const opaqueCommunities: readonly ExtendedCommunitySpec[] = [
  // RFC 9012 §4.3: the upper two bits of the flags say what a color without a policy falls back to (RFC 9830 §3).
  defineCommunity(
    0x030b,
    "color",
    { flags: "u16", color: "u32" },
    ({ flags, color }) => `${color}${flags === 0 ? "" : `, flags ${hexText(flags, 2)}`}`,
  ),
  // RFC 9012 §4.1.
  defineCommunity(
    0x030c,
    "encapsulation",
    { reserved: "octets4", tunnel: "u16" },
    ({ tunnel }) => `tunnel type ${tunnel}`,
  ),
  // RFC 7432 §7.8.
  defineCommunity(0x030d, "default gateway", { reserved: "octets6" }, ({ reserved }) => hex(reserved)),
  // draft-ietf-idr-custom-decision §3.
  cost(0x0301),
  cost(0x4301),
  defineCommunity(
    0x4300,
    "origin validation state",
    { reserved: "octets5", state: "u8" },
    ({ state }) => STATES[state] ?? `${state} (unassigned)`,
  ),
  // RFC 4761 §3.2.4.
  defineCommunity(
    0x800a,
    "layer 2 info",
    { encapsulation: "u8", controlFlags: "u8", mtu: "u16", preference: "u16" },
    ({ encapsulation, controlFlags, mtu, preference }) =>
      `encapsulation ${encapsulation}, control flags ${hexText(controlFlags)}, MTU ${mtu}, preference ${preference}`,
  ),
];
