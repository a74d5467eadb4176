import fc from "fast-check";
import * as multipleLabelsArb from "../capability/08-multiple-labels.arb.js";
import { multipleLabels } from "../capability/08-multiple-labels.js";
import { Role, role } from "../capability/09-role.js";
import { gracefulRestart } from "../capability/64-graceful-restart.js";
import { fourOctetAs } from "../capability/65-four-octet-as.js";
import * as longLivedArb from "../capability/71-long-lived-graceful-restart.arb.js";
import { longLivedGracefulRestart } from "../capability/71-long-lived-graceful-restart.js";
import { capabilityArbs, capabilityListArb, capabilityOctets } from "../capability/index.arb.js";
import { capabilityOverrun } from "../capability/list.js";
import type { Capability, CapabilitySpec } from "../capability.js";
import type { Fault } from "../fault.js";
import { badLength, setHeader } from "../frame.js";
import { AS_TRANS, MessageType } from "../iana.js";
import { hex, setU8, setU16, setU32 } from "../octets.js";
import { asnArb, sessionArb } from "../session-context.arb.js";
import { type BrokenCase, nearValid } from "../testing.arb.js";
import {
  asZero,
  authenticationParameter,
  contradictingRoles,
  holdTimeTooShort,
  identifierZero,
  longLivedAlone,
  type OpenToSend,
  parameterOverrun,
  parametersOverrun,
  replacedCapability,
  surplusCapability,
  trailingOctets,
  unknownParameter,
  unsupportedVersion,
} from "./open.js";

/** An optional parameter by its type and octets. */
export interface Parameter {
  readonly type: number;
  readonly octets: Uint8Array;
}

/** The fields of an OPEN as they stand on the wire, whatever they say. */
export interface OpenFields {
  readonly version: number;
  readonly as: number;
  readonly holdTime: number;
  readonly identifier: number;
}

/**
 * An OPEN written without looking at what it says, apart from `encodeOpen`: with parameters of any number and kind, in
 * the form of RFC 9072 when `extended` or when they fit in no other.
 */
export const openOctets = (fields: OpenFields, parameters: readonly Parameter[], extended: boolean): Uint8Array => {
  const long = extended || total(parameters, 2) > 255;
  const head = long ? 3 : 2;
  const length = total(parameters, head);
  const out = new Uint8Array((long ? 32 : 29) + length);
  let at = setU8(out, setHeader(out, 0, out.length, MessageType.Open), fields.version);
  at = setU32(out, setU16(out, setU16(out, at, fields.as), fields.holdTime), fields.identifier);
  at = long ? setU16(out, setU16(out, at, 0xffff), length) : setU8(out, at, length);
  for (const { type, octets } of parameters) {
    at = setU8(out, at, type);
    at = long ? setU16(out, at, octets.length) : setU8(out, at, octets.length);
    out.set(octets, at);
    at += octets.length;
  }
  return out;
};

const total = (parameters: readonly Parameter[], head: number): number =>
  parameters.reduce((length, { octets }) => length + head + octets.length, 0);

const holdTimeArb: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 3, 90, 0xffff),
  fc.integer({ min: 3, max: 0xffff }),
);
const identifierArb: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(1, 0x0a000001, 0xffffffff),
  fc.integer({ min: 1, max: 0xffffffff }),
);

/** What `encodeOpen` takes without leaving a capability out; decoding gives these capabilities, in this order. */
export const valid: fc.Arbitrary<OpenToSend> = fc
  .record({
    as: asnArb(4),
    holdTime: holdTimeArb,
    identifier: identifierArb,
    capabilities: capabilityListArb,
  })
  .map((open) => {
    const others = open.capabilities.filter(({ code }) => code !== fourOctetAs.code && code !== 75);
    const versions = open.capabilities.filter(({ code }) => code === 75);
    return {
      ...open,
      capabilities: [...others, { code: fourOctetAs.code, value: open.as }, ...versions],
      allowExtendedParameters: true,
    };
  });

const fieldsArb: fc.Arbitrary<OpenFields> = fc.record({
  version: fc.constant(4),
  as: asnArb(2),
  holdTime: holdTimeArb,
  identifier: identifierArb,
});

/** A well-formed OPEN before it is written: one Capabilities parameter or several, any of them empty. */
interface Draft {
  readonly fields: OpenFields;
  readonly parameters: readonly Parameter[];
  readonly extended: boolean;
}

