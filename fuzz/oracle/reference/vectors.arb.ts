import { type Family, Ipv4Unicast } from "../../../src/codec/iana.js";
import type { SessionContext } from "../../../src/codec/session-context.js";
import { contextOf } from "../../targets/context.js";

/** Octets written as digits, with blanks wherever they help the eye. */
export const octets = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits.replace(/\s/g, ""), "hex"));

const twoOctets = (value: number): string => value.toString(16).padStart(4, "0");

/** A whole message of `type` around `body`. */
export const message = (type: number, body: string): Uint8Array => {
  const length = 19 + octets(body).length;
  return octets(`${"ff".repeat(16)} ${twoOctets(length)} ${type.toString(16).padStart(2, "0")} ${body}`);
};

interface Parts {
  readonly withdrawn?: string;
  readonly attributes?: string;
  readonly nlri?: string;
}

/** A whole UPDATE of these parts, with their right lengths. */
export const update = ({ withdrawn = "", attributes = "", nlri = "" }: Parts): Uint8Array =>
  message(
    2,
    `${twoOctets(octets(withdrawn).length)} ${withdrawn} ${twoOctets(octets(attributes).length)} ${attributes} ${nlri}`,
  );

export const ORIGIN = "40 01 01 00";
export const AS_PATH = "40 02 00";
export const NEXT_HOP = "40 03 04 c0000201";
export const ROUTE = "18 c00002";
/** All that a route needs. */
export const MANDATORY: string = `${ORIGIN} ${AS_PATH} ${NEXT_HOP}`;

/** With a route and all that it needs, `attributes` behind. */
export const announcing = (attributes: string): Uint8Array =>
  update({ attributes: `${MANDATORY} ${attributes}`, nlri: ROUTE });

/** A session with IPv4 and IPv6 unicast and these families; external, with four-octet AS numbers. */
export const session = (more: Partial<SessionContext> = {}, ...families: readonly Family[]): SessionContext => {
  const ordinary = contextOf(new Uint8Array(2));
  return { ...ordinary, families: new Set([...ordinary.families, ...families]), ...more };
};

export const INTERNAL: Partial<SessionContext> = { external: false, peerAs: 64_500 };
export const TWO_OCTETS: Partial<SessionContext> = { asnSize: 2 };
export const PATH_IDS: Partial<SessionContext> = { addPath: new Set([Ipv4Unicast]) };
