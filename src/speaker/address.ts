import { isIPv4 } from "node:net";

/** An IP address as 16 octets, IPv4 as IPv4-mapped (::ffff:a.b.c.d). Zone identifiers are dropped. */
export const addressOctets = (address: string): Uint8Array => {
  const octets = new Uint8Array(16);
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  if (isIPv4(mapped)) {
    octets.set([0xff, 0xff], 10);
    octets.set(mapped.split(".").map(Number), 12);
    return octets;
  }
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const groups = (text: string): number[] => (text === "" ? [] : text.split(":").flatMap(wordOf));
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  octets.set(front, 0);
  octets.set(back, 16 - back.length);
  return octets;
};

/** One address text for one address: IPv4-mapped ones as IPv4, IPv6 in one spelling. */
export const sameAddress = (a: string, b: string): boolean => {
  const left = addressOctets(a);
  return addressOctets(b).every((octet, i) => octet === left[i]);
};

/** A dotted quad as a number. */
export const identifierOf = (quad: string): number =>
  quad.split(".").reduce((value, octet) => value * 256 + Number(octet), 0);

const wordOf = (group: string): number[] => {
  if (group.includes(".")) return group.split(".").map(Number);
  const word = Number.parseInt(group, 16);
  return [word >>> 8, word & 0xff];
};
