import { copyOctets, u16, u32 } from "../codec/octets.js";

/** A packet as it was captured, with the link-layer type of its interface (www.tcpdump.org/linktypes.html). */
export interface Packet {
  /** Counted from 1, as tshark does. */
  readonly number: number;
  readonly linkType: number;
  readonly octets: Uint8Array;
}

export interface Capture {
  readonly packets: readonly Packet[];
  /** What was wrong with the file; null when it was read to its end. */
  readonly trouble: string | null;
}

/** Whether these are the first octets of a pcap or pcapng file. */
export const isCapture = (file: Uint8Array): boolean =>
  file.length >= 4 && (MAGICS.has(u32(file, 0)) || u32(file, 0) === SECTION_HEADER);

/** The packets of a pcap or pcapng file. Of a damaged one those that can be read. */
export const readCapture = (file: Uint8Array): Capture =>
  u32(file, 0) === SECTION_HEADER ? readPcapng(file) : readPcap(file);

/** Magic numbers of pcap, big-endian as they are read: whether the file's own order is little-endian. */
const MAGICS: ReadonlyMap<number, boolean> = new Map([
  [0xa1b2c3d4, false],
  [0xa1b23c4d, false],
  [0xd4c3b2a1, true],
  [0x4d3cb2a1, true],
]);

const PCAP_HEADER = 24;
const PCAP_RECORD = 16;

/** draft-ietf-opsawg-pcap §4 and §5. */
const readPcap = (file: Uint8Array): Capture => {
  const little = MAGICS.get(u32(file, 0)) ?? false;
  if (file.length < PCAP_HEADER) return { packets: [], trouble: "it ends within its header" };
  // The upper four bits tell of the frame check sequence.
  const linkType = word(file, 20, little) & 0x0fff_ffff;
  const packets: Packet[] = [];
  for (let at = PCAP_HEADER; at < file.length; ) {
    const end = at + PCAP_RECORD + (at + PCAP_RECORD <= file.length ? word(file, at + 8, little) : 0);
    if (at + PCAP_RECORD > file.length || end > file.length) return { packets, trouble: endsWithin(packets.length) };
    packets.push({ number: packets.length + 1, linkType, octets: file.subarray(at + PCAP_RECORD, end) });
    at = end;
  }
  return { packets, trouble: null };
};

const SECTION_HEADER = 0x0a0d0d0a;
const LITTLE = 0x4d3c2b1a;
const InterfaceDescription = 1;
const ObsoletePacket = 2;
const SimplePacket = 3;
const EnhancedPacket = 6;

/** draft-ietf-opsawg-pcapng §3 and §4. Blocks: type (4), total length (4), body, total length again (4). */
const readPcapng = (file: Uint8Array): Capture => {
  const packets: Packet[] = [];
  let interfaces: number[] = [];
  let little = false;
  for (let at = 0; at < file.length; ) {
    if (at + 12 > file.length) return { packets, trouble: endsWithin(packets.length) };
    if (u32(file, at) === SECTION_HEADER) {
      little = u32(file, at + 8) === LITTLE;
      interfaces = [];
    }
    const type = word(file, at, little);
    const length = word(file, at + 4, little);
    const end = at + length;
    if (length < 12 || length % 4 !== 0)
      return { packets, trouble: `a block behind packet ${packets.length} has no length` };
    if (end > file.length) return { packets, trouble: endsWithin(packets.length) };
    const body = at + 8;
    if (type === InterfaceDescription && length >= 20) interfaces.push(half(file, body, little));
    const packet = packetOf(type, file, body, end - 4, little);
    if (packet !== null) {
      packets.push({ number: packets.length + 1, linkType: interfaces[packet.interface] ?? -1, octets: packet.octets });
    }
    at = end;
  }
  return { packets, trouble: null };
};

const packetOf = (
  type: number,
  file: Uint8Array,
  body: number,
  end: number,
  little: boolean,
): { readonly interface: number; readonly octets: Uint8Array } | null => {
  const lead = type === EnhancedPacket || type === ObsoletePacket ? 20 : type === SimplePacket ? 4 : -1;
  if (lead < 0 || body + lead > end) return null;
  const captured = type === SimplePacket ? word(file, body, little) : word(file, body + 12, little);
  const of =
    type === EnhancedPacket ? word(file, body, little) : type === ObsoletePacket ? half(file, body, little) : 0;
  return { interface: of, octets: file.subarray(body + lead, Math.min(end, body + lead + captured)) };
};

const endsWithin = (packets: number): string => `it ends within a record, behind packet ${packets}`;

const word = (file: Uint8Array, at: number, little: boolean): number =>
  little ? u32(swapped(file, at, 4), 0) : u32(file, at);

const half = (file: Uint8Array, at: number, little: boolean): number =>
  little ? u16(swapped(file, at, 2), 0) : u16(file, at);

const swapped = (file: Uint8Array, at: number, width: number): Uint8Array => copyOctets(file, at, at + width).reverse();
