import { addressText } from "../fields.js";
import { hex, u16 } from "../octets.js";
import { hexText } from "./text.js";

/** IANA, Transitive IPv6-Address-Specific Extended Community Types; a non-transitive one has bit 0x4000 too. */
const NAMES: Readonly<Record<number, string>> = {
  2: "route target",
  3: "route origin",
  11: "VRF route import",
  12: "redirect to IPv6",
  13: "redirect to route target",
  16: "Cisco VPN-distinguisher",
  17: "UUID-based route target",
  18: "inter-area P2MP segmented next hop",
};

/** RFC 5701 §2: `route target 2001:db8::1:100`. `value`: 18 octets, an address and a number. */
export const ipv6ExtendedCommunityText = (type: number, value: Uint8Array): string => {
  const name = NAMES[type & ~0x4000] ?? hexText(type, 2);
  if (value.length !== 18) return `${name} ${hex(value)}`;
  return `${name} ${addressText(value.subarray(0, 16))}:${u16(value, 16)}`;
};
