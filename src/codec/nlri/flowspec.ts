import type { Fault } from "../fault.js";
import { Afi, type Family, family, Safi } from "../iana.js";
import type { NlriSpec } from "../nlri.js";
import { copyOctets, setOctets, setU8, setU16, u8, u32 } from "../octets.js";
import { unparsable } from "./fault.js";
import {
  type ComponentFaults,
  checkComponents,
  componentsSize,
  type FlowSpecComponent,
  readComponents,
  writeComponents,
} from "./flowspec-components.js";
import { type WithPathId, writePathId } from "./path-id.js";

/** A rule: what packets must look like that it is for. */
export interface FlowSpecRoute extends WithPathId {
  /** Present exactly in a VPN: 8 octets, RFC 4364 §4.2. */
  readonly distinguisher?: Uint8Array;
  /** At least one, their types strictly increasing. */
  readonly components: readonly FlowSpecComponent[];
}

/** Rules have no labels: no form. */
export interface FlowSpecSpec extends NlriSpec<FlowSpecRoute>, ComponentFaults {
  readonly overrun: Fault;
  readonly noComponent: Fault;
  /** Octets of an address. */
  readonly width: 4 | 16;
  readonly isVpn: boolean;
  check(msg: Uint8Array, start: number, end: number, addPath: boolean): Fault | null;
  read(msg: Uint8Array, start: number, end: number, addPath: boolean): readonly FlowSpecRoute[];
  size(route: FlowSpecRoute, addPath: boolean): number;
  encode(route: FlowSpecRoute, out: Uint8Array, at: number, addPath: boolean): number;
}

/** RFC 8955 §4.1: lengths below take one octet, others two, of which the first four bits are set. */
const EXTENDED_LENGTH = 0xf0;
const MAX_LENGTH = 0xfff;
const DISTINGUISHER = 8;

/**
 * Flow specifications, RFC 8955 §4 and RFC 8956; in a VPN, RFC 8955 §8, with a distinguisher that the length counts.
 *
 *     [ path identifier (4) ] | length in octets (1 or 2) | [ distinguisher (8) ] | components |   repeated to the end
 *
 * A length below 240 "can" have one octet (§4.1): two are accepted, one is written.
 *
 * RFC 8955 §10 refers to RFC 7606 for all that is malformed. A rule whose components can't be told is an NLRI that can't
 * be parsed, though its end is known: no route can be withdrawn in its stead (§3 (j)), and the exemption for unknown types
 * (§5.4) is for families with typed NLRI, which this one is not: §4.2 of RFC 8955 calls an unknown component malformed.
 */
const flowSpec = (family: Family, name: string, width: 4 | 16, isVpn: boolean): FlowSpecSpec => {
  const overrun = unparsable(name, "overrun");
  const noComponent = unparsable(name, "no-component", "RFC 8955 §4.2");
  const faults: ComponentFaults = {
    unknownComponent: unparsable(name, "unknown-component", "RFC 8955 §4.2"),
    componentOrder: unparsable(name, "component-order", "RFC 8955 §4.2"),
    badPrefix: unparsable(name, "bad-prefix", width === 16 ? "RFC 8956 §3.1" : "RFC 7606 §5.3"),
    valueWidth: unparsable(name, "value-width", "RFC 8955 §4.2.2"),
    componentOverrun: unparsable(name, "component-overrun", "RFC 8955 §4.2"),
  };
  const lead = isVpn ? DISTINGUISHER : 0;

  const valueSize = ({ components }: FlowSpecRoute): number => {
    const size = lead + componentsSize(components, width);
    if (size > MAX_LENGTH) throw new RangeError(`a flow specification has at most ${MAX_LENGTH} octets, not ${size}`);
    return size;
  };

  return {
    family,
    name,
    faults: [overrun, noComponent, ...Object.values(faults)],
    partial: [],
    // RFC 7911 §3 extends the NLRI of any family by four octets in front; RFC 8955 says nothing against it.
    pathIds: true,
    overrun,
    noComponent,
    ...faults,
    width,
    isVpn,

    // RFC 8955 §4: the next hop "MUST be ignored"; its length is 0 when we send.
    isNextHopLength: () => true,

    check(msg, start, end, addPath) {
      for (let at = start; at < end; ) {
        if (addPath) at += 4;
        if (at >= end) return overrun;
        const lengthOctets = u8(msg, at) < EXTENDED_LENGTH ? 1 : 2;
        if (end - at < lengthOctets) return overrun;
        const value = at + lengthOctets;
        at = value + lengthAt(msg, at);
        if (at > end) return overrun;
        // RFC 8955 §4.2: "[component]+", one or more.
        if (at - value <= lead) return noComponent;
        const fault = checkComponents(msg, value + lead, at, width, faults);
        if (fault !== null) return fault;
      }
      return null;
    },

    read(msg, start, end, addPath) {
      const routes: FlowSpecRoute[] = [];
      for (let at = start; at < end; ) {
        const pathId = addPath ? { pathId: u32(msg, at) } : {};
        if (addPath) at += 4;
        const value = at + (u8(msg, at) < EXTENDED_LENGTH ? 1 : 2);
        at = value + lengthAt(msg, at);
        const distinguisher = isVpn ? { distinguisher: copyOctets(msg, value, value + DISTINGUISHER) } : {};
        routes.push({ ...pathId, ...distinguisher, components: readComponents(msg, value + lead, at, width) });
      }
      return routes;
    },

    size(route, addPath) {
      const size = valueSize(route);
      return (addPath ? 4 : 0) + (size < EXTENDED_LENGTH ? 1 : 2) + size;
    },

    encode(route, out, start, addPath) {
      const { distinguisher, components } = route;
      if ((distinguisher?.length ?? 0) !== lead) throw new RangeError(`a route of ${name} has ${lead} octets in front`);
      const size = valueSize(route);
      let at = writePathId(route, out, start, addPath);
      at = size < EXTENDED_LENGTH ? setU8(out, at, size) : setU16(out, at, (EXTENDED_LENGTH << 8) | size);
      if (distinguisher !== undefined) at = setOctets(out, at, distinguisher);
      return writeComponents(components, out, at, width);
    },
  };
};

/** The length that begins at `at`, all of whose octets are there. */
const lengthAt = (msg: Uint8Array, at: number): number => {
  const first = u8(msg, at);
  return first < EXTENDED_LENGTH ? first : ((first & 0x0f) << 8) | u8(msg, at + 1);
};

const ipv4 = (safi: number): Family => family(Afi.Ipv4, safi);
const ipv6 = (safi: number): Family => family(Afi.Ipv6, safi);

export const ipv4FlowSpec: FlowSpecSpec = flowSpec(ipv4(Safi.FlowSpec), "ipv4-flowspec", 4, false);
export const ipv6FlowSpec: FlowSpecSpec = flowSpec(ipv6(Safi.FlowSpec), "ipv6-flowspec", 16, false);
export const ipv4FlowSpecVpn: FlowSpecSpec = flowSpec(ipv4(Safi.FlowSpecVpn), "ipv4-flowspec-vpn", 4, true);
export const ipv6FlowSpecVpn: FlowSpecSpec = flowSpec(ipv6(Safi.FlowSpecVpn), "ipv6-flowspec-vpn", 16, true);
