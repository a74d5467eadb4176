import fc from "fast-check";
import { describe } from "vitest";
import type { AttributeSpec } from "../attribute.js";
import { type DissectionVector, dissects } from "../dissection.arb.js";
import type { SessionContext } from "../session-context.js";
import { type AttributeArb, nearValidOf } from "./attribute.arb.js";
import { attributeFields } from "./fields.js";
import { plain } from "./laws.arb.js";

/** Value octets and their fields; without a session in the plain one. */
export interface AttributeVector extends Omit<DissectionVector<SessionContext>, "how"> {
  readonly session?: SessionContext;
}

/** The law of the dissector that the registry has for an attribute, and what it shows of some values. */
export const dissectsAttribute = <Value>(
  spec: AttributeSpec<Value>,
  arb: AttributeArb<Value>,
  ...vectors: readonly AttributeVector[]
): void => {
  const cases = fc.oneof(nearValidOf(spec, arb.valid), arb.broken).map(({ octets, session: how }) => ({ octets, how }));
  describe(`${spec.name}, its fields`, () => {
    dissects(
      (reader, session) => attributeFields(spec.code, reader, session),
      cases,
      vectors.map(({ session = plain, ...vector }) => ({ ...vector, how: session })),
    );
  });
};
