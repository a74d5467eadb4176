import type { Canary } from "../canary.js";

const PEERING = "src/session/peering.ts";
const NEGOTIATE = "src/session/negotiate.ts";
const NOTIFY = "src/session/notify.ts";
const LIST = "src/codec/capability/list.ts";
const OPEN = "src/codec/message/open.ts";
const GRACEFUL_RESTART = "src/codec/capability/64-graceful-restart.ts";
const FRAME = "src/codec/frame.ts";
const LOC_RIB = "src/rib/loc-rib.ts";

/** Our own connection is up; the peer's connects; the connection is lost. */
const CONNECTED = "03 0000";
const ACCEPTED = "04 0000";
const LOST = "05 0000";
/** Octets from the peer; an OPEN, without its header; an OPEN to the point, over the newest connection or the other one. */
const OCTETS = "06";
const OPEN_BODY = "07";
const ANSWER = "0c";
const OTHER_ANSWER = "2c";
const UPDATE = "08";
const NOTIFICATION = "09";
const ROUTE_REFRESH = "0b";
/** The peer confirms our OPEN or keeps the session; what is written does not leave any more; time goes by. */
const KEEPALIVE = "0a 0000";
const BLOCKED = "0d 0000";
const PASS = "02";

/** Whole messages: an OPEN of AS 65002 without capabilities, and a KEEPALIVE. */
const WHOLE_OPEN = "(ff)x16 001d 01 04 fdea 005a 0a000001 00";
const WHOLE_KEEPALIVE = "(ff)x16 0013 04";

/** To a whole speaker: the peer's OPEN offers refreshes and is confirmed; 10.0.9.0/24; RFC 7313 §4, BoRR and EoRR. */
const REFRESHING = "06 0001 04 04 0000";
const ROUTE = "02 001c 0000 0014 400101 00 400206 02 01 0000fdea 400304 c0000202 18 0a0009";
const BORR = "05 0004 0001 01 01";
const EORR = "05 0004 0001 02 01";

/**
 * Instances that stand where earlier messages, time or what two OPENs agreed on have led: in the session machine, and in
 * the lists of an OPEN as far as they decide what a session is.
 */
