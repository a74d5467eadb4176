import { basename } from "node:path";
import { origin } from "../../src/codec/attribute/01-origin.js";
import { Flag } from "../../src/codec/attribute.js";
import { setU8, u8, u16 } from "../../src/codec/octets.js";
import { forPeer } from "../../src/table/for-peer.js";
import { tableFromMrt } from "../../src/table/from-mrt.js";
import { generateTable } from "../../src/table/generate.js";
import { eachUpdate, type PreparedTable } from "../../src/table/prepared.js";
import { senderOf } from "./lab.js";

/** Where the routes of a benchmark come from. */
export type TableSource =
  | {
      readonly kind: "generated";
      readonly prefixes: number;
      readonly family: "4" | "6" | "both";
      readonly seed: number;
    }
  | { readonly kind: "mrt"; readonly path: string };

/** As result rows call it. */
export const nameOf = (source: TableSource): string =>
  source.kind === "generated" ? "generated" : basename(source.path);

/** Which family a generated table is of, for rows: IPv4 goes without saying. */
export const familyOf = (source: TableSource): { readonly family?: "6" | "both" } =>
  source.kind === "mrt" || source.family === "4" ? {} : { family: source.family };

/**
 * One table for each peer: of the generator the same prefixes with other attributes, so that every step of the decision
 * has to work; of an MRT file the same routes from all of them, each with its own AS in front.
 */
export const tablesOf = async (source: TableSource, peers: number): Promise<PreparedTable[]> => {
  if (source.kind === "mrt") {
    const table = await tableFromMrt(source.path);
    return Array.from({ length: peers }, (_, n) => forPeer(table, { peerAs: senderOf(n).as, path: "replace" }));
  }
  const { prefixes, family, seed } = source;
  return Array.from({ length: peers }, (_, n) =>
    generateTable({ prefixes, family, seed, variant: n, peerAs: senderOf(n).as }),
  );
};

/** The same UPDATEs with another ORIGIN in each: every route changes, and neither packing nor size does. */
export const otherOrigins = (table: PreparedTable): PreparedTable => {
  const messages = table.messages.slice();
  eachUpdate(messages, ({ attributes, attributesEnd }) => {
    for (let at = attributes; at < attributesEnd; ) {
      const extended = (u8(messages, at) & Flag.ExtendedLength) !== 0;
      const value = at + (extended ? 4 : 3);
      if (u8(messages, at + 1) === origin.code) setU8(messages, value, u8(messages, value) === 0 ? 2 : 0);
      at = value + (extended ? u16(messages, at + 2) : u8(messages, at + 2));
    }
  });
  return { ...table, messages };
};

export const familiesOf = ({ v4, v6 }: PreparedTable): ("ipv4" | "ipv6")[] => [
  ...(v4 > 0 ? (["ipv4"] as const) : []),
  ...(v6 > 0 ? (["ipv6"] as const) : []),
];