const capabilitiesParameter = (list: readonly Uint8Array[]): Parameter => ({
  type: 2,
  octets: Uint8Array.from(list.flatMap((one) => [...one])),
});

const draftArb = (lists: fc.Arbitrary<readonly Capability[]>): fc.Arbitrary<Draft> =>
  fc.tuple(fieldsArb, lists, fc.nat(), fc.boolean(), fc.boolean()).map(([fields, list, split, several, extended]) => {
    const octets = list.map(capabilityOctets);
    const at = split % (octets.length + 1);
    const halves = several ? [octets.slice(0, at), octets.slice(at)] : octets.length > 0 ? [octets] : [];
    return { fields, parameters: halves.map(capabilitiesParameter), extended };
  });

const written = ({ fields, parameters, extended }: Draft): Uint8Array => openOctets(fields, parameters, extended);

/** Well-formed OPENs in every form that a receiver must take. */
export const octets: fc.Arbitrary<Uint8Array> = draftArb(capabilityListArb).map(written);

/** OPENs of which some octets were overwritten or cut off, the header as it was. About 60 in 100 are accepted. */
export const near: fc.Arbitrary<Uint8Array> = octets.chain((whole) =>
  nearValid(fc.constant(whole.subarray(19))).map((body) => Uint8Array.of(...whole.subarray(0, 19), ...body)),
);

/** Well-formed OPENs without the capabilities that have a say about others, so that a planted fault stands alone. */
const plain: fc.Arbitrary<Draft> = draftArb(
  capabilityListArb.map((list) =>
    list.filter(
      ({ code }) => code !== gracefulRestart.code && code !== longLivedGracefulRestart.code && code !== role.code,
    ),
  ),
);

const plant = (fault: Fault, broken: fc.Arbitrary<Uint8Array>): fc.Arbitrary<BrokenCase> =>
  fc.record({ octets: broken, session: sessionArb, fault: fc.constant(fault) });

/** A field that says what it must not. */
const field = (fault: Fault, wrong: fc.Arbitrary<Partial<OpenFields>>): fc.Arbitrary<BrokenCase> =>
  plant(
    fault,
    fc.tuple(plain, wrong).map(([draft, fields]) => written({ ...draft, fields: { ...draft.fields, ...fields } })),
  );

/** One more parameter, behind the others. */
const parameter = (fault: Fault, wrong: fc.Arbitrary<Parameter>): fc.Arbitrary<BrokenCase> =>
  plant(
    fault,
    fc.tuple(plain, wrong).map(([draft, one]) => written({ ...draft, parameters: [...draft.parameters, one] })),
  );

/** More capabilities, behind the others and in a parameter of their own. */
const behind = (fault: Fault, wrong: fc.Arbitrary<readonly Uint8Array[]>): fc.Arbitrary<BrokenCase> =>
  parameter(fault, wrong.map(capabilitiesParameter));

const small: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 20 });

/** Two different values of one capability. */
const different = <Value>(spec: CapabilitySpec<Value>, value: fc.Arbitrary<Value>): fc.Arbitrary<Uint8Array[]> =>
  fc
    .tuple(value, value)
    .map((values) => values.map((one) => capabilityOctets({ code: spec.code, value: one })))
    .filter(([a, b]) => a !== undefined && b !== undefined && hex(a) !== hex(b));

/** The optional parameters, or their extended form, say that they are longer than what is left of the message. */
const overrunning = plain.chain((draft) =>
  fc.tuple(fc.integer({ min: 1, max: 200 }), fc.nat(2)).map(([more, kind]) => {
    const whole = written(draft);
    const extended = draft.extended || whole[29] === 0xff;
    if (!extended) return whole.map((octet, at) => (at === 28 ? Math.min(0xff, octet + more) : octet));
    // RFC 9072 §2: with fewer than three octets behind it there is no extended length to read.
    if (kind > 0) return whole.slice(0, 29 + kind);
    setU16(whole, 30, whole.length - 32 + more);
    return whole;
  }),
);

/** A parameter whose head is cut, or whose length goes past all of the parameters. */
const cutParameter = fc
  .tuple(plain, fc.integer({ min: 1, max: 255 }), fc.boolean())
  .map(([{ fields, parameters, extended }, more, headOnly]) => {
    const whole = openOctets(fields, [...parameters, { type: 2, octets: new Uint8Array(0) }], extended);
    if (!headOnly) {
      whole[whole.length - 1] = more;
      return whole;
    }
    const cut = whole.slice(0, -1);
    if (cut[29] === 0xff) setU16(cut, 30, cut.length - 32);
    else setU8(cut, 28, cut.length - 29);
    return cut;
  });

