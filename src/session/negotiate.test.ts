import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { multiprotocol } from "../codec/capability/01-multiprotocol.js";
import { extendedNextHop } from "../codec/capability/05-extended-next-hop.js";
import { multipleLabels } from "../codec/capability/08-multiple-labels.js";
import { Role, role } from "../codec/capability/09-role.js";
import { fourOctetAs } from "../codec/capability/65-four-octet-as.js";
import { AddPathMode } from "../codec/capability/69-add-path.js";
import { enhancedRouteRefresh } from "../codec/capability/70-enhanced-route-refresh.js";
import { softwareVersion } from "../codec/capability/75-software-version.js";
import { capability, readCapabilities } from "../codec/capability/list.js";
import { TCP_AO_CODE } from "../codec/capability/tcp-ao.js";
import type { Capability } from "../codec/capability.js";
import { Afi, AS_TRANS, family, Ipv4Unicast, Ipv6Unicast } from "../codec/iana.js";
import { decodeOpen, encodeOpen, type Open, type OpenToSend } from "../codec/message/open.js";
import type { SessionContext } from "../codec/session-context.js";
import {
  badPeerAs,
  inconsistentAs,
  negotiate,
  negotiateFaults,
  noCommonFamily,
  ownIdentifier,
  roleMismatch,
  roleMissing,
} from "./negotiate.js";
import { proposalArb } from "./proposal.arb.js";
import { proposal } from "./proposal.js";
import type { Expectations, Negotiated, ProposalSettings } from "./types.js";

const OURS: ProposalSettings = { localAs: 65001, identifier: 0x0a000001 };
const THEIRS: ProposalSettings = { localAs: 65002, identifier: 0x0a000002 };

/** What the peer receives of an OPEN: over the wire and back. */
const received = (open: OpenToSend): Open => {
  const octets = encodeOpen(open);
  const { value } = decodeOpen(octets, 0, octets.length);
  if (value === null) throw new Error("an OPEN of ours is refused");
  return value;
};

const meet = (ours: Partial<ProposalSettings>, theirs: Partial<ProposalSettings>, expected?: Partial<Expectations>) => {
  const local = { ...OURS, ...ours };
  const remote = { ...THEIRS, ...theirs };
  return negotiate(proposal(local, remote.localAs), received(proposal(remote, local.localAs)), {
    peerAs: remote.localAs,
    ...expected,
  });
};

const agreed = (ours: Partial<ProposalSettings>, theirs: Partial<ProposalSettings>): Negotiated => {
  const { value, found } = meet(ours, theirs);
  if (value === null) throw new Error(found.map(({ fault }) => fault.id).join());
  return value;
};

const faultsOf = ({ found }: ReturnType<typeof meet>) => found.map(({ fault }) => fault);

const bare: OpenToSend = { as: 65002, holdTime: 90, identifier: 2, capabilities: [] };
const withCapabilities = (capabilities: readonly Capability[], as = 65002): Open => ({
  ...received(bare),
  as,
  capabilities,
});

