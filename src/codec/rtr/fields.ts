import { type FieldReader, named, prefixText } from "../fields.js";
import { PDU_HEADER } from "../rtr.js";
import { pduOf } from "./index.js";

/** Names the fields of one PDU, header included, RFC 8210 §5 and draft-ietf-sidrops-8210bis §5.12. */
export const pduFields = (reader: FieldReader): void => {
  const version = reader.u8("protocol version");
  const type = reader.u8("PDU type", (value) => `${value} (${pduOf(value)?.name ?? "unassigned"})`);
  const { header, body } = LAYOUTS[type] ?? UNKNOWN;
  header(reader);
  reader.u32("length");
  body(reader, version);
  reader.rest("not understood");
};

interface Layout {
  /** Octets 2 and 3. */
  readonly header: (reader: FieldReader) => void;
  readonly body: (reader: FieldReader, version: number) => void;
}

const zero = (reader: FieldReader): void => void reader.u16("zero");
const session = (reader: FieldReader): void => void reader.u16("session ID");
const flags = (reader: FieldReader): void => {
  reader.u8("flags", (value) => `0x${value.toString(16).padStart(2, "0")} (${value & 1 ? "announce" : "withdraw"})`);
};
const flagsAndZero = (reader: FieldReader): void => {
  flags(reader);
  reader.u8("zero");
};
const nothing = (): void => {};
const serial = (reader: FieldReader): void => void reader.u32("serial number");

const prefix =
  (width: 4 | 16): Layout["body"] =>
  (reader) => {
    flags(reader);
    const length = reader.u8("prefix length");
    reader.u8("max length");
    reader.u8("zero");
    reader.octets("prefix", width, (octets) => prefixText(octets, length, width));
    reader.u32("autonomous system number");
  };

const LAYOUTS: Readonly<Record<number, Layout>> = {
  0: { header: session, body: serial },
  1: { header: session, body: serial },
  2: { header: zero, body: nothing },
  3: { header: session, body: nothing },
  4: { header: zero, body: prefix(4) },
  6: { header: zero, body: prefix(16) },
  7: {
    header: session,
    body(reader, version) {
      serial(reader);
      if (version === 0) return;
      reader.u32("refresh interval", seconds);
      reader.u32("retry interval", seconds);
      reader.u32("expire interval", seconds);
    },
  },
  8: { header: zero, body: nothing },
  9: {
    header: flagsAndZero,
    body(reader) {
      reader.octets("subject key identifier", 20);
      reader.u32("AS number");
      reader.rest("subject public key info");
    },
  },
  10: {
    header: (reader) => void reader.u16("error code", named(ERRORS)),
    body(reader) {
      const length = reader.u32("length of encapsulated PDU");
      if (length > 0) {
        reader.group("erroneous PDU", length, (pdu) => {
          // An Error Report about an Error Report, which must not be, is not opened: it could hold another.
          if (pdu.left < PDU_HEADER || pdu.msg[pdu.at + 1] === 10) pdu.rest("octets");
          else pduFields(pdu);
          return undefined;
        });
      }
      const text = reader.u32("length of error text");
      if (text > 0) reader.text("error text", text);
    },
  },
  11: {
    header: flagsAndZero,
    body(reader) {
      reader.u32("customer AS number");
      while (reader.left >= 4) reader.u32("provider AS number");
    },
  },
};

const UNKNOWN: Layout = { header: (reader) => void reader.u16("session ID"), body: nothing };

const seconds = (value: number): string => `${value} s`;

/** RFC 8210 §12, draft-ietf-sidrops-8210bis §12. */
const ERRORS: Readonly<Record<number, string>> = {
  0: "Corrupt Data",
  1: "Internal Error",
  2: "No Data Available",
  3: "Invalid Request",
  4: "Unsupported Protocol Version",
  5: "Unsupported PDU Type",
  6: "Withdrawal of Unknown Record",
  7: "Duplicate Announcement Received",
  8: "Unexpected Protocol Version",
  9: "ASPA Provider List Error",
};