const ownFaults: readonly fc.Arbitrary<BrokenCase>[] = [
  plant(
    badLength,
    fc.tuple(octets, fc.integer({ min: 0, max: 28 })).map(([whole, length]) => whole.slice(0, length)),
  ),
  field(unsupportedVersion, fc.record({ version: fc.nat(255).filter((version) => version !== 4) })),
  field(asZero, fc.constant({ as: 0 })),
  field(holdTimeTooShort, fc.constantFrom({ holdTime: 1 }, { holdTime: 2 })),
  field(identifierZero, fc.constant({ identifier: 0 })),
  plant(
    parametersOverrun,
    overrunning.filter((whole) => whole[29] === 0xff || (whole[28] ?? 0) + 29 > whole.length),
  ),
  plant(
    trailingOctets,
    fc
      .tuple(plain, fc.uint8Array({ minLength: 1, maxLength: 9 }))
      .filter(([{ extended, parameters }]) => extended || parameters.length > 0)
      .map(([draft, more]) => Uint8Array.of(...written(draft), ...more)),
  ),
  plant(parameterOverrun, cutParameter),
  parameter(authenticationParameter, fc.record({ type: fc.constant(1), octets: small })),
  parameter(
    unknownParameter,
    fc.record({ type: fc.oneof(fc.constant(0), fc.integer({ min: 3, max: 254 })), octets: small }),
  ),
  plant(
    unknownParameter,
    // RFC 9072 §3: in any place but the first 255 is a parameter like another.
    fc.tuple(fieldsArb, small, fc.boolean()).map(([fields, value, extended]) =>
      openOctets(
        fields,
        [
          { type: 2, octets: new Uint8Array(0) },
          { type: 255, octets: value },
        ],
        extended,
      ),
    ),
  ),
  ...capabilityArbs
    .filter(({ spec }) => spec.repeated === "last" && spec !== longLivedGracefulRestart)
    .map(({ spec, valid: value }) => onlyHere(spec.code, replacedCapability, different(spec, value))),
  onlyHere(multipleLabels.code, surplusCapability, different(multipleLabels, multipleLabelsArb.valid)),
  behind(contradictingRoles, different(role, fc.constantFrom(...Object.values(Role)))),
  behind(
    longLivedAlone,
    longLivedArb.valid.map((value) => [capabilityOctets({ code: longLivedGracefulRestart.code, value })]),
  ),
  behind(
    capabilityOverrun,
    fc
      .tuple(fc.nat(255), fc.uint8Array({ maxLength: 30 }), fc.integer({ min: 1, max: 200 }), fc.boolean())
      .map(([code, value, more, headOnly]) => [
        headOnly ? Uint8Array.of(code) : Uint8Array.of(code, value.length + more, ...value),
      ]),
  ),
];

/** One fault of one capability, which no other of its code stands beside. */
const capabilityFaults: readonly fc.Arbitrary<BrokenCase>[] = capabilityArbs.map(({ spec, broken: brokenValue }) =>
  brokenValue.chain(({ octets: value, fault }) =>
    onlyHere(spec.code, fault, fc.constant([Uint8Array.of(spec.code, value.length, ...value)])),
  ),
);

/** Capabilities in front of which a list stands that has none of their code. */
function onlyHere(code: number, fault: Fault, added: fc.Arbitrary<readonly Uint8Array[]>): fc.Arbitrary<BrokenCase> {
  return plant(
    fault,
    fc.tuple(fieldsArb, capabilityListArb, added, fc.boolean()).map(([fields, list, more, extended]) => {
      const before = list.filter((one) => one.code !== code && one.code !== longLivedGracefulRestart.code);
      return openOctets(fields, [capabilitiesParameter([...before.map(capabilityOctets), ...more])], extended);
    }),
  );
}

/** One planted fault, of the OPEN itself or of a capability in it; no other is found beside it. */
export const broken: fc.Arbitrary<BrokenCase> = fc.oneof(...ownFaults, ...capabilityFaults);

/** The two-octet field for an AS number, RFC 6793 §4.1. */
export const asField = (as: number): number => (as > 0xffff ? AS_TRANS : as);