describe("what both sides agree on", () => {
  it("is symmetric: what one side may send is what the other expects to receive", () => {
    let agreements = 0;
    fc.assert(
      fc.property(proposalArb, proposalArb, (one, other) => {
        const a = { ...one };
        // Half of all pairs would refuse each other for their roles or for one AS with one identifier.
        const b = {
          ...other,
          identifier: other.identifier === a.identifier ? (a.identifier ^ 1) >>> 0 || 2 : other.identifier,
        };
        const openA = proposal(a, b.localAs);
        const openB = proposal(b, a.localAs);
        const atA = negotiate(openA, received(openB), { peerAs: b.localAs });
        const atB = negotiate(openB, received(openA), { peerAs: a.localAs });
        expect(atA.value === null).toBe(atB.value === null);
        if (atA.value === null || atB.value === null) {
          expect(faultsOf(atA)).toEqual(faultsOf(atB));
          return;
        }
        agreements++;
        expect(wire(atA.value.send)).toEqual(wire(atB.value.receive));
        expect(wire(atB.value.send)).toEqual(wire(atA.value.receive));
        for (const both of [
          "holdTime",
          "external",
          "routeRefresh",
          "enhancedRefresh",
          "notificationRestart",
        ] as const) {
          expect(atA.value[both]).toBe(atB.value[both]);
        }
        expect(atA.value.remoteIdentifier).toBe(atB.value.localIdentifier);
      }),
    );
    expect(agreements).toBeGreaterThan(20);
  });

  it("has the smaller hold time, and none when one side wants none (RFC 4271 §4.2)", () => {
    expect(agreed({ holdTime: 90 }, { holdTime: 30 }).holdTime).toBe(30);
    expect(agreed({ holdTime: 9 }, { holdTime: 30 }).holdTime).toBe(9);
    expect(agreed({ holdTime: 90 }, { holdTime: 0 }).holdTime).toBe(0);
  });

  it("has four-octet AS numbers when both sides sent capability 65 (RFC 6793 §4.1)", () => {
    expect(agreed({}, {}).receive.asnSize).toBe(4);
    const old = negotiate(proposal(OURS, 65002), received(bare), { peerAs: 65002 }).value;
    expect(old?.receive.asnSize).toBe(2);
    expect(old?.send.asnSize).toBe(2);
    expect(old?.external).toBe(true);
  });

  it("tells internal from external by the capability's AS number", () => {
    expect(agreed({ localAs: 4200000001 }, { localAs: 4200000001 }).external).toBe(false);
    expect(agreed({ localAs: AS_TRANS }, { localAs: 4200000001 }).external).toBe(true);
  });

  it("has the families of both; without capability 1 that is IPv4 unicast (RFC 4760 §8)", () => {
    const { receive, send } = agreed({ families: [Ipv4Unicast, Ipv6Unicast] }, { families: [Ipv6Unicast] });
    expect([...receive.families]).toEqual([Ipv6Unicast]);
    expect([...send.families]).toEqual([Ipv6Unicast]);
    const old = negotiate(proposal(OURS, 65002), received(bare), { peerAs: 65002 }).value;
    expect([...(old?.receive.families ?? [])]).toEqual([Ipv4Unicast]);
  });

  it("has path identifiers in the directions that one is able to send and the other to receive (RFC 7911 §5)", () => {
    const { receive, send } = agreed(
      { families: [Ipv4Unicast, Ipv6Unicast], addPath: new Map([[Ipv4Unicast, AddPathMode.Receive]]) },
      {
        families: [Ipv4Unicast, Ipv6Unicast],
        addPath: new Map([
          [Ipv4Unicast, AddPathMode.Both],
          [Ipv6Unicast, AddPathMode.Both],
        ]),
      },
    );
    expect([...receive.addPath]).toEqual([Ipv4Unicast]);
    expect([...send.addPath]).toEqual([]);
  });

  it("has long messages in the direction of who takes them (RFC 8654 §4)", () => {
    const { receive, send } = agreed({ extendedMessages: true }, { extendedMessages: false });
    expect(receive.maxMessage).toBe(65535);
    expect(send.maxMessage).toBe(4096);
  });

  it("has IPv6 next hops in the direction of who takes them (RFC 8950 §4)", () => {
    const { receive, send } = agreed({}, { extendedNextHop: [Ipv4Unicast] });
    expect([...receive.extendedNextHop]).toEqual([]);
    expect([...send.extendedNextHop]).toEqual([Ipv4Unicast]);
    const ipv4 = [capability(extendedNextHop, [{ family: Ipv4Unicast, nextHopAfi: Afi.Ipv4 }])];
    expect(agreed({}, { otherCapabilities: ipv4 }).send.extendedNextHop.size).toBe(0);
  });

  it("has stacks of labels in the families that both named in capability 8 (RFC 8277 §2.1)", () => {
    const [ipv4, ipv6, vpn4, vpn6] = [family(1, 4), family(2, 4), family(1, 128), family(2, 128)];
    const families = [ipv4, ipv6, vpn4, vpn6];
    const both = agreed({ families, multipleLabels: families }, { families, multipleLabels: families });
    expect([...both.receive.multipleLabels]).toEqual(families);
    expect([...both.send.multipleLabels]).toEqual(families);

    const some = agreed({ families, multipleLabels: [ipv4, vpn6] }, { families, multipleLabels: [vpn6, ipv6] });
    expect([...some.receive.multipleLabels]).toEqual([vpn6]);
    expect([...some.send.multipleLabels]).toEqual([vpn6]);
    expect(agreed({ families, multipleLabels: families }, { families }).send.multipleLabels.size).toBe(0);
    expect(agreed({ families }, { families, multipleLabels: families }).receive.multipleLabels.size).toBe(0);
    // A family that is not exchanged has no labels, and neither has one without a place for them.
    const unlike = { families: [ipv4, Ipv4Unicast, family(25, 4), family(1, 129)], multipleLabels: families };
    expect([...agreed({ families, multipleLabels: families }, unlike).send.multipleLabels]).toEqual([ipv4]);
    const odd = [Ipv4Unicast, family(25, 4), family(25, 128), family(1, 129)];
    expect(
      agreed({ families: odd, multipleLabels: odd }, { families: odd, multipleLabels: odd }).send.multipleLabels,
    ).toEqual(new Set());
  });

  it("takes two labels for a stack, one or none for nothing, and the first copy for the peer's word", () => {
    const families = [family(1, 4), family(1, 128)];
    const ours = proposal({ ...OURS, families, multipleLabels: families }, 65002);
    const peer = (digits: string) => {
      const { value } = decodeOpen(...wholeOpen(digits));
      if (value === null) throw new Error("refused");
      return negotiate(ours, value, { peerAs: 65002 }).value?.receive.multipleLabels;
    };
    expect(peer("08 04 0001 04 02")).toEqual(new Set([family(1, 4)]));
    expect(peer("08 04 0001 04 ff")).toEqual(new Set([family(1, 4)]));
    expect(peer("08 08 0001 04 01 0001 80 00")).toEqual(new Set());
    expect(peer("08 08 0001 04 00 0001 80 02")).toEqual(new Set([family(1, 128)]));
    expect(peer("08 04 0001 80 02 08 04 0001 04 02")).toEqual(new Set([family(1, 128)]));
    expect(peer("08 03 0001 80")).toEqual(new Set());
  });

  it("offers stacks without a limit, so that none that the peer sends is too high (RFC 8277 §2.1)", () => {
    const { capabilities } = proposal({ ...OURS, multipleLabels: [family(1, 4)] }, 65002);
    expect(capabilities).toContainEqual(capability(multipleLabels, [{ family: family(1, 4), count: 255 }]));
    const none = proposal({ ...OURS, multipleLabels: [] }, 65002).capabilities;
    expect(none.some(({ code }) => code === multipleLabels.code)).toBe(false);
  });

  it("says that we support TCP-AO only when asked to, where asked to; the peer may make of it what it will", () => {
    const codes = (settings: Partial<ProposalSettings>) =>
      proposal({ ...OURS, ...settings }, 65002).capabilities.map(({ code }) => code);
    expect(codes({})).not.toContain(TCP_AO_CODE);
    expect(codes({ tcpAoCapability: TCP_AO_CODE })).toContain(TCP_AO_CODE);
    expect(codes({ tcpAoCapability: 254 })).toContain(254);
    expect(agreed({ tcpAoCapability: 240 }, { tcpAoCapability: 240 }).capabilities).toContainEqual({
      code: 240,
      value: new Uint8Array(0),
    });
  });

  it("has enhanced refresh only on top of refresh (RFC 7313 §3.1)", () => {
    expect(agreed({}, {})).toMatchObject({ routeRefresh: true, enhancedRefresh: true });
    expect(agreed({ enhancedRefresh: false }, {})).toMatchObject({ routeRefresh: true, enhancedRefresh: false });
    expect(agreed({ routeRefresh: false }, {})).toMatchObject({ routeRefresh: false, enhancedRefresh: false });
    const alone = { routeRefresh: false, otherCapabilities: [capability(enhancedRouteRefresh, true)] };
    expect(agreed({}, alone)).toMatchObject({ routeRefresh: false, enhancedRefresh: false });
  });

  it("has graceful restart when both sent it, and the N bit when both set it (RFC 4724 §3, RFC 8538 §2)", () => {
    const restart = { restarting: false, notification: true, time: 120, families: [] };
    const quiet = { ...restart, notification: false };
    expect(agreed({ gracefulRestart: restart }, {}).gracefulRestart).toBeNull();
    expect(agreed({ gracefulRestart: restart }, { gracefulRestart: quiet })).toMatchObject({
      gracefulRestart: quiet,
      notificationRestart: false,
    });
    expect(agreed({ gracefulRestart: restart }, { gracefulRestart: restart }).notificationRestart).toBe(true);
  });

  it("has long-lived graceful restart when both sent it beside graceful restart (RFC 9494 §4.5)", () => {
    const gracefulRestart = { restarting: false, notification: false, time: 120, families: [] };
    const longLived = [{ family: Ipv4Unicast, forwarding: true, time: 86400 }];
    expect(agreed({ gracefulRestart, longLived }, { gracefulRestart, longLived }).longLived).toEqual(longLived);
    expect(agreed({ gracefulRestart }, { gracefulRestart, longLived }).longLived).toEqual([]);
    expect(agreed({ gracefulRestart, longLived }, { gracefulRestart }).longLived).toEqual([]);
  });

  it("heeds the peer's paths limit where we may send several paths", () => {
    const pathsLimit = new Map([
      [Ipv4Unicast, 4],
      [Ipv6Unicast, 8],
    ]);
    const sends = new Map([[Ipv4Unicast, AddPathMode.Send]]);
    const takes = new Map([[Ipv4Unicast, AddPathMode.Receive]]);
    expect([...agreed({ addPath: sends }, { addPath: takes, pathsLimit }).pathsLimit]).toEqual([[Ipv4Unicast, 4]]);
  });

  it("shows host name and software version", () => {
    expect(agreed({}, { hostName: { host: "r1", domain: "example.net" }, softwareVersion: "Kiln 1" })).toMatchObject({
      hostName: "r1.example.net",
      softwareVersion: "Kiln 1",
    });
  });

  it.each([
    ["the bare form of draft -18", "bare"],
    ["the form with an inner length, drafts up to -14", "length-prefixed"],
  ] as const)("shows a software version in %s", (_name, encoding) => {
    const octets = new TextEncoder().encode("FRRouting/10.1");
    const version = capability(softwareVersion, { encoding, octets, text: "FRRouting/10.1" });
    const open = received({ ...bare, capabilities: [version] });
    expect(negotiate(proposal(OURS, 65002), open, { peerAs: 65002 }).value?.softwareVersion).toBe("FRRouting/10.1");
  });

  it("never interprets a software version that is not UTF-8", () => {
    const version = capability(softwareVersion, { encoding: "bare", octets: Uint8Array.of(0xc3, 0x28), text: null });
    const open = received({ ...bare, capabilities: [version] });
    expect(negotiate(proposal(OURS, 65002), open, { peerAs: 65002 }).value?.softwareVersion).toBeNull();
  });
});

