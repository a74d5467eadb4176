import { OracleViolation } from "./violation.js";

/**
 * What a value weighs: one for each number, string, object and array entry, and one for each octet of a typed array.
 * A count, not a measurement: the same value weighs the same on every machine.
 */
export const weigh = (value: unknown): number => {
  if (typeof value !== "object" || value === null) return typeof value === "string" ? 1 + value.length : 1;
  if (ArrayBuffer.isView(value)) return 1 + value.byteLength;
  let weight = 1;
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) weight += weigh(value[i]);
  else if (value instanceof Set || value instanceof Map) for (const entry of value.values()) weight += weigh(entry);
  else for (const name in value) weight += weigh((value as Readonly<Record<string, unknown>>)[name]);
  return weight;
};

/**
 * The largest honest expansion: the one octet of an IPv6 default route becomes 16 octets of address, their array, the
 * route and its length. Anything above comes from a length or count that was believed before it was checked.
 */
const WEIGHT_PER_OCTET = 32;
const WEIGHT_BASE = 512;

/** What was read from `octets` octets must weigh no more than they can account for. */
export const bloat = (value: unknown, octets: number): void => {
  const weight = weigh(value);
  if (weight > WEIGHT_BASE + WEIGHT_PER_OCTET * octets) {
    throw new OracleViolation(
      "cost",
      "the value read is far larger than its octets",
      `${weight} from ${octets} octets`,
    );
  }
};

/** Milliseconds within which any decoder must be done with one input, however loaded the machine is. */
export const SLOW_MS = 2_000;

/**
 * Runs `work` and refuses one that takes longer than `SLOW_MS` three times in a row: once may be the machine.
 * `now` is a clock in milliseconds.
 */
export const bounded = <T>(work: () => T, now: () => number = () => performance.now()): T => {
  for (let attempt = 1; ; attempt++) {
    const before = now();
    const result = work();
    const took = now() - before;
    if (took < SLOW_MS) return result;
    if (attempt === 3) {
      throw new OracleViolation("cost", "one input takes seconds", `${Math.round(took)} ms three times in a row`);
    }
  }
};
