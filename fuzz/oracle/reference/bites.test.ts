import { describe, expect, it } from "vitest";
import { decisive, declareFault, type Fault, Verdict } from "../../../src/codec/fault.js";
import { Afi, family, Safi } from "../../../src/codec/iana.js";
import { decodeNotification } from "../../../src/codec/message/notification.js";
import { decodeOpen, type Open } from "../../../src/codec/message/open.js";
import { decodeRouteRefresh } from "../../../src/codec/message/route-refresh.js";
import { decodeUpdate, type Update } from "../../../src/codec/message/update.js";
import { decodePdu } from "../../../src/codec/rtr/frame.js";
import type { SessionContext } from "../../../src/codec/session-context.js";
import { streamAgrees } from "./header.js";
import { openAgrees } from "./open.js";
import { notificationAgrees, routeRefreshAgrees } from "./others.js";
import { pduAgrees } from "./rtr.js";
import { updateAgrees } from "./update.js";
import { announcing, INTERNAL, MANDATORY, message, octets, ROUTE, session, update } from "./vectors.arb.js";

/** What the codec would have to get wrong: each is one small step away from what it says. */

// biome-ignore lint/suspicious/noExplicitAny: values of the codec are read-only, and these tests break them on purpose.
type Loose = any;

const vpn = family(Afi.Ipv4, Safi.Vpn);
const evpn = family(Afi.L2vpn, Safi.Evpn);
const within: SessionContext = session(INTERNAL, vpn, evpn);

const rich: Uint8Array = update({
  withdrawn: "08 0a 10 ac10",
  attributes: [
    "40010101",
    "400210 0202 0000fde8 0000fde9 0101 0000fdea",
    "400304 c0000201",
    "800404 00000007",
    "400504 00000064",
    "400600",
    "c00708 0000fde8 c0000202",
    "e00808 fde80001 fde80002",
    "c01008 0002fde800000064",
    "c0200c 0000fde8 00000001 00000002",
    "c02304 0000fde8",
    "800e20 0001 80 0c 0000000000000000c0000201 00 70 000101 0000fde800000001 c00002",
    "800f16 0019 46 03 11 0000fde800000001 00000000 20 c0000201",
    "c06302 abcd",
  ].join(""),
  nlri: "18 c00002 19 c0000380",
});

const decided = (msg: Uint8Array, of: SessionContext): { value: Update | null; fault: Fault | null } => {
  const { value, found } = decodeUpdate(msg, 0, msg.length, of);
  return { value, fault: decisive(found)?.fault ?? null };
};

const code = (value: Loose, wanted: number): Loose => value.attributes.find((one: Loose) => one.code === wanted);

type Step = readonly [what: string, step: (value: Loose) => void];

