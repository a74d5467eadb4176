import fc from "fast-check";
import type { AttributeSpec } from "../attribute.js";
import type { Fault } from "../fault.js";
import { sessionArb } from "../session-context.arb.js";
import type { SessionContext } from "../session-context.js";
import { type BrokenCase, type Case, nearValid } from "../testing.arb.js";

/** What each `NN-name.arb.ts` exports. */
export interface AttributeArb<Value> {
  /** Values that may travel in `session`. */
  values(session: SessionContext): fc.Arbitrary<Value>;
  /** Whether the attribute may travel in `session` at all; when absent it always may. */
  fits?(session: SessionContext): boolean;
  readonly valid: fc.Arbitrary<Case<Value>>;
  /** One planted fault of each kind that the octets of a value can have. */
  readonly broken: fc.Arbitrary<BrokenCase>;
}

/** A way to plant one fault. */
export interface Plant {
  readonly fault: Fault;
  /** The sessions in which the octets are at fault; when absent, all. */
  fits?(session: SessionContext): boolean;
  octets(session: SessionContext): fc.Arbitrary<Uint8Array>;
}

/** The value octets, in an array of just their size. */
export const octetsOf = <Value>(spec: AttributeSpec<Value>, value: Value, session: SessionContext): Uint8Array => {
  const octets = new Uint8Array(spec.size(value, session));
  spec.encode(value, octets, 0, session);
  return octets;
};

export const casesOf = <Value>(
  values: AttributeArb<Value>["values"],
  fits: (session: SessionContext) => boolean = () => true,
): fc.Arbitrary<Case<Value>> =>
  sessionArb.filter(fits).chain((session) => values(session).map((value) => ({ value, session })));

export const brokenOf = (...plants: readonly Plant[]): fc.Arbitrary<BrokenCase> =>
  fc.oneof(
    ...plants.map(({ fault, fits = () => true, octets }) =>
      sessionArb
        .filter(fits)
        .chain((session) => octets(session).map((broken): BrokenCase => ({ octets: broken, session, fault }))),
    ),
  );

/** LOCAL_PREF and its like mean a fault from an external neighbour, whatever they hold. */
export const isInternal = ({ external }: SessionContext): boolean => !external;

export const plantExternal = (fault: Fault): Plant => ({
  fault,
  fits: ({ external }) => external,
  octets: () => anyOctets,
});

/** The arbitraries of an attribute that is one unsigned integer of four octets. */
export const unsigned32Arbs = (length: Fault, fromExternal?: Fault): Omit<AttributeArb<number>, "fits"> => {
  const values = (): fc.Arbitrary<number> => unsigned32Arb;
  const fits = fromExternal === undefined ? () => true : isInternal;
  const wrong: Plant = { fault: length, fits, octets: () => wrongLength((octets) => octets === 4) };
  return {
    values,
    valid: casesOf(values, fits),
    broken: fromExternal === undefined ? brokenOf(wrong) : brokenOf(wrong, plantExternal(fromExternal)),
  };
};

/** Octets whose number is none that `isRight` accepts. */
export const wrongLength = (isRight: (length: number) => boolean): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ maxLength: 40 }).filter(({ length }) => !isRight(length));

export const anyOctets: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 40 });

export const octetsArb = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

export const unsigned32Arb: fc.Arbitrary<number> = fc.oneof(fc.constantFrom(0, 1, 0xffffffff), fc.nat(0xffffffff));

/** Octets that were valid until at most two of them were overwritten or the end was cut, with their session. */
export const nearValidOf = <Value>(
  spec: AttributeSpec<Value>,
  valid: fc.Arbitrary<Case<Value>>,
): fc.Arbitrary<{ readonly octets: Uint8Array; readonly session: SessionContext }> =>
  valid.chain(({ value, session }) =>
    nearValid(fc.constant(octetsOf(spec, value, session))).map((octets) => ({ octets, session })),
  );
