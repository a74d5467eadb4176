import { setHeader } from "../../src/codec/frame.js";
import { MessageType } from "../../src/codec/iana.js";
import type { Step } from "./speaker.js";

/**
 * UPDATEs of an internal feeder, laid out by hand: a daemon that passes them on has read them with its own decoder and
 * written them with its own encoder.
 */
const feed = (what: string, digits: string): Step => {
  const body = Buffer.from(digits.replaceAll(/\s/g, ""), "hex");
  const octets = new Uint8Array(19 + body.length);
  octets.set(body, setHeader(octets, 0, octets.length, MessageType.Update));
  return { type: "send", by: "feeder", what, octets };
};

/** An UPDATE of attributes and NLRI, each attribute with its header. */
const update = (attributes: string, nlri = ""): string => {
  const length = attributes.replaceAll(/\s/g, "").length / 2;
  return `0000 ${length.toString(16).padStart(4, "0")} ${attributes} ${nlri}`;
};

const ORIGIN = "400101 00";
const PATH = "400206 0201 0000fbf4";
const LOCAL_PREF = "400504 00000096";
const NEXT_HOP = "400304 c0000232";

const COMMON = `${ORIGIN} ${PATH} ${LOCAL_PREF}`;

/**
 * AS_PATH with an AS_SET, MED, ATOMIC_AGGREGATE, AGGREGATOR, communities of all sizes, AIGP, OTC and an
 * unknown transitive attribute, 153.
 */
export const unicast: Step = feed(
  "an IPv4 route with every attribute",
  update(
    `${ORIGIN} 400210 0201 0000fbf4 0102 0000fbf5 00010000 ${NEXT_HOP} 800404 0000004d ${LOCAL_PREF} 400600
     c00708 0000fbf3 c0000209 c00808 fbf00001 fde80002 c01010 0002fbf000000064 0202000100000007
     801a0b 01 000b 00000000000000c8 c0200c 0000fbf0 00000001 00000002 c02304 0000fbf1
     c09905 0102030405`,
    "18 c63364 19 cb007100",
  ),
);

/** RFC 8669 §3.1: the index into the block of labels. */
export const prefixSid: Step = feed(
  "an IPv4 route with a prefix SID",
  update(`${COMMON} ${NEXT_HOP} c0280a 01 0007 00 0000 00000309`, "20 c000024d"),
);

/** RFC 7432 §7.2 and §7.3: a MAC address and an inclusive multicast route, with its tunnel (RFC 6514 §5). */
export const evpn: Step = feed(
  "EVPN routes of types 2 and 3",
  update(
    `${COMMON}
     c01010 0002fbf000000064 030c000000000008 c01609 00 06 0003e8 c0000232
     800e3f 0019 46 04 c0000232 00
       02 21 0000fbf000000001 00000000000000000000 00000001 30 02005e100002 00 0003e8
       03 11 0000fbf000000001 00000001 20 c0000232`,
  ),
);

/** RFC 8955 §4: destination and source; §7.1: no packet is let through. */
export const flow: Step = feed(
  "a flow specification",
  update(`${COMMON} c01008 8006000000000000 800e11 0001 85 00 00 0b 01 18 c63364 02 19 c0000200`),
);

/** RFC 9552 §5.2: node descriptors (256) with AS (512), BGP-LS identifier (513) and IGP router id (515); node name (1026). */
export const linkStateNode: Step = feed(
  "a node of link state",
  update(
    `${COMMON}
     801d0b 0402 0007 6578616d706c65
     800e34 4004 47 04 c0000232 00
       0001 0027 02 0000000000000000 0100 001a 0200 0004 0000fbf0 0201 0004 00000000 0203 0006 000000000001`,
  ),
);

/** RFC 9830 §2.1: distinguisher, colour, endpoint; a tunnel of type 15 with preference (12) and a segment list (128). */
export const srPolicy: Step = feed(
  "a segment routing policy",
  update(
    `${COMMON}
     c01008 0101 c00002c8 0000
     c01720 000f 001c 0c06 0000 00000064 80 0011 00 0906 0000 00000001 0106 0000 03e81000
     800e16 0001 49 04 c0000232 00 60 00000001 00000064 c0000201`,
  ),
);

/** RFC 4761 §3.2.2: length, RD, VE id, block offset, block size, label base; with the Layer2 Info community (§3.2.4). */
export const vpls: Step = feed(
  "a VPLS site",
  update(
    `${COMMON}
     c01010 0002fbf000000064 800a 13 00 05dc 0000
     800e1c 0019 41 04 c0000232 00 0011 0000fbf000000001 0005 0001 0008 029ec1`,
  ),
);

/** Of a node, a policy and a site. RFC 4760 §4: MP_UNREACH_NLRI alone. */
export const withdrawals: readonly Step[] = [
  feed(
    "a withdrawal of the node",
    update(
      "800f2e 4004 47 0001 0027 02 0000000000000000 0100 001a 0200 0004 0000fbf0 0201 0004 00000000 0203 0006 000000000001",
    ),
  ),
  feed("a withdrawal of the policy", update("800f10 0001 49 60 00000001 00000064 c0000201")),
  feed("a withdrawal of the site", update("800f16 0019 41 0011 0000fbf000000001 0005 0001 0008 029ec1")),
];

/** Of the first of `unicast`. */
export const withdrawal: Step = feed("a withdrawal", "0004 18c63364 0000");
