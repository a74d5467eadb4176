import { capabilityListFields } from "../capability/fields.js";
import { familyFields } from "../family.fields.js";
import { type FieldReader, named } from "../fields.js";
import { CeaseSubcode, ErrorCode, HeaderError, OpenError } from "../iana.js";
import { errorName, subcodeName } from "./notification.js";

/** NOTIFICATION behind its header, RFC 4271 §4.5. */
export const fields = (reader: FieldReader): void => {
  const { code, subcode } = errorFields(reader);
  if (reader.left === 0) return;
  if (code !== ErrorCode.Cease || subcode !== CeaseSubcode.HardReset) dataFields(reader, code, subcode);
  // RFC 8538 §3.1. Unwrapped once: a Hard Reset has no business inside another, and a peer could nest thousands.
  else {
    reader.group("encapsulated NOTIFICATION", reader.left, (inner) => {
      const reason = errorFields(inner);
      dataFields(inner, reason.code, reason.subcode);
      return undefined;
    });
  }
};

const errorFields = (reader: FieldReader): { readonly code: number; readonly subcode: number } => {
  const code = reader.u8("error code", (value) => `${value} (${errorName(value)})`);
  const subcode = reader.u8("error subcode", (value) => `${value} (${subcodeName(code, value)})`);
  return { code, subcode };
};

const messageName = named({ 1: "OPEN", 2: "UPDATE", 3: "NOTIFICATION", 4: "KEEPALIVE", 5: "ROUTE-REFRESH" });

/** What the clause of an error has its data say; that of any other as digits. */
const dataFields = (reader: FieldReader, code: number, subcode: number): void => {
  if (reader.left > 0) DATA[code]?.[subcode]?.(reader);
  reader.rest("data");
};

const erroneousType = (reader: FieldReader): void => {
  reader.u8("message type", messageName);
};

/** RFC 9003 §2. */
const communication = (reader: FieldReader): void => {
  const length = reader.u8("length");
  if (length > 0) reader.text("shutdown communication", length);
};

const DATA: Readonly<Record<number, Readonly<Record<number, (reader: FieldReader) => void>>>> = {
  // RFC 4271 §6.1
  [ErrorCode.MessageHeader]: {
    [HeaderError.BadLength]: (reader) => {
      reader.u16("erroneous length");
    },
    [HeaderError.BadType]: erroneousType,
  },
  [ErrorCode.Open]: {
    // RFC 4271 §6.2
    [OpenError.UnsupportedVersion]: (reader) => {
      reader.u16("largest supported version");
    },
    // RFC 5492 §5
    [OpenError.UnsupportedCapability]: capabilityListFields,
  },
  // RFC 6608 §4
  [ErrorCode.FiniteStateMachine]: { 1: erroneousType, 2: erroneousType, 3: erroneousType },
  [ErrorCode.Cease]: {
    // RFC 4486 §4
    [CeaseSubcode.MaximumPrefixes]: (reader) => {
      familyFields(reader);
      reader.u32("prefix upper bound");
    },
    [CeaseSubcode.AdministrativeShutdown]: communication,
    [CeaseSubcode.AdministrativeReset]: communication,
  },
};
