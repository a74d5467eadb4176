import { capabilityListFields } from "../capability/fields.js";
import { type FieldReader, named } from "../fields.js";
import { AS_TRANS } from "../iana.js";

/** OPEN behind its header: RFC 4271 §4.2, its parameters as there or as in RFC 9072 §2. */
export const fields = (reader: FieldReader): void => {
  reader.u8("version");
  reader.u16("my autonomous system", (as) => (as === AS_TRANS ? `${as} (AS_TRANS)` : `${as}`));
  reader.u16("hold time", (seconds) => `${seconds} s`);
  reader.address("BGP identifier", 4);
  const length = reader.u8("optional parameters length");
  const isExtended = length !== 0 && reader.left > 0 && reader.msg[reader.at] === EXTENDED;
  if (isExtended) reader.u8("extended form", () => "255 (RFC 9072)");
  const octets = isExtended ? reader.u16("extended optional parameters length") : length;
  if (octets === 0) return;
  reader.group("optional parameters", octets, (parameters) => {
    while (parameters.left > 0) oneParameter(parameters, isExtended);
    return undefined;
  });
};

const EXTENDED = 255;

/** IANA, BGP OPEN Optional Parameter Types. */
const typeName = named({ 1: "Authentication (deprecated)", 2: "Capabilities", 255: "reserved (RFC 9072)" });

const oneParameter = (reader: FieldReader, isExtended: boolean): void => {
  const { msg, at, left } = reader;
  const head = isExtended ? 3 : 2;
  const high = isExtended ? (msg[at + 1] ?? 0) << 8 : 0;
  const length = left < head ? 0 : high | (msg[at + head - 1] ?? 0);
  reader.group("parameter", head + length, (parameter) => {
    const type = parameter.u8("type", typeName);
    if (isExtended) parameter.u16("length");
    else parameter.u8("length");
    if (type === 2) capabilityListFields(parameter);
    else parameter.rest("value");
    return typeName(type);
  });
};
