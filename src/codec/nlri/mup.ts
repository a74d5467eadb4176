import type { Fault } from "../fault.js";
import { Afi, family, Safi } from "../iana.js";
import { copyOctets, setOctets, setU8, setU16, u8, u16, within } from "../octets.js";
import { routeDiscarded, unparsable } from "./fault.js";
import type { WithPathId } from "./path-id.js";
import { distinguisher } from "./typed/layout.js";
import { type TypedSpec, typed } from "./typed/typed.js";

/** A route of the mobile user plane, draft-ietf-bess-mup-safi §3.1. */
export interface MupRoute extends WithPathId {
  /** 1: 3gpp-5g. */
  readonly architecture: 1;
  /** Interwork Segment Discovery, Direct Segment Discovery, Type 1 and Type 2 Session Transformed. */
  readonly type: 1 | 2 | 3 | 4;
  /** Route Distinguisher, 8 octets. */
  readonly rd: Uint8Array;
  /** What stands behind it, at most 247 octets. */
  readonly body: Uint8Array;
}

export interface MupSpec extends TypedSpec<MupRoute> {
  readonly unknownArchitecture: Fault;
  readonly unknownType: Fault;
  readonly tooShort: Fault;
}

const RD_OCTETS = 8;

/**
 * MUP, draft-ietf-bess-mup-safi §3.1: architecture (1), type (2), length (1) and a body. Each of the four types that the
 * draft defines begins with a route distinguisher (§3.1.1 to §3.1.4); what follows is still being drafted, and is kept
 * as octets.
 */
const mup = (afi: number, name: string): MupSpec => {
  const unknownArchitecture = routeDiscarded(name, "unknown-architecture");
  // §3.1: other types MUST be silently ignored on receipt.
  const unknownType = routeDiscarded(name, "unknown-type", "draft-ietf-bess-mup-safi §3.1");
  const tooShort = unparsable(name, "too-short");
  const isKnown = (msg: Uint8Array, head: number): boolean =>
    u8(msg, head) === 1 && u16(msg, head + 1) >= 1 && u16(msg, head + 1) <= 4;
  const spec = typed<MupRoute>({
    family: family(afi, Safi.Mup),
    name,
    typeOctets: 3,
    faults: [unknownArchitecture, unknownType, tooShort],
    partial: [unknownArchitecture, unknownType],

    judge(msg, head, start, end) {
      if (u8(msg, head) !== 1) return unknownArchitecture;
      if (!isKnown(msg, head)) return unknownType;
      return end - start < RD_OCTETS ? tooShort : null;
    },

    readBody(msg, head, start, end) {
      if (!isKnown(msg, head)) return null;
      return {
        architecture: 1,
        type: u16(msg, head + 1) as MupRoute["type"],
        rd: copyOctets(msg, start, start + RD_OCTETS),
        body: copyOctets(msg, start + RD_OCTETS, end),
      };
    },

    bodySize: ({ body }) => RD_OCTETS + body.length,
    writeType: ({ architecture, type }, out, at) =>
      setU16(out, setU8(out, at, within(0xff, architecture, "the architecture")), within(0xffff, type, "the type")),
    writeBody: ({ rd, body }, out, at) => setOctets(out, distinguisher.write(rd, out, at), body),
  });
  return { ...spec, unknownArchitecture, unknownType, tooShort };
};

export const ipv4Mup: MupSpec = mup(Afi.Ipv4, "ipv4-mup");
export const ipv6Mup: MupSpec = mup(Afi.Ipv6, "ipv6-mup");
