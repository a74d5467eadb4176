import { isDeepStrictEqual } from "node:util";

/**
 * Whether two values are the same, as `isDeepStrictEqual` says it, in a tenth of its time: oracles ask it for every
 * input. What values of the codec are made of is compared here (plain objects, arrays, octets, primitives), all else there.
 */
export const same = (a: unknown, b: unknown): boolean => {
  // Zeros have a sign, and NaN is itself.
  if (a === b) return a !== 0 || Object.is(a, b);
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b);
  const prototype: unknown = Object.getPrototypeOf(a);
  if (prototype !== Object.getPrototypeOf(b)) return false;
  if (prototype === Array.prototype) return sameItems(a as readonly unknown[], b as readonly unknown[]);
  if (prototype === Object.prototype) return sameEntries(a as Entries, b as Entries);
  if (prototype === Uint8Array.prototype) return sameOctets(a as Uint8Array, b as Uint8Array);
  return isDeepStrictEqual(a, b);
};

/** Whether two runs of octets are the same. Native code does long ones several times as fast. */
export const sameOctets = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false;
  if (a.length > FEW) return Buffer.compare(a, b) === 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

const FEW = 24;

type Entries = Readonly<Record<string, unknown>>;

const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!same(a[i], b[i])) return false;
  return true;
};

const sameEntries = (a: Entries, b: Entries): boolean => {
  let names = 0;
  for (const name in a) {
    names++;
    const value = b[name];
    if (!same(a[name], value) || (value === undefined && !Object.hasOwn(b, name))) return false;
  }
  for (const _ in b) names--;
  return names === 0;
};
