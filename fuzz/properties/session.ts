import fc from "fast-check";
import { capabilityArb, capabilityArbs, capabilityOctets } from "../../src/codec/capability/index.arb.js";
import { HEADER_LENGTH, setHeader } from "../../src/codec/frame.js";
import type { MessageType } from "../../src/codec/iana.js";
import { ordinary } from "../targets/context.js";
import { SessionOp as Op, onGone, onOther } from "../targets/session.js";
import { OpenFlag, recordOf } from "../targets/session-records.js";
import type { WireArbs } from "./arbitraries.js";

/** A configuration, and what an OPEN has to offer that it accepts. */
interface Setting {
  readonly lead: readonly number[];
  readonly flags: number;
}

const bits = (...among: readonly number[]): fc.Arbitrary<number> =>
  fc.subarray([...among]).map((some) => some.reduce((sum, one) => sum | one, 0));

const jitterArb = fc.nat(255);
const chunkArb = fc.constantFrom(0, 1, 18, 40, 255);

/** Configurations of all kinds; what the answer must say depends on them. */
const settingArb: fc.Arbitrary<Setting> = fc
  .record({
    first: bits(1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80),
    role: fc.nat(5),
    second: bits(8, 0x10, 0x20, 0x40, 0x80),
    families: fc.nat(255),
    addPath: fc.nat(255),
    holdTime: fc.nat(7),
    identifier: fc.constantFrom(0, 2, 3),
    jitter: jitterArb,
    chunk: chunkArb,
    flags: bits(...Object.values(OpenFlag)),
  })
  .map(({ first, role, second, families, addPath, holdTime, identifier, jitter, chunk, flags }) => {
    const needsFourOctets = (first & 1) !== 0 ? (first & 2) !== 0 : (first & 0x80) !== 0;
    return {
      lead: [first, second | role, families, addPath, holdTime | (identifier << 3), jitter, chunk],
      flags:
        (needsFourOctets ? flags & ~OpenFlag.NoFourOctetAs : flags) |
        OpenFlag.Families |
        ((first & 0x20) !== 0 ? OpenFlag.Role : 0),
    };
  });

/** Nobody special: IPv4 unicast, 90 seconds, an external peer. */
const plainArb: fc.Arbitrary<Setting> = fc
  .tuple(jitterArb, chunkArb)
  .map(([jitter, chunk]) => ({ lead: [0, 0, 0, 0, 0, jitter, chunk], flags: 0 }));

