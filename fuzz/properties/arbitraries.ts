import fc from "fast-check";
import { octetsOf } from "../../src/codec/attribute/attribute.arb.js";
import { attributeArbs } from "../../src/codec/attribute/index.arb.js";
import { attributes } from "../../src/codec/attribute/index.js";
import { announcedForm } from "../../src/codec/attribute/mp-nlri.js";
import { capabilityArbs } from "../../src/codec/capability/index.arb.js";
import { encoded } from "../../src/codec/capability/testing.arb.js";
import type { Fault } from "../../src/codec/fault.js";
import { nlriArbs } from "../../src/codec/nlri/index.arb.js";
import { type Carriage, routesArb, runOf } from "../../src/codec/nlri/nlri.arb.js";
import { sessionArb } from "../../src/codec/session-context.arb.js";
import type { SessionContext } from "../../src/codec/session-context.js";
import { nearValid } from "../../src/codec/testing.arb.js";
import { targetOf } from "../targets/index.js";
import { moduleName } from "../targets/name.js";
import { asWithdrawn } from "../targets/nlri.js";
import { messageArbs } from "./messages.js";

/** Inputs for one target, made from the arbitraries beside the codec's modules. */
export interface Arbitraries {
  /** Accepted by a correct decoder. */
  readonly valid: fc.Arbitrary<Uint8Array>;
  /** Valid or likely so once: at most two octets were overwritten since, or the end cut off. */
  readonly nearValid: fc.Arbitrary<Uint8Array>;
  /** With one planted fault, which a correct decoder names. Null where nothing can be wrong. */
  readonly broken: fc.Arbitrary<Broken> | null;
}

export interface Broken {
  readonly data: Uint8Array;
  readonly fault: Pick<Fault, "id">;
}

/** The octets that a decoder is to see, in the session that it is to see them in. */
export interface Wire {
  readonly octets: Uint8Array;
  readonly session: SessionContext;
  /** What else the target's input has to say: that routes are withdrawn, or that no table of peers came before. */
  readonly adjust?: (input: Uint8Array) => Uint8Array;
}

/** What is said of a target before its input is put together. */
export interface WireArbs {
  readonly valid: fc.Arbitrary<Wire>;
  readonly broken: fc.Arbitrary<Wire & { readonly fault: Pick<Fault, "id"> }> | null;
  /** What may go either way, beside what is nearly valid. */
  readonly unsure?: fc.Arbitrary<Wire>;
}

/** Throws RangeError for a target without arbitraries: each must have some. */
export const arbitrariesOf = (name: string): Arbitraries => {
  const target = targetOf(name);
  const wires = wireArbs.get(name);
  if (target === undefined || wires === undefined) throw new RangeError(`there are no arbitraries for ${name}`);
  const inputOf = ({ octets, session, adjust = (input) => input }: Wire): Uint8Array =>
    adjust(target.input(octets, session));
  const valid = wires.valid.map(inputOf);
  return {
    valid,
    nearValid:
      wires.unsure === undefined ? nearValid(valid) : fc.oneof(nearValid(valid), nearValid(wires.unsure.map(inputOf))),
    broken: wires.broken?.map((one) => ({ data: inputOf(one), fault: one.fault })) ?? null,
  };
};

const capabilityRows: [string, WireArbs][] = capabilityArbs.map(({ spec, valid, broken }) => [
  `capability-${moduleName(spec)}`,
  { valid: fc.record({ octets: valid.map((value) => encoded(spec, value)), session: sessionArb }), broken },
]);

const attributeRows: [string, WireArbs][] = attributes.flatMap((spec): [string, WireArbs][] => {
  const arbs = attributeArbs.get(spec.code);
  if (arbs === undefined) return [];
  const valid = arbs.valid.map(({ value, session }) => ({ octets: octetsOf(spec, value, session), session }));
  return [[`attribute-${moduleName(spec)}`, { valid, broken: arbs.broken }]];
});

const adjusted = (withdrawn: boolean): Pick<Wire, "adjust"> => (withdrawn ? { adjust: asWithdrawn } : {});

/** A family's routes in a session that carries them: announced, or withdrawn. */
const nlriRows: [string, WireArbs][] = nlriArbs.map((arb) => {
  const { spec } = arb;
  const carried = fc.tuple(
    sessionArb.filter(({ families }) => families.has(spec.family)),
    fc.boolean(),
  );
  const carriage = (session: SessionContext, withdrawn: boolean): Carriage => ({
    addPath: session.addPath.has(spec.family),
    form: withdrawn ? "withdrawn" : announcedForm(spec.family, session),
  });
  return [
    `nlri-${spec.name}`,
    {
      valid: carried.chain(([session, withdrawn]) => {
        const how = carriage(session, withdrawn);
        return routesArb(arb, how).map((routes) => ({
          octets: runOf(spec, routes, how),
          session,
          ...adjusted(withdrawn),
        }));
      }),
      broken: carried.chain(([session, withdrawn]) => {
        const { addPath, form } = carriage(session, withdrawn);
        return arb.broken(addPath, form).map((one) => ({ ...one, session, ...adjusted(withdrawn) }));
      }),
    },
  ];
});

const wireArbs: ReadonlyMap<string, WireArbs> = new Map([
  ...messageArbs,
  ...capabilityRows,
  ...attributeRows,
  ...nlriRows,
]);