export const innerSession: readonly Canary[] = [
  {
    id: "B04.2",
    area: "header",
    title: "the longest message is looked up once a chunk, so that one behind the OPEN that raised it is too long",
    seenIn: "RFC 8654",
    symptoms: ["SM"],
    reach: ["M", "L"],
    target: "session-machine",
    note: "The other way round: a limit that was negotiated is not applied.",
    edits: [
      {
        file: FRAME,
        find: "    let at = 0;\n    while (!this.#done && at < chunk.length) {",
        replace: "    let at = 0;\n    const { limit } = this;\n    while (!this.#done && at < chunk.length) {",
      },
      { file: FRAME, find: "this.#judge(chunk, at);", replace: "this.#judge(chunk, at, limit);" },
      {
        file: FRAME,
        find: "#judge(msg: Uint8Array, at: number): Fault | null {",
        replace: "#judge(msg: Uint8Array, at: number, limit: number = this.limit): Fault | null {",
      },
      { file: FRAME, find: "length > this.limit", replace: "length > limit" },
    ],
    trigger: `00000000000000 ${CONNECTED} ${OCTETS} 1031 ${WHOLE_OPEN} ${WHOLE_KEEPALIVE} (ff)x16 1001 02 0fea (00)x4074 0000`,
  },
  {
    id: "B04.3",
    area: "capabilities",
    title: "enhanced route refresh is in force between two that do not share the ordinary one",
    seenIn: "RFC 8654",
    symptoms: ["SM"],
    reach: ["M", "N"],
    target: "session-machine",
    note: "Another extension that is used without being negotiated: RFC 7313 §3.1 builds on RFC 2918.",
    edits: [
      {
        file: NEGOTIATE,
        find: "enhancedRefresh: both(routeRefresh) && both(enhancedRouteRefresh),",
        replace: "enhancedRefresh: both(enhancedRouteRefresh),",
      },
    ],
    trigger: `00000000000000 ${CONNECTED} ${ANSWER} 0003 00 46 00 ${KEEPALIVE}`,
  },
  {
    id: "B09.8",
    area: "graceful restart",
    title: "a Graceful Restart Capability of no families restarts gracefully",
    seenIn: "CVE-2025-43971",
    symptoms: ["SM"],
    reach: ["M", "N"],
    target: "session-machine",
    note: "GoBGP read past an empty value. Here the empty list is a value, but one of which nothing follows (RFC 4724 §5).",
    edits: [
      {
        file: "src/session/link.ts",
        find: "return (this.negotiated?.gracefulRestart?.families.length ?? 0) > 0;",
        replace: "return (this.negotiated?.gracefulRestart ?? null) !== null;",
      },
    ],
    trigger: `00200000000000 ${CONNECTED} ${ANSWER} 0005 00 40 02 0078 ${KEEPALIVE} ${LOST}`,
  },
  {
    id: "B12.2",
    area: "timers",
    title: "before an OPEN has come the hold time is 0, with which no SendHoldTimer runs",
    seenIn: "BIRD",
    symptoms: ["SM"],
    reach: ["M"],
    target: "session-machine",
    note: "Of a hold time that nobody has sent yet, where BIRD did so of a role.",
    edits: [
      {
        file: PEERING,
        find: "const holdTime = negotiated?.holdTime ?? this.open.holdTime;",
        replace: "const holdTime = negotiated?.holdTime ?? 0;",
      },
    ],
    trigger:
      `00000000050000 ${CONNECTED} ${BLOCKED} ${OPEN_BODY} 000a 04 fdea 00f0 0a000001 00 ${KEEPALIVE} ` +
      `${PASS} 0003 03a597 ${KEEPALIVE} ${PASS} 0003 03a597 ${KEEPALIVE}`,
  },
  {
    id: "B12.3",
    area: "timers",
    title: "a hold time of 0, which stands for none, does not stop the SendHoldTimer that runs already",
    seenIn: "BIRD",
    symptoms: ["SM"],
    reach: ["M"],
    target: "session-machine",
    note: "BIRD took none for 0. Here 0 means none, and the timer of OpenSent goes on as if it were a time.",
    edits: [
      {
        file: PEERING,
        find: "      // RFC 9687 §3: nor is the SendHoldTimer.\n      link.sendHoldAt = OFF;\n",
        replace: "",
      },
    ],
    trigger: `00000000000000 ${CONNECTED} ${BLOCKED} ${OPEN_BODY} 000a 04 fdea 0000 0a000001 00 ${KEEPALIVE}`,
  },
  {
    id: "B13.5",
    area: "collision",
    title: "between equal identifiers the two-octet AS number of the OPEN decides, AS_TRANS where four are needed",
    seenIn: "FRR",
    symptoms: ["SM"],
    reach: ["M"],
    target: "session-machine",
    note: "FRR used what a malformed capability was read as; here the field that the capability replaces is used.",
    edits: [
      {
        file: PEERING,
        find: "if (!this.#survives(link, negotiated, now)) return;",
        replace: "if (!this.#survives(link, negotiated, remote.as, now)) return;",
      },
      {
        file: PEERING,
        find: "#survives(link: Link, negotiated: Negotiated, now: number): boolean {",
        replace: "#survives(link: Link, negotiated: Negotiated, peerAs: number, now: number): boolean {",
      },
      {
        file: PEERING,
        find: "const loser = this.#loser(link, other, negotiated);",
        replace: "const loser = this.#loser(link, other, { ...negotiated, peerAs });",
      },
    ],
    trigger: `80000000080000 ${CONNECTED} ${ACCEPTED} ${ANSWER} 0001 00 ${OTHER_ANSWER} 0001 00`,
  },
  {
    id: "B14.5",
    area: "capabilities",
    title: "whatever next hop is not of the family's own AFI turns IPv6 next hops on",
    seenIn: "FRR",
    symptoms: ["WV", "SM"],
    reach: ["M", "N"],
    target: "session-machine",
    edits: [
      {
        file: NEGOTIATE,
        find: "import { Afi, AS_TRANS, ErrorCode,",
        replace: "import { AS_TRANS, afiOf, ErrorCode,",
      },
      {
        file: NEGOTIATE,
        find: "nextHopAfi === Afi.Ipv6 && common.families.has(family)",
        replace: "nextHopAfi !== afiOf(family) && common.families.has(family)",
      },
    ],
    trigger: `00000000000000 ${CONNECTED} ${ANSWER} 0009 00 05 06 0001 0001 0000 ${KEEPALIVE}`,
  },
  {
    id: "B18.3",
    area: "collision",
    title: "an established connection is not spared when the peer restarts gracefully",
    seenIn: "CVE-2023-46753",
    symptoms: ["SM"],
    reach: ["M"],
    target: "session-machine",
    note: "A check that graceful restart gets round, as in FRR: RFC 4724 §5 is of a connection that the peer makes.",
    edits: [
      {
        file: PEERING,
        find: "if (existing.state === State.Established && this.config.collideEstablished !== true) return link;",
        replace:
          "const spared = existing.state === State.Established && !existing.restartsGracefully;\n" +
          "    if (spared && this.config.collideEstablished !== true) return link;",
      },
    ],
    trigger: `00200000000000 ${ACCEPTED} ${CONNECTED} ${ANSWER} 0001 08 ${KEEPALIVE} ${OTHER_ANSWER} 0001 00`,
  },
  {
    id: "B18.4",
    area: "collision",
    title: "whether a session that loses a collision keeps its routes is asked of the connection that wins",
    seenIn: "CVE-2023-46753",
    symptoms: ["SM"],
    reach: ["M"],
    target: "session-machine",
    note: "FRR: a check that graceful restart got round. Here what graceful restart asks for is got round (RFC 8538 §4).",
    edits: [
      {
        file: PEERING,
        find: "this.#end(loser, { ...ending, ...keeping(loser) }, now);",
        replace: "this.#end(loser, { ...ending, ...keeping(link) }, now);",
      },
    ],
    trigger: `08600000000000 ${ACCEPTED} ${CONNECTED} ${ANSWER} 0001 08 ${KEEPALIVE} ${OTHER_ANSWER} 0001 00`,
  },
  {
    id: "B24.6",
    area: "capabilities",
    title: "one call in another for each capability, on a copy of those that are left",
    seenIn: "ExaBGP",
    symptoms: ["RE", "QT", "EA"],
    reach: ["M", "L"],
    target: "session-machine",
    note: "An OPEN has no room for as many as fill the stack: what shows is what they copy, where memory is counted.",
    edits: [
      {
        file: LIST,
        find: "  for (let at = start; at < end; ) {\n    const value = at + 2;",
        replace:
          "  const left = copyOctets(msg, start, end);\n  for (const at = start; at < end; ) {\n    const value = at + 2;",
      },
      {
        file: LIST,
        find: "    at = next;\n    if (spec === undefined) {\n      placed.push({ code, value: copyOctets(msg, value, next), ...place });\n      continue;",
        replace:
          "    const others = (): void =>\n" +
          "      readCapabilities(left, next - start, left.length, origin - start, placed, found);\n" +
          "    if (spec === undefined) {\n      placed.push({ code, value: copyOctets(msg, value, next), ...place });\n      return others();",
      },
      {
        file: LIST,
        find: "if (fault !== null && !spec.partial.includes(fault)) continue;",
        replace: "if (fault !== null && !spec.partial.includes(fault)) return others();",
      },
      {
        file: LIST,
        find: "if (fault === null || spec.size(kept) > 0) placed.push({ code, value: kept, ...place });",
        replace:
          "if (fault === null || spec.size(kept) > 0) placed.push({ code, value: kept, ...place });\n    return others();",
      },
    ],
    trigger: `00000000000000 ${CONNECTED} ${ANSWER} 0579 00 (0200)x700`,
  },
  {
    id: "B26.10",
    area: "capabilities",
    title: "of several Graceful Restart Capabilities the first one counts",
    seenIn: "FRR #14175",
    symptoms: ["WV", "SM"],
    reach: ["M", "N"],
    target: "session-machine",
    note: "FRR: of an attribute, the last one, where the first counts. Of this capability it is the last (RFC 4724 §3).",
    edits: [{ file: GRACEFUL_RESTART, find: 'repeated: "last",', replace: 'repeated: "first",' }],
    trigger: `00600000000000 ${CONNECTED} ${ANSWER} 0009 00 40 02 0078 40 02 4078 ${KEEPALIVE}`,
  },
  {
    id: "B26.11",
    area: "capabilities",
    title: "a role that is there twice is refused, though it is the same one",
    seenIn: "FRR #14175",
    symptoms: ["SM"],
    reach: ["M", "N"],
    target: "session-machine",
    edits: [
      {
        file: OPEN,
        find: "    seen.add(octets);\n",
        replace: '    if (rule !== "refused") seen.add(octets);\n',
      },
    ],
    trigger: `00000000000000 ${CONNECTED} ${ANSWER} 0007 00 09 01 00 09 01 00`,
  },
  {
    id: "B26.12",
    area: "capabilities",
    title: "of several ADD-PATH tuples of a family the last one counts",
    seenIn: "FRR #14175",
    symptoms: ["WV", "SM"],
    reach: ["M", "N"],
    target: "session-machine",
    edits: [
      {
        file: NEGOTIATE,
        find: "if (!modes.has(family)) modes.set(family, mode);",
        replace: "modes.set(family, mode);",
      },
    ],
    trigger: `00000003000000 ${CONNECTED} ${ANSWER} 000b 00 45 08 00010103 00010101 ${KEEPALIVE}`,
  },
  {
    id: "B27.4",
    area: "OPEN",
    title: "the verdict on an OPEN is that of its faults so far, before several capabilities of one code are settled",
    seenIn: "RFC 7606 §3 (h)",
    symptoms: ["SM"],
    reach: ["M", "N"],
    target: "session-machine",
    edits: [
      {
        file: OPEN,
        find:
          "  const capabilities = settled(readParameters(msg, start, end, found), found);\n" +
          "  found.sort((a, b) => a.start - b.start);\n" +
          "  if (decisive(found)?.fault.verdict === Verdict.SessionReset)",
        replace:
          "  const placed = readParameters(msg, start, end, found);\n" +
          "  const worst = decisive(found);\n" +
          "  const capabilities = settled(placed, found);\n" +
          "  found.sort((a, b) => a.start - b.start);\n" +
          "  if (worst?.fault.verdict === Verdict.SessionReset)",
      },
    ],
    trigger: `00000000000000 ${CONNECTED} ${ANSWER} 0007 00 09 01 00 09 01 01`,
  },
  {
    id: "B29.5",
    area: "NOTIFICATION",
    title: "a communication is cut to 255 octets, with characters of four octets counted as three",
    seenIn: "CVE-2025-20115",
    symptoms: ["RE"],
    reach: ["L", "V"],
    target: "session-machine",
    note: "The count would wrap; our encoder throws instead.",
    edits: [
      {
        file: NOTIFY,
        find: "size += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;",
        replace: "size += point < 0x80 ? 1 : point < 0x800 ? 2 : 3;",
      },
    ],
    trigger: "00000000000000 01 0101 01 (f09f9880)x64",
  },
  {
    id: "B33.10",
    area: "collision",
    title: "in a collision with a session the identifier counts that it began with, not the one of the OPEN that came",
    seenIn: "GoBGP, CVE-2026-37458",
    symptoms: ["SM"],
    reach: ["M"],
    target: "session-machine",
    note: "The identifier stands for the address: it is what a peer is told by where RFC 4271 §6.8 compares two of them.",
    edits: [
      {
        file: PEERING,
        find: "const remoteWins = localIdentifier === remoteIdentifier ? localAs < peerAs : localIdentifier < remoteIdentifier;",
        replace:
          "const remote = this.negotiated?.remoteIdentifier ?? remoteIdentifier;\n" +
          "    const remoteWins = localIdentifier === remote ? localAs < peerAs : localIdentifier < remote;",
      },
    ],
    trigger: `08000000000000 ${CONNECTED} ${ANSWER} 0001 00 ${KEEPALIVE} ${ACCEPTED} ${ANSWER} 0001 80`,
  },
  {
    id: "B37.4",
    area: "messages",
    title: "a message is cut out of its chunk by its length, and begins where the chunk does",
    seenIn: "OpenBGPD",
    symptoms: ["SM"],
    reach: ["M", "L"],
    target: "session-machine",
    note: "OpenBGPD: of a label in a withdrawal. Here of the second message that arrives in one piece.",
    edits: [
      {
        file: PEERING,
        find: "event.msg.subarray(event.start, event.end)",
        replace: "event.msg.subarray(0, event.end - event.start)",
      },
    ],
    trigger: `00000000000000 ${CONNECTED} ${OCTETS} 0032 ${WHOLE_OPEN} (ff)x16 0015 03 02 01`,
  },
  {
    id: "B37.5",
    area: "timers",
    title: "an UPDATE that takes the short way to the RIB is handed on, and does not restart the HoldTimer",
    seenIn: "OpenBGPD",
    symptoms: ["SM"],
    reach: ["M"],
    target: "session-machine",
    note: "One of two things that go together is left out: there a cursor beside a length, here a timer beside a route.",
    edits: [
      {
        file: PEERING,
        find: "    if (link === null || link.state !== State.Established) return false;\n    link.holdAt = now + link.holdMs;\n",
        replace: "    if (link === null || link.state !== State.Established) return false;\n",
      },
    ],
    trigger: `00000000000000 ${CONNECTED} ${ANSWER} 0001 40 ${KEEPALIVE} ${PASS} 0002 07d0 ${UPDATE} 0004 00000000 ${PASS} 0002 07d0`,
  },
  {
    id: "B37.6",
    area: "route refresh",
    title: "a path that is taken out while it is stale leaves its mark to the route that comes next",
    seenIn: "OpenBGPD",
    symptoms: ["WV", "SM"],
    reach: ["M"],
    target: "speaker",
    note: "One of two things that go together is left out: there a cursor beside a length, here a mark beside a route.",
    edits: [
      {
        file: LOC_RIB,
        find: "    if (this.#staleCount > 0) this.#freshen(path);\n    this.#pathPeers[path] = 0;\n",
        replace: "    this.#pathPeers[path] = 0;\n",
      },
    ],
    trigger: `0000000000 ${REFRESHING} ${ROUTE} ${BORR} ${EORR} ${ROUTE} ${EORR}`,
  },
  {
    id: "B47.3",
    area: "capabilities",
    title: "of a Graceful Restart Capability that ends within a tuple, the tuples that are whole are applied",
    seenIn: "CVE-2023-41360",
    symptoms: ["WV", "SM"],
    reach: ["M", "N"],
    target: "session-machine",
    note: "Of families instead of filters.",
    edits: [
      {
        file: GRACEFUL_RESTART,
        find: "(end - start) % 4 === 2 ? null",
        replace: "end - start >= 2 ? null",
      },
      {
        file: GRACEFUL_RESTART,
        find: "for (let at = start + 2; at < end; at += 4) {",
        replace: "for (let at = start + 2; at + 4 <= end; at += 4) {",
      },
    ],
    trigger: `00200000000000 ${CONNECTED} ${ANSWER} 0006 00 40 03 0078 00 ${KEEPALIVE}`,
  },
  {
    id: "B49.2",
    area: "NOTIFICATION",
    title: "the data of 7/1 is the message however long it was, and what is cut leaves no room for code and subcode",
    seenIn: "CVE-2018-5378",
    symptoms: ["RE"],
    reach: ["M", "L"],
    target: "session-machine",
    note: "Quagga wrote past the end of the message; our encoder throws.",
    edits: [
      {
        file: "src/codec/message/route-refresh.ts",
        find: "const data = copyOctets(msg, start, Math.min(end, start + ORDINARY_MAX_MESSAGE - HEADER_LENGTH - 2));",
        replace: "const data = copyOctets(msg, start, end);",
      },
      {
        file: NOTIFY,
        find: "notification.data.subarray(0, maxMessage - 21)",
        replace: "notification.data.subarray(0, maxMessage - 19)",
      },
    ],
    trigger: `00000000000000 ${CONNECTED} ${ANSWER} 0005 00 02 00 46 00 ${KEEPALIVE} ${ROUTE_REFRESH} 0fd9 0001 01 01 (00)x4053`,
  },
  {
    id: "B49.3",
    area: "NOTIFICATION",
    title: "a communication whose length is wrong goes into the log as long as it came",
    seenIn: "CVE-2018-5378",
    symptoms: ["EA"],
    reach: ["L"],
    target: "session-machine",
    edits: [
      {
        file: "src/codec/message/notification.ts",
        find: "hex(data, 0, Math.min(data.length, 256))",
        replace: "hex(data)",
      },
    ],
    trigger: `00000000000000 ${CONNECTED} ${NOTIFICATION} 07e5 06 02 (00)x2019`,
  },
  {
    id: "B52.4",
    area: "graceful restart",
    title: "a NOTIFICATION is a Hard Reset when its subcode is that of one, whatever its code",
    seenIn: "FRR",
    symptoms: ["SM"],
    reach: ["M", "V"],
    target: "session-machine",
    note: "FRR compared without the length; here one of two fields is compared.",
    edits: [
      {
        file: PEERING,
        find: "const hard = received.code === ErrorCode.Cease && received.subcode === CeaseSubcode.HardReset;",
        replace: "const hard = received.subcode === CeaseSubcode.HardReset;",
      },
    ],
    trigger: `00600000000000 ${CONNECTED} ${ANSWER} 0001 08 ${KEEPALIVE} ${NOTIFICATION} 0002 03 09`,
  },
  {
    id: "B52.5",
    area: "route refresh",
    title: "a route that comes again with the same attributes is none that was sent again",
    seenIn: "FRR",
    symptoms: ["WV", "SM"],
    reach: ["M"],
    target: "speaker",
    note: "FRR took different attributes for the same. Here they are the same, and what is new about the route is passed over.",
    edits: [
      {
        file: LOC_RIB,
        find: "      if (this.#staleCount > 0) this.#freshen(path);\n      this.#replace(path, prefix, attributes);",
        replace: "      this.#replace(path, prefix, attributes);",
      },
      {
        file: LOC_RIB,
        find: "    if (old === attributes) return;\n",
        replace: "    if (old === attributes) return;\n    if (this.#staleCount > 0) this.#freshen(path);\n",
      },
    ],
    trigger: `0000000000 ${REFRESHING} ${ROUTE} ${BORR} ${ROUTE} ${EORR}`,
  },
];
