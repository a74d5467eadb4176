import { copyOctets, setOctets, setU8, setU16, u8, u16, within } from "../octets.js";

/** A type, a length and as many octets: how the header of one is laid out. Lengths count the octets after the header. */
export interface TlvForm {
  /** Octets of the header of the TLV at `at`, of which the first octet is there. */
  header(msg: Uint8Array, at: number): number;
  code(msg: Uint8Array, at: number): number;
  length(msg: Uint8Array, at: number): number;
  /** Writes a header and gives the offset after. Throws RangeError for what it cannot carry. */
  write(code: number, length: number, out: Uint8Array, at: number): number;
}

/** A TLV of a type that has no layout here, or of one whose octets do not keep to it. */
export interface OpaqueTlv {
  readonly type: "opaque";
  readonly code: number;
  readonly octets: Uint8Array;
}

/** What a container holds: TLVs of one form, read and written value by value. */
export interface TlvCodec<Tlv> {
  readonly form: TlvForm;
  /** The TLV whose value is octets [start, end): checked ones, or of a layout that `read` judges itself. */
  read(code: number, msg: Uint8Array, start: number, end: number): Tlv;
  code(tlv: Tlv): number;
  /** Octets of the value. */
  size(tlv: Tlv): number;
  /** Writes the value and gives the offset after. Throws RangeError for what the wire cannot carry. */
  write(tlv: Tlv, out: Uint8Array, at: number): number;
}

/** `| type (1) | length (1) | value |` */
export const tlv8x8: TlvForm = {
  header: () => 2,
  code: u8,
  length: (msg, at) => u8(msg, at + 1),
  write: (code, length, out, at) =>
    setU8(out, setU8(out, at, within(0xff, code, "a type")), within(0xff, length, "the length of a TLV")),
};

/** `| type (1) | length (2) | value |` */
export const tlv8x16: TlvForm = {
  header: () => 3,
  code: u8,
  length: (msg, at) => u16(msg, at + 1),
  write: (code, length, out, at) =>
    setU16(out, setU8(out, at, within(0xff, code, "a type")), within(0xffff, length, "the length of a TLV")),
};

/** `| type (2) | length (2) | value |` */
export const tlv16x16: TlvForm = {
  header: () => 4,
  code: u16,
  length: (msg, at) => u16(msg, at + 2),
  write: (code, length, out, at) =>
    setU16(out, setU16(out, at, within(0xffff, code, "a type")), within(0xffff, length, "the length of a TLV")),
};

/** `| type (1) | length (1 for types below 128, else 2) | value |`, RFC 9012 §2. */
export const tlv8x8or16: TlvForm = {
  header: (msg, at) => (u8(msg, at) < 128 ? 2 : 3),
  code: u8,
  length: (msg, at) => (u8(msg, at) < 128 ? u8(msg, at + 1) : u16(msg, at + 1)),
  write: (code, length, out, at) => (code < 128 ? tlv8x8 : tlv8x16).write(code, length, out, at),
};

/** Instead of an offset: a TLV that is cut off. */
export const OVERRUN = -1;

/** The offset after the TLV at `at`; OVERRUN when `end`, the end of its container, cuts it off. For at < end. */
export const tlvEnd = (form: TlvForm, msg: Uint8Array, at: number, end: number): number => {
  const value = at + form.header(msg, at);
  if (value > end) return OVERRUN;
  const next = value + form.length(msg, at);
  return next > end ? OVERRUN : next;
};

/** Whether TLVs fill octets [start, end) to the last one. */
export const isFramed = (form: TlvForm, msg: Uint8Array, start: number, end: number): boolean => {
  for (let at = start; at < end; ) {
    at = tlvEnd(form, msg, at, end);
    if (at === OVERRUN) return false;
  }
  return true;
};