const steps: readonly Step[] = [
  ["a withdrawn route is lost", (value) => value.withdrawn.pop()],
  ["a withdrawn route is longer by a bit", (value) => value.withdrawn[0].length++],
  ["a route is there twice", (value) => value.nlri.push(value.nlri[1])],
  ["routes change places", (value) => value.nlri.reverse()],
  ["a bit behind the prefix is kept", (value) => value.nlri[1].address.set([0x81], 3)],
  ["a path identifier from nowhere", (value) => Object.assign(value.nlri[0], { pathId: 0 })],
  ["ORIGIN is another", (value) => code(value, 1).value--],
  ["an AS is lost from a segment", (value) => code(value, 2).value[0].asns.pop()],
  ["a segment is lost", (value) => code(value, 2).value.pop()],
  ["a set is read as a sequence", (value) => Object.assign(code(value, 2).value[1], { type: 2 })],
  ["NEXT_HOP is another", (value) => code(value, 3).value.reverse()],
  ["a number loses its upper half", (value) => Object.assign(code(value, 5), { value: 0x64000000 })],
  ["AGGREGATOR has another AS", (value) => code(value, 7).value.as++],
  ["a community is lost", (value) => code(value, 8).value.pop()],
  ["Partial is lost", (value) => Object.assign(code(value, 8), { flags: 0xc0 })],
  ["an extended community has another type", (value) => code(value, 16).value[0].type++],
  ["a large community mixes its parts up", (value) => Object.assign(code(value, 32).value[0], { localData1: 2 })],
  ["a label is shifted", (value) => Object.assign(code(value, 14).value.nlri[0].labels[0], { label: 0x101 })],
  ["a distinguisher is another", (value) => code(value, 14).value.nlri[0].rd.set([1], 0)],
  [
    "a next hop loses its distinguisher",
    (value) => Object.assign(code(value, 14).value, { nextHop: octets("c0000201") }),
  ],
  ["the family is another", (value) => code(value, 15).value.family++],
  ["an EVPN route has another tag", (value) => code(value, 15).value.nlri[0].ethernetTag++],
  ["an unknown attribute loses an octet", (value) => Object.assign(code(value, 99), { value: octets("ab") })],
  ["an attribute is lost", (value) => value.attributes.splice(3, 1)],
  ["attributes change places", (value) => value.attributes.reverse()],
  ["an attribute from nowhere", (value) => value.attributes.push({ code: 26, flags: 0x80, value: [] })],
];

describe("an UPDATE that is read wrongly", () => {
  it("is none as the codec reads it", () => {
    const { value, fault } = decided(rich, within);
    expect(fault).toBeNull();
    expect(() => updateAgrees(rich, within, fault, () => value)).not.toThrow();
  });

  it.each(steps)("%s", (_, step) => {
    const value = structuredClone(decided(rich, within).value);
    step(value);
    expect(() => updateAgrees(rich, within, null, () => value)).toThrow(/^reference: /);
  });
});

const verdict = (of: Verdict, subcode = 1, major = 3): Fault => declareFault("planted", of, [major, subcode], "none");

type Decided = readonly [what: string, msg: Uint8Array, fault: Fault | null];

const decisions: readonly Decided[] = [
  ["a malformed ORIGIN is accepted", update({ attributes: `40010109 ${MANDATORY.slice(11)}`, nlri: ROUTE }), null],
  ["a malformed AS_PATH is discarded", announcing("c02003 000000"), verdict(Verdict.Discard)],
  ["an AS_PATH that is right is withdrawn", announcing(""), verdict(Verdict.TreatAsWithdraw)],
  ["a malformed AGGREGATOR resets", announcing("c00706 fde8c0000201"), verdict(Verdict.SessionReset)],
  [
    "routes that overrun are withdrawn",
    update({ attributes: MANDATORY, nlri: "18 c0" }),
    verdict(Verdict.TreatAsWithdraw),
  ],
  ["routes that overrun are 3/9", update({ attributes: MANDATORY, nlri: "18 c0" }), verdict(Verdict.SessionReset, 9)],
  ["an attribute is unrecognised with 2/2", announcing("406300"), verdict(Verdict.SessionReset, 2, 2)],
  ["an error without NLRI is withdrawn", update({ attributes: "40010109" }), verdict(Verdict.TreatAsWithdraw)],
];

describe("an UPDATE that is judged wrongly", () => {
  it.each(decisions)("%s", (_, msg, fault) => {
    const { value } = decided(announcing(""), session());
    expect(() => updateAgrees(msg, session(), fault, () => value)).toThrow(/^reference: /);
  });

  it("is a violation with a fixed text and the octets shown", () => {
    const msg = update({ attributes: `40010109 ${MANDATORY.slice(11)}`, nlri: ROUTE });
    expect(() => updateAgrees(msg, session(), null, () => null)).toThrow(
      expect.objectContaining({ oracle: "reference", what: "the codec decides accepted, the RFCs treat-as-withdraw" }),
    );
  });
});

