import fc from "fast-check";
import { type Attribute, Flag } from "../../src/codec/attribute.js";
import { Ipv6Unicast } from "../../src/codec/iana.js";
import { encodeUpdate } from "../../src/codec/message/update.js";
import type { UnicastRoute } from "../../src/codec/nlri/unicast.js";
import { ordinary } from "../targets/context.js";
import { bodyOf } from "../targets/message.js";
import { OpenFlag, recordOf } from "../targets/session-records.js";
import { SpeakerOp as Op } from "../targets/speaker.js";
import type { WireArbs } from "./arbitraries.js";

const wire = (octets: Uint8Array) => ({ octets, session: ordinary() });

const lifeOf = (lead: readonly number[], records: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from([...lead, ...records.flatMap((one) => [...one])]);

/** Few prefixes, so that they meet: the honest peer's 10.0.1.0/24 is one of them. */
const ipv4Arb: fc.Arbitrary<UnicastRoute> = fc
  .tuple(fc.constantFrom(8, 16, 24, 32), fc.nat(3))
  .map(([length, n]) => ({ length, address: Uint8Array.of(10, 0, length > 16 ? n : 0, 0) }));

const ipv6Arb: fc.Arbitrary<UnicastRoute> = fc.nat(4).map((n) => {
  const address = new Uint8Array(16);
  address.set([0x20, 0x01, 0x0d, 0xb8, 0, n]);
  return { length: 48, address };
});

const optional = Flag.Optional;
const transitive = Flag.Transitive;

/** Beside those that must be there; some of them keep a route from going further. */
const moreArb: fc.Arbitrary<readonly Attribute[]> = fc.subarray<Attribute>([
  { code: 4, flags: optional, value: 7 },
  { code: 8, flags: optional | transitive, value: [0x00070009] },
  { code: 32, flags: optional | transitive, value: [{ globalAdministrator: 1, localData1: 2, localData2: 3 }] },
  { code: 9, flags: optional, value: 7 },
  { code: 10, flags: optional, value: [0xc0000201] },
  { code: 35, flags: optional | transitive, value: 65002 },
  { code: 99, flags: optional | transitive, value: Uint8Array.of(1) },
]);

const confinedArb: fc.Arbitrary<readonly Attribute[]> = fc
  .constantFrom(0xffffff01, 0xffffff02, 0xffffff03)
  .map((community) => [{ code: 8, flags: optional | transitive, value: [community] }]);

const nextHop = Uint8Array.of(192, 0, 2, 2);
const nextHop6 = Uint8Array.of(0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2);

/** Routes announced, in any order of attributes (RFC 4271 §5), or withdrawn. */
const updateArb: fc.Arbitrary<Uint8Array> = fc
  .record({
    path: fc.array(fc.constantFrom(65001, 65002, 65003, 7, 4_200_000_000), { maxLength: 3 }),
    origin: fc.nat(2),
    more: fc.oneof({ weight: 4, arbitrary: moreArb }, { weight: 1, arbitrary: confinedArb }),
    ipv4: fc.array(ipv4Arb, { maxLength: 3 }),
    ipv6: fc.array(ipv6Arb, { maxLength: 2 }),
    withdrawn: fc.array(ipv4Arb, { maxLength: 2 }),
    gone: fc.array(ipv6Arb, { maxLength: 2 }),
    order: fc.nat(),
  })
  .map(({ path, origin, more, ipv4, ipv6, withdrawn, gone, order }) => {
    const attributes: Attribute[] = [];
    if (ipv6.length > 0) {
      attributes.push({ code: 14, flags: optional, value: { family: Ipv6Unicast, nextHop: nextHop6, nlri: ipv6 } });
    }
    if (gone.length > 0) attributes.push({ code: 15, flags: optional, value: { family: Ipv6Unicast, nlri: gone } });
    if (ipv4.length + ipv6.length > 0) {
      attributes.push(
        { code: 1, flags: transitive, value: origin },
        { code: 2, flags: transitive, value: path.length === 0 ? [] : [{ type: 2, asns: path }] },
        ...(ipv4.length === 0 ? [] : [{ code: 3, flags: transitive, value: nextHop }]),
        ...more,
      );
    }
    const turn = order % Math.max(1, attributes.length);
    const turned = [...attributes.slice(turn), ...attributes.slice(0, turn)];
    return recordOf(Op.Update, bodyOf(encodeUpdate({ withdrawn, attributes: turned, nlri: ipv4 }, ordinary())));
  });

const keepalive = recordOf(Op.Keepalive);

const harmlessArb: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 8, arbitrary: updateArb },
  { weight: 1, arbitrary: fc.constantFrom(keepalive, recordOf(Op.Pause), recordOf(Op.Resume), recordOf(Op.Ask)) },
  { weight: 1, arbitrary: fc.nat(3).map((which) => recordOf(Op.Toggle, [which])) },
  { weight: 1, arbitrary: fc.nat(20).map((hundredths) => recordOf(Op.Pass, [hundredths])) },
  { weight: 1, arbitrary: fc.nat(2).map((subtype) => recordOf(Op.RouteRefresh, [0, 1, subtype, 1])) },
);

/** Peers of all kinds that a session comes about with; none with path identifiers, so that every UPDATE means something. */
const leadArb: fc.Arbitrary<readonly number[]> = fc
  .tuple(
    fc.nat(255),
    fc.nat(5),
    fc.nat(5),
    fc.constantFrom(0, 8, 0x20, 0x28, 0x40),
    fc.nat(3),
    fc.constantFrom(0, 1, 30),
  )
  .map(([first, role, other, third, holdTime, chunk]) => [first, role | (other << 3), third, holdTime, chunk]);

const flagsArb: fc.Arbitrary<number> = fc
  .subarray([OpenFlag.Bare, OpenFlag.AddPath, OpenFlag.Role, OpenFlag.HighIdentifier])
  .map((some) => some.reduce((sum: number, one) => sum | one, OpenFlag.Families));

const valid: fc.Arbitrary<Uint8Array> = fc
  .tuple(leadArb, flagsArb, fc.array(harmlessArb, { maxLength: 8 }))
  .map(([lead, flags, rest]) => lifeOf(lead, [recordOf(Op.Answer, [flags]), keepalive, ...rest]));

const established = [recordOf(Op.Answer, [OpenFlag.Families]), keepalive];

const causes: readonly (readonly [string, readonly Uint8Array[]])[] = [
  ["2.2", [recordOf(Op.Open, [4, 0xfd, 0xeb, 0, 90, 10, 0, 0, 1, 0])]],
  ["3.1", [...established, recordOf(Op.Update, [0, 200, 0, 0])]],
  ["4.0", [...established, recordOf(Op.Pass, [0xff, 0xff])]],
  ["5.3", [...established, recordOf(Op.Answer, [0])]],
  ["6.5", [recordOf(Op.Connect)]],
];

const broken = fc
  .tuple(fc.constantFrom(...causes), fc.array(updateArb, { maxLength: 2 }))
  .map(([[id, records], updates]) => {
    const isUp = records.length > 2;
    const life = isUp ? [...records.slice(0, 2), ...updates, ...records.slice(2)] : records;
    return { ...wire(lifeOf([0, 0, 0, 0, 0], life)), fault: { id: `sent/${id}` } };
  });

/** Lives of a speaker whose one peer announces and withdraws as it likes, and what ends its session. */
export const speakerArbs: WireArbs = { valid: valid.map(wire), broken };
