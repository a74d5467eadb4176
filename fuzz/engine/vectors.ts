/**
 * Reads counters sixteen at a time, in a function of WebAssembly that is put together here: JavaScript has no vectors, and
 * of hundreds of words a few dozen, others each time, have to be looked into. Most executions show nothing new.
 *
 *     known() -> i32
 *       for each span [at, end), 16 at a time:  new |= buckets(counters[at]) & ~seen[at]
 *       if any of new:  return 0
 *       for each span:  counters[at] = 0
 *       return 1
 */

/** What of WebAssembly is used here: TypeScript has its types only together with a browser's. */
interface Api {
  readonly Memory: new (size: { readonly initial: number }) => Memory;
  readonly Module: new (octets: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly kiln: { readonly memory: Memory } },
  ) => { readonly exports: { readonly known: () => number } };
  validate(octets: Uint8Array): boolean;
}

/** Memory that both languages see. */
export interface Memory {
  readonly buffer: ArrayBuffer;
}

const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: Api };

/** AFL's bucket of each count: see `FeatureMap`. */
export const BUCKETS: Uint8Array = Uint8Array.from({ length: 256 }, (_, count) => {
  const limits = [1, 2, 3, 7, 15, 31, 127, 255];
  return limits.findIndex((limit) => count <= limit);
});

/** Counters of one vector. */
export const LANES = 16;

const PAGE = 0x1_0000;

/** Room for so many counters, at its start, and for what `knownIn` puts behind them. */
export const memoryFor = (counters: number): Memory =>
  new wasm.Memory({ initial: Math.ceil((3 * padded(counters)) / PAGE) + 1 });

const padded = (counters: number): number => LANES * Math.ceil(counters / LANES);

/** A check of the counters at the start of a memory against what was seen of each. */
export interface Known {
  /** For each counter the buckets that were seen, a bit each: written to by the caller. */
  readonly seen: Uint8Array;
  /** 1: each counter in the spans is in a bucket that was seen, and all of them are 0 now; 0: they are as they were. */
  known(): number;
}

/**
 * `spans`: first and end of each stretch that counts, in counters, multiples of LANES. Null where nothing counts, or
 * the processor has no vectors.
 */
export const knownIn = (memory: Memory, counters: number, spans: readonly number[]): Known | null => {
  if (spans.length === 0) return null;
  const seenAt = padded(counters);
  const spansAt = 2 * seenAt;
  const octets = moduleOf(seenAt, spansAt, spansAt + 4 * spans.length);
  if (!wasm.validate(octets)) return null;
  // Little-endian, whatever the machine is.
  const view = new DataView(memory.buffer, spansAt);
  for (const [i, counter] of spans.entries()) view.setUint32(4 * i, counter, true);
  const { exports } = new wasm.Instance(new wasm.Module(octets), { kiln: { memory } });
  return { seen: new Uint8Array(memory.buffer, 0, spansAt).subarray(seenAt), known: exports.known };
};

// ---- the function

const bitOf = (count: number): number => (count === 0 ? 0 : 1 << (BUCKETS[count] ?? 0));

/** The bit of a count's bucket by its lower four bits, where the upper ones are 0, and by the upper ones. */
const LOW = Array.from({ length: LANES }, (_, count) => bitOf(count));
const HIGH = Array.from({ length: LANES }, (_, upper) => bitOf(upper << 4));

const SPAN = 0;
const AT = 1;
const END = 2;
const COUNTS = 3;
const NEW = 4;

const moduleOf = (seenAt: number, spansAt: number, spansEnd: number): Uint8Array => {
  const eachVector = (body: readonly number[]): number[] => [
    ...[...i32(spansAt), ...set(SPAN), ...LOOP],
    ...[...get(SPAN), ...i32Load(0), ...set(AT), ...get(SPAN), ...i32Load(4), ...set(END), ...LOOP],
    ...body,
    ...[...get(AT), ...i32(LANES), I32_ADD, ...tee(AT), ...get(END), I32_LT_U, ...AGAIN, FINISH],
    ...[...get(SPAN), ...i32(8), I32_ADD, ...tee(SPAN), ...i32(spansEnd), I32_LT_U, ...AGAIN, FINISH],
  ];
  const buckets = [
    // Indices above 15 give 0.
    ...[...v128(LOW), ...get(COUNTS), ...SWIZZLE],
    ...[...v128(HIGH), ...get(COUNTS), ...i32(4), ...SHIFT_RIGHT, ...SWIZZLE, ...OR],
  ];
  const body = [
    ...eachVector([
      ...[...get(AT), ...v128Load(0), ...set(COUNTS)],
      ...[...buckets, ...get(AT), ...v128Load(seenAt), ...AND_NOT, ...get(NEW), ...OR, ...set(NEW)],
    ]),
    ...[...get(NEW), ...ANY, ...IF, ...i32(0), RETURN, FINISH],
    ...eachVector([...get(AT), ...v128(NOTHING), ...v128Store(0)]),
    ...[...i32(1), FINISH],
  ];
  const locals = [2, ...[3, I32], ...[2, V128]];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    // Types: () -> i32. Imports: kiln.memory. Functions: one of type 0. Exports: it. Code: it.
    ...section(1, [1, 0x60, 0, 1, I32]),
    ...section(2, [1, ...name("kiln"), ...name("memory"), 2, 0, ...unsigned(0)]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name("known"), 0, 0]),
    ...section(10, [1, ...unsigned(locals.length + body.length), ...locals, ...body]),
  ]);
};

const NOTHING = new Array<number>(LANES).fill(0);

// ---- its encoding (WebAssembly 2.0 §5)

/** LEB128. Of a signed one the last octet's bit 6 is the sign. */
const leb128 = (value: number, last: number): number[] =>
  value < last ? [value] : [(value & 0x7f) | 0x80, ...leb128(value >>> 7, last)];
const unsigned = (value: number): number[] => leb128(value, 0x80);
const notNegative = (value: number): number[] => leb128(value, 0x40);
const name = (text: string): number[] => [text.length, ...Buffer.from(text)];
const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content];

const I32 = 0x7f;
const V128 = 0x7b;
const LOOP = [0x03, 0x40];
const IF = [0x04, 0x40];
const FINISH = 0x0b;
const AGAIN = [0x0d, 0];
const RETURN = 0x0f;
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const tee = (local: number): number[] => [0x22, local];
const i32 = (value: number): number[] => [0x41, ...notNegative(value)];
const i32Load = (offset: number): number[] => [0x28, 2, ...unsigned(offset)];
const I32_LT_U = 0x49;
const I32_ADD = 0x6a;
const vector = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
const v128Load = (offset: number): number[] => [...vector(0x00), 4, ...unsigned(offset)];
const v128Store = (offset: number): number[] => [...vector(0x0b), 4, ...unsigned(offset)];
const v128 = (lanes: readonly number[]): number[] => [...vector(0x0c), ...lanes];
const SWIZZLE = vector(0x0e);
const AND_NOT = vector(0x4f);
const OR = vector(0x50);
const ANY = vector(0x53);
const SHIFT_RIGHT = vector(0x6d);
