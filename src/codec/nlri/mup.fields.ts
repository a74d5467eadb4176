import { distinguisherText, type FieldReader, named } from "../fields.js";
import { typedFields } from "./typed/typed.fields.js";

const TYPES: Readonly<Record<number, string>> = {
  1: "Interwork Segment Discovery",
  2: "Direct Segment Discovery",
  3: "Type 1 Session Transformed",
  4: "Type 2 Session Transformed",
};

const typeText = named(TYPES, "not known");
const architectureText = named({ 1: "3gpp-5g" }, "not known");

/** draft-ietf-bess-mup-safi §3.1. */
export const fields: (reader: FieldReader, addPath: boolean) => void = typedFields(3, (route) => {
  const architecture = route.u8("Architecture Type", architectureText);
  const type = route.u16("Route Type", typeText);
  const name = TYPES[type];
  if (architecture !== 1 || name === undefined) return undefined;
  return {
    name,
    fields(body) {
      body.octets("RD", 8, distinguisherText);
      body.rest("Route Type specific");
    },
  };
});
