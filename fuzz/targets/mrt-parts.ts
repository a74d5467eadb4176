import type { FieldReader } from "../../src/codec/fields.js";
import { HEADER_LENGTH } from "../../src/codec/frame.js";
import { bodyFields, oneAttribute } from "../../src/explain/dissect.js";
import { MrtType } from "../../src/table/mrt/record.js";
import { ordinary } from "./context.js";

/** One MRT record with its header, RFC 6396 §2. */
export const recordFields = (reader: FieldReader): void => {
  reader.group("record", reader.left, (record) => {
    record.u32("timestamp");
    const type = record.u16("type");
    const subtype = record.u16("subtype");
    record.u32("length");
    if (type === MrtType.TableDump) tableDump(record, subtype);
    if (type === MrtType.TableDumpV2) tableDumpV2(record, subtype);
    if (type === MrtType.Bgp4mpEt) record.u32("microseconds");
    if (type === MrtType.Bgp4mp || type === MrtType.Bgp4mpEt) bgp4mp(record, subtype);
    return undefined;
  });
};

/** RFC 6396 §4.2. */
const tableDump = (record: FieldReader, afi: number): void => {
  const size = afi === 2 ? 16 : 4;
  record.u16("view number");
  record.u16("sequence number");
  record.octets("prefix", size);
  record.u8("prefix length");
  record.u8("status");
  record.u32("originated time");
  record.octets("peer address", size);
  record.u16("peer AS");
  attributes(record);
};

/** RFC 6396 §4.3, RFC 8050 §4. */
const tableDumpV2 = (record: FieldReader, subtype: number): void => {
  if (subtype === 1) peerIndexTable(record);
  else if (subtype >= 2 && subtype <= 12) rib(record, subtype === 6 || subtype === 12, subtype >= 8);
};

const peerIndexTable = (record: FieldReader): void => {
  record.u32("collector identifier");
  record.octets("view name", record.u16("view name length"));
  record.u16("peer count");
  while (record.left > 0) {
    const type = record.msg[record.at] ?? 0;
    const address = type & 1 ? 16 : 4;
    const as = type & 2 ? 4 : 2;
    record.group("peer", 5 + address + as, (peer) => {
      peer.u8("peer type");
      peer.octets("identifier", 4);
      peer.octets("peer address", address);
      peer.octets("peer AS", as);
      return undefined;
    });
  }
};

const rib = (record: FieldReader, generic: boolean, addPath: boolean): void => {
  record.u32("sequence number");
  if (generic) {
    record.u16("AFI");
    record.u8("SAFI");
  }
  record.octets("prefix", (record.u8("prefix length") + 7) >>> 3);
  record.u16("entry count");
  const head = addPath ? 12 : 8;
  while (record.left > 0) {
    const { msg, at, left } = record;
    const length = left < head ? 0 : ((msg[at + head - 2] ?? 0) << 8) | (msg[at + head - 1] ?? 0);
    record.group("entry", head + length, (entry) => {
      entry.u16("peer index");
      entry.u32("originated time");
      if (addPath) entry.u32("path identifier");
      attributes(entry);
      return undefined;
    });
  }
};

const attributes = (reader: FieldReader): void => {
  const length = reader.u16("attribute length");
  if (length === 0) return;
  reader.group("path attributes", length, (inside) => {
    while (inside.left > 0) oneAttribute(inside, ordinary());
    return undefined;
  });
};

/** RFC 6396 §4.4, RFC 8050 §3. */
const bgp4mp = (record: FieldReader, subtype: number): void => {
  const isState = subtype === 0 || subtype === 5;
  const as = [4, 5, 7, 9, 11].includes(subtype) ? 4 : 2;
  record.octets("peer AS", as);
  record.octets("local AS", as);
  record.u16("interface index");
  const size = record.u16("AFI") === 2 ? 16 : 4;
  record.octets("peer address", size);
  record.octets("local address", size);
  if (isState) {
    record.u16("old state");
    record.u16("new state");
  } else if (record.left >= HEADER_LENGTH) {
    record.group("message", record.left, (message) => {
      message.octets("marker", 16);
      message.u16("message length");
      bodyFields(message.u8("message type"), message, ordinary());
      return undefined;
    });
  }
};
