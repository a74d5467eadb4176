import type { Family } from "../../../src/codec/iana.js";
import type { RouteForm } from "../../../src/codec/nlri.js";
import { u8, u16 } from "../../../src/codec/octets.js";
import type { SessionContext } from "../../../src/codec/session-context.js";
import type { Canonicalisation } from "../field.js";
import { attrSetCanonical } from "./attribute-128.js";
import { nlriCanonicalisations } from "./nlri.js";

/** How one attribute's value comes back, by type code; of a code without an entry, as it went in. */
export const attributeCanonicalisations = (code: number, session: SessionContext): readonly Canonicalisation[] => {
  const make = BY_CODE.get(code);
  if (make === undefined) return NONE;
  let known = made.get(session);
  if (known === undefined) {
    known = new Map();
    made.set(session, known);
  }
  let canonicalisations = known.get(code);
  if (canonicalisations === undefined) {
    canonicalisations = make(session);
    known.set(code, canonicalisations);
  }
  return canonicalisations;
};

const NONE: readonly Canonicalisation[] = [];
const made = new WeakMap<SessionContext, Map<number, readonly Canonicalisation[]>>();

/**
 * MP_REACH_NLRI's reserved octet (RFC 4760 §3: zero when sent, ignored when received). The value begins with AFI (2),
 * SAFI (1), next hop length (1).
 */
const reservedOctetCleared: Canonicalisation = {
  name: "reserved-octet-cleared",
  why: "RFC 4760 §3: sent as zero, ignored when received",
  apply: (octets) => {
    const reserved = 4 + u8(octets, 3);
    if (octets[reserved] === 0) return octets;
    const out = octets.slice();
    out[reserved] = 0;
    return out;
  },
};

/** The routes of MP_REACH_NLRI and MP_UNREACH_NLRI, as their family has it. `start` gives the first octet of the NLRI. */
const routesCanonical = (
  start: (octets: Uint8Array) => number,
  { addPath }: SessionContext,
  form: (of: Family) => RouteForm,
): Canonicalisation => ({
  name: "routes-canonical",
  why: "each family's own canonicalisations",
  apply: (octets) => {
    const of = (u16(octets, 0) << 8) | u8(octets, 2);
    const at = start(octets);
    const given = octets.subarray(at);
    let routes: Uint8Array = given;
    for (const { apply } of nlriCanonicalisations(of, addPath.has(of), form(of))) routes = apply(routes);
    if (routes === given) return octets;
    const out = new Uint8Array(at + routes.length);
    out.set(octets.subarray(0, at));
    out.set(routes, at);
    return out;
  },
});

/** AS4_PATH: segments of type 3 and 4 are dropped. */
const confederationsRemoved: Canonicalisation = {
  name: "confederations-removed",
  why: "RFC 6793 §6: a receiver discards the confederation segments of an AS4_PATH and goes on",
  apply: (octets) => {
    const kept: number[] = [];
    for (let at = 0; at < octets.length; ) {
      const next = at + 2 + 4 * u8(octets, at + 1);
      if (u8(octets, at) < 3) kept.push(...octets.subarray(at, next));
      at = next;
    }
    return Uint8Array.from(kept);
  },
};

/** LARGE_COMMUNITY: of equal values, 12 octets each, only the first is kept. */
const redundantRemoved: Canonicalisation = {
  name: "redundant-removed",
  why: "RFC 8092 §3: a receiver silently removes redundant values",
  apply: (octets) => {
    if (octets.length <= 12) return octets;
    const kept: number[] = [];
    const seen = new Set<string>();
    for (let at = 0; at < octets.length; at += 12) {
      const one = octets.subarray(at, at + 12);
      const text = one.join();
      if (seen.has(text)) continue;
      seen.add(text);
      kept.push(...one);
    }
    return Uint8Array.from(kept);
  },
};

const BY_CODE: ReadonlyMap<number, (session: SessionContext) => readonly Canonicalisation[]> = new Map([
  [
    14,
    (session) => [
      reservedOctetCleared,
      routesCanonical(
        (octets) => 5 + u8(octets, 3),
        session,
        (of) => (session.multipleLabels.has(of) ? "stack" : "single"),
      ),
    ],
  ],
  [
    15,
    (session) => [
      routesCanonical(
        () => 3,
        session,
        () => "withdrawn",
      ),
    ],
  ],
  [17, () => [confederationsRemoved]],
  [32, () => [redundantRemoved]],
  [128, () => [attrSetCanonical((code, session) => attributeCanonicalisations(code, session))]],
]);