describe("what is refused", () => {
  it("is another AS than the configured one, with 2/2", () => {
    expect(faultsOf(meet({}, {}, { peerAs: 65003 }))).toEqual([badPeerAs]);
    expect(badPeerAs.notify).toEqual([2, 2]);
  });

  it("is a two-octet field that contradicts capability 65, with 2/2; AS_TRANS does not (RFC 6793 §3)", () => {
    const four = [capability(fourOctetAs, 65002)];
    const at = (as: number) => negotiate(proposal(OURS, 65002), withCapabilities(four, as), { peerAs: 65002 });
    expect(faultsOf(at(65009))).toEqual([inconsistentAs]);
    expect(inconsistentAs.notify).toEqual([2, 2]);
    expect(faultsOf(at(AS_TRANS))).toEqual([]);
    expect(faultsOf(at(65002))).toEqual([]);
  });

  it("is AS_TRANS from a peer without capability 65 where its AS number is configured", () => {
    const open = withCapabilities([], AS_TRANS);
    expect(faultsOf(negotiate(proposal(OURS, 4200000001), open, { peerAs: 4200000001 }))).toEqual([badPeerAs]);
  });

  it("is our identifier from an internal peer, with 2/3; an external peer may have it (RFC 6286 §2.2)", () => {
    const { identifier } = OURS;
    expect(faultsOf(meet({}, { localAs: OURS.localAs, identifier }))).toEqual([ownIdentifier]);
    expect(ownIdentifier.notify).toEqual([2, 3]);
    expect(faultsOf(meet({}, { identifier }))).toEqual([]);
  });

  const pairs = [
    [Role.Provider, Role.Customer],
    [Role.Customer, Role.Provider],
    [Role.RouteServer, Role.RouteServerClient],
    [Role.RouteServerClient, Role.RouteServer],
    [Role.Peer, Role.Peer],
  ];
  for (const ours of Object.values(Role)) {
    for (const theirs of Object.values(Role)) {
      const fits = pairs.some(([one, other]) => one === ours && other === theirs);
      it(`role ${ours} towards role ${theirs}: ${fits ? "fits" : "2/11"} (RFC 9234 §4.2)`, () => {
        expect(faultsOf(meet({ role: ours }, { role: theirs }))).toEqual(fits ? [] : [roleMismatch]);
      });
    }
  }

  it("is a role without a name, with 2/11", () => {
    const open = received({ ...bare, capabilities: [capability(role, 77)] });
    expect(roleMismatch.notify).toEqual([2, 11]);
    expect(faultsOf(negotiate(proposal({ ...OURS, role: Role.Peer }, 65002), open, { peerAs: 65002 }))).toEqual([
      roleMismatch,
    ]);
  });

  it("is no role at all in strict mode, with 2/11; otherwise ours holds (RFC 9234 §4.2)", () => {
    expect(faultsOf(meet({ role: Role.Peer }, {}, { strictRole: true }))).toEqual([roleMissing]);
    expect(roleMissing.notify).toEqual([2, 11]);
    expect(agreed({ role: Role.Peer }, {}).role).toBe(Role.Peer);
    expect(agreed({}, { role: Role.Peer }).role).toBeNull();
  });

  it("is not a role in an internal session: it is not sent and not heeded (RFC 9234 §4)", () => {
    const { localAs } = OURS;
    expect(proposal({ ...OURS, role: Role.Peer }, localAs).capabilities.some(({ code }) => code === role.code)).toBe(
      false,
    );
    expect(agreed({ role: Role.Provider }, { localAs, role: Role.Provider }).role).toBeNull();
    const ours = proposal({ ...OURS, role: Role.Provider }, 65002);
    const theirs = proposal({ ...THEIRS, localAs, role: Role.Provider }, 65002);
    expect(negotiate(ours, received(theirs), { peerAs: localAs }).value?.role).toBeNull();
  });

  it("is a peer without a common family, with 2/7 and the families we need (RFC 5492 §5)", () => {
    const { found } = meet({ families: [Ipv6Unicast] }, { families: [Ipv4Unicast] });
    expect(found.map(({ fault }) => fault)).toEqual([noCommonFamily]);
    expect(noCommonFamily.notify).toEqual([2, 7]);
    const data = found[0]?.data ?? new Uint8Array(0);
    const listed: Parameters<typeof readCapabilities>[4] = [];
    readCapabilities(data, 0, data.length, 0, listed, []);
    expect(listed).toMatchObject([{ code: multiprotocol.code, value: Ipv6Unicast }]);
  });

  it("comes from every fault that is declared, and each one resets", () => {
    expect(new Set(negotiateFaults.map(({ id }) => id)).size).toBe(6);
    for (const { notify } of negotiateFaults) expect(notify[0]).toBe(2);
  });
});

/** An OPEN of AS 65002 with both labeled families of IPv4 and these capabilities. */
const wholeOpen = (digits: string): [msg: Uint8Array, start: number, end: number] => {
  const theirs = Buffer.from(`01040001000401040001008041040000fdea${digits.replaceAll(" ", "")}`, "hex");
  const parameters = [theirs.length + 2, 2, theirs.length, ...theirs];
  const msg = Uint8Array.of(...Array<number>(16).fill(0xff), 0, 28 + parameters.length, 1, 4, 0xfd, 0xea, 0, 90);
  const whole = Uint8Array.of(...msg, 10, 0, 0, 2, ...parameters);
  return [whole, 0, whole.length];
};

/** What a context says of the octets, whoever reads it. */
const wire = ({ asnSize, families, addPath, maxMessage, extendedNextHop, multipleLabels: labels }: SessionContext) => ({
  asnSize,
  families: [...families].sort(),
  addPath: [...addPath].sort(),
  maxMessage,
  extendedNextHop: [...extendedNextHop].sort(),
  multipleLabels: [...labels].sort(),
});
