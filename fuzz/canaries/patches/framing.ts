import type { Canary } from "../canary.js";

const FRAME = "src/codec/frame.ts";
const MARKER = "(ff)x16";

/** The message header and what cuts a stream into messages. */
export const framing: readonly Canary[] = [
  {
    id: "B01",
    area: "header",
    title: "a length below 19 wraps when the header is taken off, and the reader advances by it",
    seenIn: "generic",
    symptoms: ["IL"],
    reach: ["V"],
    target: "frame-stream",
    edits: [
      {
        file: FRAME,
        find: "if (length < HEADER_LENGTH || length > this.limit) return badLength;",
        replace: "if (length > this.limit) return badLength;",
      },
      {
        file: FRAME,
        find: "if (length < shortest) return badLength;\n    // RFC 8654",
        replace:
          "if (((length - HEADER_LENGTH) & 0xffff) < shortest - HEADER_LENGTH) return badLength;\n    // RFC 8654",
      },
    ],
    trigger: `00000000 ${MARKER} 0000 02`,
  },
  {
    id: "B02",
    area: "header",
    title: "the marker is not checked, save for one octet of each word",
    seenIn: "GoBGP",
    symptoms: ["SM", "WV"],
    reach: ["S"],
    target: "frame-stream",
    note: "GoBGP checked none of it; that a seed with a wrong marker shows at once.",
    edits: [
      {
        file: FRAME,
        find: "for (let i = 0; i < 16; i++) if (msg[at + i] !== 0xff) return notSynchronized;",
        replace: "for (let i = 0; i < 16; i += 4) if (msg[at + i] !== 0xff) return notSynchronized;",
      },
      {
        file: FRAME,
        find: "for (let i = 0; i < Math.min(this.#held, 16); i++) {",
        replace: "for (let i = 0; i < Math.min(this.#held, 16); i += 4) {",
      },
    ],
    trigger: "00000000 ffff00 (ff)x13 0013 04",
  },
  {
    id: "B03",
    area: "header",
    title: "no row for a type that the bound lets pass, and the row is dereferenced",
    seenIn: "GoBGP",
    symptoms: ["RE"],
    reach: ["S"],
    target: "frame-stream",
    note: "In GoBGP any unknown type did; a seed has one, so here it is the first behind the table, by a bound that is one too large.",
    edits: [
      {
        file: FRAME,
        find: "const shortest = SHORTEST[type] ?? 0;\n    if (shortest === 0) return badType;",
        replace: "if (type === 0 || type > KINDS.length) return badType;\n    const { shortest } = KINDS[type];",
      },
      {
        file: FRAME,
        find: "/** Takes one whole message, octets",
        replace: "const KINDS = SHORTEST.map((shortest) => ({ shortest }));\n\n/** Takes one whole message, octets",
      },
    ],
    trigger: `00000000 ${MARKER} 0013 06`,
  },
];
