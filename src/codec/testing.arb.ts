import fc from "fast-check";
import type { Fault } from "./fault.js";
import type { SessionContext } from "./session-context.js";

/** A value that the wire can carry, and the session in which it travels. */
export interface Case<Value> {
  readonly value: Value;
  readonly session: SessionContext;
}

/** Octets with one planted defect, and the fault that a correct decoder must name. */
export interface BrokenCase {
  readonly octets: Uint8Array;
  readonly session: SessionContext;
  readonly fault: Fault;
}

/** The octets of hexadecimal digits, spaces between them as one likes. */
export const unhex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits.replaceAll(" ", ""), "hex"));

const SURROGATES = 0x800;

/**
 * Any character that UTF-8 can carry, for texts: fast-check's own `binary` unit makes a table of all of them when it is
 * asked for, which costs a worker process most of its start.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .nat(0x10ffff - SURROGATES)
  .map((n) => String.fromCodePoint(n < 0xd800 ? n : n + SURROGATES));

/** Valid octets of which at most two were overwritten, some perhaps cut off the end: most decoders still accept many. */
export const nearValid = (octets: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc.tuple(octets, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 }), cut).map(([valid, edits, off]) => {
    const near = valid.slice(0, Math.max(0, valid.length - off));
    for (const [at, octet] of edits) if (near.length > 0) near[at % near.length] = octet;
    return near;
  });

const cut: fc.Arbitrary<number> = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 4 }));
