/** Octets beyond these are counted, not shown. */
const MOST_OCTETS = 512;

/** Sixteen octets a line, as `0010  ff ff …  |..…|`; what is not ASCII is a dot. */
export const hexDump = (octets: Uint8Array): string[] => {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(octets.length, MOST_OCTETS); at += 16) {
    const row = octets.subarray(at, Math.min(at + 16, octets.length));
    const digits = Array.from(row, (octet) => octet.toString(16).padStart(2, "0")).join(" ");
    const text = Array.from(row, (octet) => (octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : ".")).join(
      "",
    );
    lines.push(`${at.toString(16).padStart(4, "0")}  ${digits.padEnd(47)}  |${text}|`);
  }
  if (octets.length === 0) lines.push("(empty)");
  if (octets.length > MOST_OCTETS) lines.push(`… and ${octets.length - MOST_OCTETS} more`);
  return lines;
};
