import { InvalidArgumentError } from "commander";

/** A commander argument parser for whole numbers in [min, max]. */
export const wholeNumber =
  (min: number, max: number = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };

/** A commander argument parser for comma-separated whole numbers in [min, max]. */
export const wholeNumbers =
  (min: number, max: number) =>
  (text: string): number[] => [...new Set(text.split(",").map((part) => wholeNumber(min, max)(part.trim())))];

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A commander argument parser for durations such as 500ms, 30s, 5m, 8h; gives milliseconds. */
export const duration = (text: string): number => {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const scale = UNITS[unit ?? ""];
  if (digits === undefined || scale === undefined || Number(digits) === 0) {
    throw new InvalidArgumentError("Give a number and a unit: 500ms, 30s, 5m, 8h.");
  }
  return Number(digits) * scale;
};

/** A commander argument parser for comma-separated names out of a fixed set. */
export const namesOf =
  <Name extends string>(...known: readonly Name[]) =>
  (text: string): Name[] => {
    const names = text.split(",").map((name) => name.trim());
    for (const name of names) {
      if (!(known as readonly string[]).includes(name)) {
        throw new InvalidArgumentError(`"${name}" is not one of ${known.join(", ")}.`);
      }
    }
    return [...new Set(names)] as Name[];
  };

/** A commander argument parser for a share of something: `5%` or `0.05`. */
export const share = (text: string): number => {
  const [, digits = "", sign] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const value = sign === "%" ? Number(digits) / 100 : Number(digits);
  if (digits !== "" && value > 0 && value < 1) return value;
  throw new InvalidArgumentError("Give a share above 0 and below 100%: 5% or 0.05.");
};