describe("other messages that are read wrongly", () => {
  const open = message(1, "04 fde8 005a 0a000001 12 0210 0104 00010001 4508 00010103 00020102");

  const readOpen = (): Open | null => decodeOpen(open, 0, open.length).value;

  it.each<Step>([
    ["another AS", (value) => value.as++],
    ["another hold time", (value) => value.holdTime++],
    ["another identifier", (value) => value.identifier++],
    ["a capability is lost", (value) => value.capabilities.pop()],
    ["a mode is another", (value) => value.capabilities[1].value[0].mode--],
  ])("OPEN: %s", (_, step) => {
    expect(() => openAgrees(open, null, readOpen)).not.toThrow();
    const value = structuredClone(readOpen());
    step(value);
    expect(() => openAgrees(open, null, () => value)).toThrow(/^reference: /);
  });

  it("NOTIFICATION: another subcode, an octet of data lost", () => {
    const msg = message(3, "0602 0548656c6c6f");
    const { value } = decodeNotification(msg, 0, msg.length);
    if (value === null) throw new Error("it is well formed");
    expect(() => notificationAgrees(msg, null, value)).not.toThrow();
    expect(() => notificationAgrees(msg, null, { ...value, subcode: 4 })).toThrow(/^reference: /);
    expect(() => notificationAgrees(msg, null, { ...value, data: value.data.slice(1) })).toThrow(/^reference: /);
  });

  it("ROUTE-REFRESH: another family, BoRR taken for a request", () => {
    const msg = message(5, "0002 01 01");
    const { value } = decodeRouteRefresh(msg, 0, msg.length);
    if (value === null) throw new Error("it is well formed");
    expect(() => routeRefreshAgrees(msg, true, null, value)).not.toThrow();
    expect(() => routeRefreshAgrees(msg, true, null, { ...value, family: vpn })).toThrow(/^reference: /);
    expect(() => routeRefreshAgrees(msg, true, null, { ...value, subtype: 0 })).toThrow(/^reference: /);
  });

  it("route filters: an entry lost", () => {
    const msg = message(5, "0001 00 01 02 40 000b 80 00 00000005 18 20 10 c000");
    const value = structuredClone(decodeRouteRefresh(msg, 0, msg.length).value) as Loose;
    expect(() => routeRefreshAgrees(msg, true, null, value)).not.toThrow();
    value.orf.orfs[0].entries.pop();
    expect(() => routeRefreshAgrees(msg, true, null, value)).toThrow(/^reference: /);
  });

  it("a PDU: a withdrawal taken for an announcement, another error", () => {
    const msg = octets("01 04 0000 00000014 00 18 18 00 c0000200 0000fde8");
    const { value } = decodePdu(msg, 0, msg.length) as Loose;
    const wrong = octets("01 04 0000 00000014 00 18 17 00 c0000200 0000fde8");
    expect(() => pduAgrees(msg, null, () => value)).not.toThrow();
    expect(() => pduAgrees(msg, null, () => ({ ...value, value: { ...value.value, announce: true } }))).toThrow(
      /^reference: /,
    );
    expect(() => pduAgrees(wrong, verdict(Verdict.SessionReset, 0, 5), () => null)).toThrow(/^reference: /);
    expect(() => pduAgrees(msg, verdict(Verdict.SessionReset, 0, 0), () => null)).toThrow(/^reference: /);
  });

  it("a stream: a message too few, a wrong marker taken for a wrong length", () => {
    const keepalive = message(4, "");
    const wrong = octets("16");
    const badLength = verdict(Verdict.SessionReset, 2, 1);
    expect(() => streamAgrees(keepalive, 4096, null, { octets: 19, messages: 1 })).not.toThrow();
    expect(() => streamAgrees(keepalive, 4096, null, { octets: 0, messages: 0 })).toThrow(/^reference: /);
    expect(() => streamAgrees(wrong, 4096, badLength, { octets: 0, messages: 0 })).toThrow(/^reference: /);
  });
});
