import type { Fault } from "../fault.js";
import { Afi, family, Safi } from "../iana.js";
import { copyOctets, setOctets, u8 } from "../octets.js";
import { routeDiscarded, unparsable } from "./fault.js";
import type { WithPathId } from "./path-id.js";
import {
  CUT,
  counted,
  distinguisher,
  laidOut,
  type Part,
  remainingAddress,
  unsigned32,
  WRONG,
} from "./typed/layout.js";
import { type TypedSpec, typed } from "./typed/typed.js";

/** RFC 6514 §4. */
export type McastVpnRoute =
  | IntraAsInclusive
  | InterAsInclusive
  | SelectiveTunnel
  | LeafAutoDiscovery
  | SourceActive
  | SharedTreeJoin
  | SourceTreeJoin;

interface InVpn extends WithPathId {
  /** Route Distinguisher, 8 octets. */
  readonly rd: Uint8Array;
}

/** Intra-AS I-PMSI A-D, §4.1. */
export interface IntraAsInclusive extends InVpn {
  readonly type: 1;
  /** 4 or 16 octets whatever the AFI, as in the types below (RFC 6515 §2). */
  readonly originator: Uint8Array;
}

/** Inter-AS I-PMSI A-D, §4.2. */
export interface InterAsInclusive extends InVpn {
  readonly type: 2;
  readonly sourceAs: number;
}

interface Flow extends InVpn {
  /** An address of the AFI's width. */
  readonly source: Uint8Array;
  readonly group: Uint8Array;
}

/** S-PMSI A-D, §4.3. Source and group may be empty: any (RFC 6625). */
export interface SelectiveTunnel extends Flow {
  readonly type: 3;
  readonly originator: Uint8Array;
}

/** Leaf A-D, §4.4. */
export interface LeafAutoDiscovery extends WithPathId {
  readonly type: 4;
  /** The I-PMSI or S-PMSI route that is answered: type 1 to 3, length and as many octets, which are not judged. */
  readonly routeKey: Uint8Array;
  readonly originator: Uint8Array;
}

/** Source Active A-D, §4.5. */
export interface SourceActive extends Flow {
  readonly type: 5;
}

/** Shared Tree Join, §4.6: the source is the rendezvous point. */
export interface SharedTreeJoin extends Flow {
  readonly type: 6;
  readonly sourceAs: number;
}

/** Source Tree Join, §4.6. */
export interface SourceTreeJoin extends Flow {
  readonly type: 7;
  readonly sourceAs: number;
}

export interface McastVpnSpec extends TypedSpec<McastVpnRoute> {
  readonly unknownType: Fault;
  readonly unknownRouteKey: Fault;
  readonly badLength: Fault;
  readonly badAddressLength: Fault;
  /** Octets of a source or group. */
  readonly width: 4 | 16;
}

/** RFC 6514 §4.4: an NLRI of this family in full, so it says how long it is. */
const routeKeyOr = (unknownRouteKey: Fault): Part<Uint8Array> => ({
  fault: unknownRouteKey,
  skip(msg, at, end) {
    if (end - at < 2) return CUT;
    const type = u8(msg, at);
    return type >= 1 && type <= 3 ? at + 2 + u8(msg, at + 1) : WRONG;
  },
  read: (msg, at) => copyOctets(msg, at, at + 2 + u8(msg, at + 1)),
  size: ({ length }) => length,
  write(value, out, at) {
    // Else the originator behind it would begin elsewhere.
    if (value.length !== 2 + (value[1] ?? 0))
      throw new RangeError("a route key has a type, a length, and as many octets");
    return setOctets(out, at, value);
  },
});

/**
 * MCAST-VPN, RFC 6514 §4: type (1), length (1) and what the type says.
 *
 * The AFI decides the version of sources and groups, which are the customer's; a provider's address is as long as the
 * route leaves it (RFC 6515 §2).
 */
const mcastVpn = (afi: number, name: string, width: 4 | 16): McastVpnSpec => {
  const unknownType = routeDiscarded(name, "unknown-type");
  // Keys of another make, as of global table multicast, which have no type (RFC 7524 §6.2.2): like a type not known.
  const unknownRouteKey = routeDiscarded(name, "unknown-route-key");
  const badLength = unparsable(name, "bad-length");
  const badAddressLength = unparsable(name, "bad-address-length");
  const rd = distinguisher;
  const sourceAs = unsigned32("the source AS");
  const originator = remainingAddress("the originating router's address");
  const source = counted("a multicast source", [width], badAddressLength);
  const group = counted("a multicast group", [width], badAddressLength);
  // RFC 6625 gives a meaning to length 0 in S-PMSI A-D routes; in the others there is none.
  const anySource = counted("a multicast source", [0, width], badAddressLength);
  const anyGroup = counted("a multicast group", [0, width], badAddressLength);
  const spec = typed<McastVpnRoute>({
    family: family(afi, Safi.McastVpn),
    name,
    faults: [unknownType, unknownRouteKey, badLength, badAddressLength],
    partial: [unknownType, unknownRouteKey],
    ...laidOut<McastVpnRoute>(
      {
        1: { rd, originator },
        2: { rd, sourceAs },
        3: { rd, source: anySource, group: anyGroup, originator },
        4: { routeKey: routeKeyOr(unknownRouteKey), originator },
        5: { rd, source, group },
        6: { rd, sourceAs, source, group },
        7: { rd, sourceAs, source, group },
      },
      unknownType,
      badLength,
    ),
  });
  return { ...spec, unknownType, unknownRouteKey, badLength, badAddressLength, width };
};

export const ipv4McastVpn: McastVpnSpec = mcastVpn(Afi.Ipv4, "ipv4-mcast-vpn", 4);
export const ipv6McastVpn: McastVpnSpec = mcastVpn(Afi.Ipv6, "ipv6-mcast-vpn", 16);
