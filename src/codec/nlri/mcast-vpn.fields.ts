import { distinguisherText, type FieldReader, named } from "../fields.js";
import { countedAddress, lastAddress, type TypedBody, typedFields } from "./typed/typed.fields.js";

const rd = (body: FieldReader): void => {
  body.octets("RD", 8, distinguisherText);
};

const flow = (body: FieldReader): void => {
  countedAddress(body, "Multicast Source Length", "Multicast Source");
  countedAddress(body, "Multicast Group Length", "Multicast Group");
};

const originator = (body: FieldReader): void => lastAddress(body, "Originating Router's IP Address");

const join = (body: FieldReader): void => {
  rd(body);
  body.u32("Source AS");
  flow(body);
};

/** What a Leaf A-D route may answer, RFC 6514 §4.4. */
const ANSWERED: Readonly<Record<number, TypedBody>> = {
  1: {
    name: "Intra-AS I-PMSI A-D",
    fields(body) {
      rd(body);
      originator(body);
    },
  },
  2: {
    name: "Inter-AS I-PMSI A-D",
    fields(body) {
      rd(body);
      body.u32("Source AS");
    },
  },
  3: {
    name: "S-PMSI A-D",
    fields(body) {
      rd(body);
      flow(body);
      originator(body);
    },
  },
};

const TYPES: Readonly<Record<number, TypedBody>> = {
  ...ANSWERED,
  4: {
    name: "Leaf A-D",
    fields(body) {
      if (body.left === 0) return;
      const length = body.left < 2 ? 0 : (body.msg[body.at + 1] ?? 0);
      body.group("Route Key", 2 + length, (key) => {
        const answered = ANSWERED[key.u8("Route Type", typeText)];
        key.u8("Length");
        answered?.fields(key);
        return answered?.name;
      });
      originator(body);
    },
  },
  5: {
    name: "Source Active A-D",
    fields(body) {
      rd(body);
      flow(body);
    },
  },
  6: { name: "Shared Tree Join", fields: join },
  7: { name: "Source Tree Join", fields: join },
};

const typeText = named(Object.fromEntries(Object.entries(TYPES).map(([type, { name }]) => [type, name])), "not known");

/** RFC 6514 §4. */
export const fields: (reader: FieldReader, addPath: boolean) => void = typedFields(
  1,
  (route) => TYPES[route.u8("Route Type", typeText)],
);
