import { fourOctetAs } from "../../src/codec/capability/65-four-octet-as.js";
import { AddPathMode } from "../../src/codec/capability/69-add-path.js";
import { type Family, Ipv4Unicast, Safi, safiOf } from "../../src/codec/iana.js";
import type { OpenToSend } from "../../src/codec/message/open.js";
import { encodeRouteRefresh } from "../../src/codec/message/route-refresh.js";
import { proposal } from "../../src/session/proposal.js";
import type { ProposalSettings } from "../../src/session/types.js";
import type { Step } from "./speaker.js";

export interface Offer extends Partial<ProposalSettings> {
  readonly as: number;
  readonly peerAs: number;
  readonly families?: readonly Family[];
  /** Families of which we can receive several paths for a prefix. */
  readonly paths?: readonly Family[];
  /** Leave out capability 65: AS numbers have two octets. */
  readonly twoOctet?: boolean;
}

const RECORDER_ID = 0xc00002c8;
export const FEEDER_ID = 0xc00002c9;
const RESTART_SECONDS = 120;

/** An OPEN that lets a daemon send all it has: every capability that changes what is sent, unless the offer says not to. */
export const offer = ({ as, peerAs, paths = [], twoOctet = false, ...rest }: Offer): OpenToSend => {
  const families = rest.families ?? [Ipv4Unicast];
  const open = proposal(
    {
      localAs: as,
      identifier: RECORDER_ID,
      holdTime: 180,
      families,
      addPath: new Map(paths.map((one) => [one, AddPathMode.Receive])),
      extendedNextHop: families.filter((one) => one >>> 8 === 1 && NEXT_HOP_SAFIS.has(safiOf(one))),
      gracefulRestart: {
        restarting: false,
        notification: false,
        time: RESTART_SECONDS,
        families: families.map((family) => ({ family, forwarding: false })),
      },
      longLived: families.map((family) => ({ family, forwarding: false, time: 3600 })),
      ...rest,
    },
    peerAs,
  );
  if (!twoOctet) return open;
  return { ...open, capabilities: open.capabilities.filter(({ code }) => code !== fourOctetAs.code) };
};

/** RFC 8950 §4 names these. */
const NEXT_HOP_SAFIS: ReadonlySet<number> = new Set([Safi.Unicast, Safi.Multicast, Safi.Labeled, Safi.Vpn]);

/** An OPEN without any capability: RFC 4271 and no more. */
export const bareOffer = (as: number): OpenToSend => ({
  as,
  holdTime: 180,
  identifier: RECORDER_ID,
  capabilities: [],
});

export const command = (text: string): Step => ({ type: "command", text });

export const stop: Step = { type: "stop" };

/** The recorder asks for the routes of a family again (RFC 2918). */
export const refresh = (family: Family): Step => ({
  type: "send",
  by: "recorder",
  what: `ROUTE-REFRESH for ${family >>> 8}/${family & 0xff}`,
  octets: encodeRouteRefresh({ family, subtype: 0 }),
});