/** The TLVs of octets [start, end), which they fill. */
export const readTlvs = <Tlv>(
  { form, read }: TlvCodec<Tlv>,
  msg: Uint8Array,
  start: number,
  end: number,
): readonly Tlv[] => {
  const tlvs: Tlv[] = [];
  for (let at = start; at < end; ) {
    const value = at + form.header(msg, at);
    const next = value + form.length(msg, at);
    tlvs.push(read(form.code(msg, at), msg, value, next));
    at = next;
  }
  return tlvs;
};

export const sizeOfTlvs = <Tlv>({ form, code, size }: TlvCodec<Tlv>, tlvs: readonly Tlv[]): number => {
  let octets = 0;
  for (const tlv of tlvs) {
    first[0] = code(tlv);
    octets += form.header(first, 0) + size(tlv);
  }
  return octets;
};

/** The first octet of a TLV to be: what a header is as wide as. */
const first = new Uint8Array(1);

export const writeTlvs = <Tlv>(
  { form, code, size, write }: TlvCodec<Tlv>,
  tlvs: readonly Tlv[],
  out: Uint8Array,
  start: number,
): number => {
  let at = start;
  for (const tlv of tlvs) at = write(tlv, out, form.write(code(tlv), size(tlv), out, at));
  return at;
};

export const opaqueTlv = (code: number, msg: Uint8Array, start: number, end: number): OpaqueTlv => ({
  type: "opaque",
  code,
  octets: copyOctets(msg, start, end),
});

export const writeOpaque = ({ octets }: OpaqueTlv, out: Uint8Array, at: number): number => setOctets(out, at, octets);

/** How the value of one type of TLV stands in octets. */
export interface TlvLayout<Tlv> {
  readonly code: number;
  /** Null when octets [start, end) do not keep to the layout. */
  read(msg: Uint8Array, start: number, end: number): Tlv | null;
  size(tlv: Tlv): number;
  write(tlv: Tlv, out: Uint8Array, at: number): number;
}

/** A layout of always so many octets. */
export const fixedLayout = <Tlv>(
  code: number,
  length: number,
  read: (msg: Uint8Array, start: number) => Tlv,
  write: (tlv: Tlv, out: Uint8Array, at: number) => number,
): TlvLayout<Tlv> => ({
  code,
  read: (msg, start, end) => (end - start === length ? read(msg, start) : null),
  size: () => length,
  write,
});

/** The layouts of a union of TLVs, by the names of its members. */
export type TlvLayouts<Tlv extends { readonly type: string }> = {
  readonly [Type in Tlv["type"]]: TlvLayout<Extract<Tlv, { readonly type: Type }>>;
};

/** TLVs that are opaque when their type has no layout, or when they do not keep to it. */
export const lenientCodec = <Tlv extends { readonly type: string }>(
  form: TlvForm,
  layouts: TlvLayouts<Tlv>,
): TlvCodec<Tlv | OpaqueTlv> => {
  const byType = new Map<string, TlvLayout<Tlv>>(Object.entries(layouts));
  const byCode = new Map([...byType.values()].map((layout) => [layout.code, layout]));
  const layoutOf = (tlv: Tlv): TlvLayout<Tlv> => {
    const layout = byType.get(tlv.type);
    if (layout === undefined) throw new RangeError(`there is no place for ${tlv.type} here`);
    return layout;
  };
  return {
    form,
    read: (code, msg, start, end) => byCode.get(code)?.read(msg, start, end) ?? opaqueTlv(code, msg, start, end),
    code: (tlv) => (isOpaque(tlv) ? tlv.code : layoutOf(tlv).code),
    size: (tlv) => (isOpaque(tlv) ? tlv.octets.length : layoutOf(tlv).size(tlv)),
    write: (tlv, out, at) => (isOpaque(tlv) ? writeOpaque(tlv, out, at) : layoutOf(tlv).write(tlv, out, at)),
  };
};

const isOpaque = (tlv: { readonly type: string }): tlv is OpaqueTlv => tlv.type === "opaque";
