/**
 * The octets in what a router logged or a tool printed, one run for each packet or message; null when there are none.
 *
 * Read are dumps with offsets (`tshark -x`, `tcpdump -X`, `xxd`, `hexdump -C`, `od -A x -t x1`), plain digits with any of
 * the usual separators or `0x`, and digits anywhere in a text that begin with a BGP marker (16 octets of ff).
 */
export const octetsOfText = (text: string): Uint8Array[] | null => {
  const dumped = dumpedPackets(text);
  if (dumped.some((packet) => markerIn(packet) >= 0)) return dumped;
  const plain = text.replaceAll(/0x|\\x|[\s:,;.'"{}[\]()-]/gi, "");
  const isPlain = dumped.length === 0 && plain.length > 0 && plain.length % 2 === 0;
  if (isPlain && !/[^0-9a-f]/i.test(plain)) return [octetsOf(plain)];
  const marked = markedRuns(text);
  if (marked.length > 0) return marked;
  return dumped.length > 0 ? dumped : null;
};

/** Sixteen octets of ff. */
const MARKED = /(?:ff[\s:.-]{0,2}){16}/gi;

/** An octet behind it. Not in a loop within the expression: what that remembers of millions of octets is more than it can. */
const OCTET = /[0-9a-f]{2}[\s:.-]{0,2}/iy;

/** The runs of octets that begin with a marker and have more octets behind it. */
const markedRuns = (text: string): Uint8Array[] => {
  const runs: Uint8Array[] = [];
  MARKED.lastIndex = 0;
  for (let found = MARKED.exec(text); found !== null; found = MARKED.exec(text)) {
    const start = found.index;
    const first = MARKED.lastIndex;
    let end = first;
    OCTET.lastIndex = end;
    while (OCTET.test(text)) end = OCTET.lastIndex;
    if (end > first) runs.push(octetsOf(text.slice(start, end).replaceAll(/[^0-9a-f]/gi, "")));
    // With an odd digit in front, the marker begins behind it.
    MARKED.lastIndex = end > first ? end : start + 1;
  }
  return runs;
};

/** `0000  ff ff`, `0x0010:  4500 0034`, `00000020: ffff`: an offset, then octets, then perhaps what they are in ASCII. */
const DUMP_LINE = /^\s*(?:0x)?([0-9a-f]{3,8}):?\s+(\S.*)$/i;

const OCTETS_A_LINE = 16;

/** Sixteen octets, a blank after each. */
const LONGEST_COLUMN = 3 * OCTETS_A_LINE;

const dumpedPackets = (text: string): Uint8Array[] => {
  const packets: string[] = [];
  let digits = "";
  for (const line of text.split("\n")) {
    const [, offset = "", rest = ""] = DUMP_LINE.exec(line.trimEnd()) ?? [];
    const isNext = offset !== "" && Number.parseInt(offset, 16) === digits.length / 2;
    const isFirst = offset !== "" && Number.parseInt(offset, 16) === 0;
    if (!isNext && !isFirst) continue;
    const octets = digitsOfLine(rest);
    if (octets === "") continue;
    if (isFirst && digits !== "") packets.push(digits);
    digits = isFirst ? octets : digits + octets;
  }
  if (digits !== "") packets.push(digits);
  return packets.map(octetsOf);
};

/** The digits of a line without its ASCII column, which wider gaps set apart. */
const digitsOfLine = (line: string): string => {
  let digits = "";
  for (const column of line.split(/\s{2,}|\t/)) {
    if (column.length > LONGEST_COLUMN) break;
    if (!/^(?:[0-9a-f]{2}){1,4}(?:\s(?:[0-9a-f]{2}){1,4})*$/i.test(column.trim())) break;
    const more = column.replaceAll(/\s/g, "");
    if (digits.length + more.length > 2 * OCTETS_A_LINE || column === asciiOf(digits)) break;
    digits += more;
  }
  return digits;
};

const asciiOf = (digits: string): string =>
  [...octetsOf(digits)].map((octet) => (octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : ".")).join("");

const octetsOf = (digits: string): Uint8Array => {
  const octets = new Uint8Array(digits.length >> 1);
  for (let i = 0; i < octets.length; i++) octets[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return octets;
};

/** Where a BGP marker begins in octets from `from` on, or -1. */
export const markerIn = (octets: Uint8Array, from = 0): number => {
  let run = 0;
  for (let at = from; at < octets.length; at++) {
    run = octets[at] === 0xff ? run + 1 : 0;
    if (run === MARKER) return at - MARKER + 1;
  }
  return -1;
};

const MARKER = 16;
