import type { Canary } from "../canary.js";

const NEGOTIATE = "src/session/negotiate.ts";

/** Our own connection is up; the peer's OPEN, of which octets follow; it confirms ours, as the last thing that happens. */
const CONNECTED = "03 0000";
const ANSWER = "0c";
const KEEPALIVE = "0a";

/** What two OPENs agree on. */
export const session: readonly Canary[] = [
  {
    id: "B04",
    area: "header",
    title: "an external peer's offer of extended messages raises what we take, though we made none",
    seenIn: "RFC 8654",
    symptoms: ["SM"],
    reach: ["M"],
    target: "session-machine",
    edits: [
      {
        file: NEGOTIATE,
        find: "const receive = direction(common, theirs, ours);\n  const send = direction(common, ours, theirs);",
        replace:
          "const send = direction(common, ours, theirs);\n" +
          "  const from = direction(common, theirs, ours);\n" +
          "  // Within an AS both sides are set up alike.\n" +
          "  const receive = !external ? from : { ...from, maxMessage: Math.max(from.maxMessage, send.maxMessage) };",
      },
    ],
    trigger: `40000000000000 ${CONNECTED} ${ANSWER} 0001 04 ${KEEPALIVE}`,
  },
  {
    id: "B12",
    area: "capabilities",
    title: "a role that was not sent is 0, the provider's, with which a customer is content in strict mode",
    seenIn: "BIRD",
    symptoms: ["SM"],
    reach: ["M"],
    target: "session-machine",
    edits: [
      {
        file: NEGOTIATE,
        find: "if (strict) found.push({ fault: roleMissing, ...PARAMETERS });",
        replace:
          "if (strict && COUNTERPART.get(local) !== Role.Provider) found.push({ fault: roleMissing, ...PARAMETERS });",
      },
    ],
    trigger: `20040000000000 ${CONNECTED} ${ANSWER}`,
  },
  {
    id: "B14",
    area: "capabilities",
    title: "the mode of ADD-PATH is taken for two bits, so that values above 3 turn path identifiers on",
    seenIn: "FRR",
    symptoms: ["WV", "SM"],
    reach: ["M"],
    target: "session-machine",
    edits: [
      {
        file: "src/codec/capability/69-add-path.ts",
        find: "mode === AddPathMode.Receive || mode === AddPathMode.Send || mode === AddPathMode.Both;",
        replace: "(mode & AddPathMode.Both) !== 0;",
      },
      {
        file: NEGOTIATE,
        find: "mode === able || mode === AddPathMode.Both)",
        replace: "(mode & able) !== 0)",
      },
    ],
    trigger: `00000003000000 ${CONNECTED} ${ANSWER} 0007 00 45 04 000101 05 ${KEEPALIVE}`,
  },
];