const lifeOf = (lead: readonly number[], records: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from([...lead, ...records.flatMap((one) => [...one])]);

const wire = (octets: Uint8Array) => ({ octets, session: ordinary() });

const connected = recordOf(Op.Connected);
const accept = recordOf(Op.Accept);
/** Until the next timer expires. */
const expire = recordOf(Op.Pass);
const keepalive = recordOf(Op.Keepalive);
const answer = (flags: number): Uint8Array => recordOf(Op.Answer, [flags]);

/** Ways to a session: over our connection, over the peer's, over the one of both that a collision leaves. */
const handshakeArb = (setting: Setting): fc.Arbitrary<readonly Uint8Array[]> => {
  const { flags } = setting;
  return fc.constantFrom<readonly Uint8Array[]>(
    [connected, accept, answer(flags), recordOf(onOther(Op.Answer), [flags]), keepalive],
    [accept, answer(flags), keepalive],
    ...(has(setting, DELAY_OPEN) ? [[accept, expire, answer(flags), keepalive]] : []),
    // Who is passive has no connection of his own.
    ...(has(setting, PASSIVE) ? [] : [[connected, answer(flags), keepalive]]),
  );
};

const has = ({ lead }: Setting, bit: number): boolean => ((lead[0] ?? 0) & bit) !== 0;
const PASSIVE = 4;
const DELAY_OPEN = 0x10;

/** What may have gone before, and ends where things began: in Connect, or in Active for who is passive. */
const preludeArb = (setting: Setting): fc.Arbitrary<readonly Uint8Array[]> => {
  const begin = has(setting, PASSIVE) ? accept : connected;
  const session = [begin, answer(setting.flags), keepalive];
  const minute = [recordOf(Op.Pass, [0xea, 0x60]), keepalive];
  return fc
    .array(
      fc.constantFrom<readonly Uint8Array[]>(
        [recordOf(Op.Stop), accept, recordOf(onGone(Op.Keepalive)), recordOf(Op.Start)],
        [begin, badHeader, ...LATE, expire],
        [...session, lose, accept, expire],
        [begin, answer(setting.flags), lose, expire],
        [...session, ...minute, ...minute, ...minute, badHeader, expire],
        [...session, recordOf(Op.Notification, [6, 2]), expire],
        // The attempt takes too long, beside a connection of the peer's or alone, or fails; its connection is lost before
        // the peer's OPEN came.
        ...(has(setting, PASSIVE)
          ? []
          : [[accept, expire, lose, expire], [expire], [lose, expire], [connected, lose, expire]]),
      ),
      { maxLength: 3 },
    )
    .map((lives) => lives.flat());
};

const lose = recordOf(Op.Lose);
const badHeader = recordOf(Op.Keepalive, [0]);
/** What comes late, for a connection that is gone. */
const LATE: readonly Uint8Array[] = [Op.Lose, Op.Keepalive, Op.Blocked, Op.Drained, Op.UpdateSent].map((op) =>
  recordOf(onGone(op)),
);

const EMPTY_UPDATE = [0, 0, 0, 0];
/** ORIGIN, an empty AS_PATH and NEXT_HOP, of no route. */
const BARE_ATTRIBUTES = [0, 0, 0, 14, 0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 3, 4, 192, 0, 2, 1];

/** What an established session bears. */
const harmlessArb: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.constantFrom(keepalive, recordOf(Op.Update, EMPTY_UPDATE), recordOf(Op.Update, BARE_ATTRIBUTES)),
  fc.tuple(fc.nat(2), fc.constantFrom(1, 2)).map(([subtype, afi]) => recordOf(Op.RouteRefresh, [0, afi, subtype, 1])),
  fc.constantFrom(Op.Blocked, Op.Drained, Op.UpdateSent, Op.Start).map((op) => recordOf(op)),
  fc.constantFrom(Op.Refresh, Op.Demarcate).map((op) => recordOf(op, [0, 1, 1, 0])),
  fc.nat(200).map((ms) => recordOf(Op.Pass, [ms])),
  fc.constantFrom(...LATE),
);

const valid: fc.Arbitrary<Uint8Array> = settingArb.chain((setting) =>
  fc
    .tuple(preludeArb(setting), handshakeArb(setting), fc.array(harmlessArb, { maxLength: 8 }), fc.boolean())
    .map(([prelude, handshake, rest, again]) => {
      // The peer connects once more: its new connection is refused, wins a collision, or follows a restart.
      const rival = again ? [accept, answer(setting.flags), keepalive] : [];
      return lifeOf(setting.lead, [...prelude, ...handshake, ...rest, ...rival]);
    }),
);

/** A capability with one planted fault: what a session comes of all the same, or not. */
const brokenCapabilityArb: fc.Arbitrary<Uint8Array> = fc.oneof(
  ...capabilityArbs.map(({ spec, broken }) =>
    broken.map(({ octets }) => Uint8Array.of(spec.code, octets.length, ...octets)),
  ),
);

/** An OPEN that offers whatever there is beside what it must, and what a session that comes of it bears. */
const offering: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    settingArb,
    fc.array(fc.oneof(capabilityArb.map(capabilityOctets), brokenCapabilityArb), { minLength: 1, maxLength: 4 }),
    fc.array(harmlessArb, { maxLength: 4 }),
  )
  .map(([setting, capabilities, rest]) => {
    const offered = recordOf(Op.Answer, [setting.flags, ...capabilities.flatMap((one) => [...one])]);
    return lifeOf(setting.lead, [has(setting, PASSIVE) ? accept : connected, offered, keepalive, ...rest]);
  });

/** What the peer of a plain session may say in its OPEN, with one thing changed. */
const open = ({
  version = 4,
  as = 65002,
  holdTime = 90,
  identifier = [10, 0, 0, 1],
  parameters = [0],
}: {
  readonly version?: number;
  readonly as?: number;
  readonly holdTime?: number;
  readonly identifier?: readonly number[];
  readonly parameters?: readonly number[];
}): Uint8Array =>
  recordOf(Op.Open, [version, as >>> 8, as & 0xff, holdTime >>> 8, holdTime & 0xff, ...identifier, ...parameters]);

const header = (type: number, marker = 0xff): Uint8Array => {
  const octets = new Uint8Array(HEADER_LENGTH);
  setHeader(octets, 0, HEADER_LENGTH, type as MessageType);
  octets[3] = marker;
  return recordOf(Op.Octets, octets);
};

const toOpenSent = [connected];
const toOpenConfirm = [connected, answer(0)];
const toEstablished = [...toOpenConfirm, keepalive];
const anywhere = [toOpenSent, toOpenConfirm, toEstablished];

/** `code.subcode`, how far it must have come for it, what brings it about, and what is to be configured. */
const causes: readonly (readonly [
  string,
  readonly (readonly Uint8Array[])[],
  readonly Uint8Array[],
  (readonly number[])?,
])[] = [
  ["1.1", anywhere, [header(4, 0)]],
  ["1.2", anywhere, [badHeader]],
  ["1.3", anywhere, [header(9)]],
  ["2.0", [toOpenSent], [open({ parameters: [3, 2, 9, 1] })]],
  ["2.1", [toOpenSent], [open({ version: 3 })]],
  ["2.2", [toOpenSent], [open({ as: 65003 })]],
  ["2.3", [toOpenSent], [open({ identifier: [0, 0, 0, 0] })]],
  ["2.4", [toOpenSent], [open({ parameters: [2, 9, 0] })]],
  ["2.6", [toOpenSent], [open({ holdTime: 2 })]],
  ["2.7", [toOpenSent], [open({ parameters: [8, 2, 6, 1, 4, 0, 1, 0, 99] })]],
  // Two providers.
  ["2.11", [toOpenSent], [open({ parameters: [5, 2, 3, 9, 1, 0] })], [0, 1]],
  ["3.1", [toEstablished], [recordOf(Op.Update, [0, 200, 0, 0])]],
  // An MP_REACH_NLRI that is cut off.
  ["3.9", [toEstablished], [recordOf(Op.Update, [0, 0, 0, 5, 0x80, 14, 40, 0, 1])]],
  ["3.10", [toEstablished], [recordOf(Op.Update, [0, 2, 33, 10, 0, 0])]],
  ["4.0", anywhere, [recordOf(Op.Pass, [4, 0, 0])]],
  ["5.1", [toOpenSent], [keepalive]],
  ["5.2", [toOpenConfirm], [recordOf(Op.Update, EMPTY_UPDATE)]],
  ["5.3", [toEstablished], [answer(0)]],
  ["6.2", anywhere, [recordOf(Op.Stop)]],
  ["6.5", [[accept], [accept, answer(0)]], [accept]],
  ["6.5", [[accept]], [accept], [PASSIVE]],
  ["6.7", [[connected, accept, answer(0)]], [recordOf(onOther(Op.Answer), [0])]],
  // Both sides have N: what is final is a Hard Reset.
  ["6.9", [[connected, answer(OpenFlag.Families | OpenFlag.GracefulRestart)]], [recordOf(Op.Stop)], [0, 0x60, 1]],
  ["7.1", [[connected, answer(OpenFlag.Bare), keepalive]], [recordOf(Op.RouteRefresh, [0, 1, 1, 1, 0])]],
  // Eight minutes in which the peer speaks but does not read.
  [
    "8.0",
    [[...toEstablished, recordOf(Op.Blocked)]],
    Array.from({ length: 8 }, () => [recordOf(Op.Pass, [0xea, 0x60]), keepalive]).flat(),
  ],
];

const broken = fc
  .tuple(fc.constantFrom(...causes), fc.nat(), plainArb)
  .map(([[id, ways, cause, change = []], dice, { lead }]) => ({
    ...wire(lifeOf([...change, ...lead.slice(change.length)], [...(ways[dice % ways.length] ?? []), ...cause])),
    fault: { id: `sent/${id}` },
  }));

/** Lives of a session: handshakes and what follows, and one for each NOTIFICATION that may end it. */
export const sessionArbs: WireArbs = { valid: valid.map(wire), broken, unsure: offering.map(wire) };
