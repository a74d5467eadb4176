import { randomInt } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer, isIPv6 } from "node:net";
import { endianness } from "node:os";
import type { Place } from "./program.js";
import { TargetError } from "./target.js";

/** Why nobody can listen there now, in a few words; null when one can. */
export const whyNotListen = ({ address, port }: Place): Promise<string | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      const reasons: Readonly<Record<string, string>> = {
        EADDRINUSE: "the port is in use",
        EACCES: "the port needs rights that you don't have",
        EADDRNOTAVAIL: "this machine does not have the address",
      };
      resolve(reasons[error.code ?? ""] ?? error.message);
    });
    server.listen(port, address, () => server.close(() => resolve(null)));
  });

/**
 * A port that nobody listens on, below those that the kernel gives out (`ip_local_port_range`, ip(7)): of these, any program
 * may be given one at any moment. Somebody may still take it before its user does; that shows as a start that fails.
 *
 * Throws TargetError when none is found, as where this machine does not have the address.
 */
export const freePort = async (address: string): Promise<number> => {
  let hindrance: string | null = null;
  for (let tries = 0; tries < MOST_PORTS; tries++) {
    const port = randomInt(FIRST_PORT, KERNELS_PORT);
    hindrance = await whyNotListen({ address, port });
    if (hindrance === null) return port;
  }
  throw new TargetError(`no free port at ${address}: ${hindrance}`);
};

/** Ports tried at most, and from which to which: the kernel's begin at the end, unless it was told otherwise. */
const MOST_PORTS = 64;
const FIRST_PORT = 10_000;
const KERNELS_PORT = 32_768;

/**
 * Whether one of the processes listens at exactly this address and port, by proc(5). A daemon that could not bind may run
 * on and say nothing, and one that has bound every address would talk to more than the loopback.
 */
export const isListening = (pids: readonly number[], place: Place): boolean => {
  const inode = listenerOf(place);
  return inode !== null && pids.some((pid) => socketsOf(pid).includes(`socket:[${inode}]`));
};

const LISTEN = "0A";

/** The inode of the socket that listens there; null when there is none. */
const listenerOf = (place: Place): string | null => {
  const table = readFileSync(isIPv6(place.address) ? "/proc/net/tcp6" : "/proc/net/tcp", "latin1");
  const local = kernelAddress(place);
  for (const line of table.split("\n")) {
    const [, at, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (at === local && state === LISTEN) return inode ?? null;
  }
  return null;
};

/** As /proc/net/tcp writes it: each 32-bit word of the address as this machine holds a number. */
export const kernelAddress = ({ address, port }: Place): string => {
  const octets = isIPv6(address) ? ipv6Octets(address) : address.split(".").map(Number);
  const words: string[] = [];
  for (let at = 0; at < octets.length; at += 4) {
    const word = octets.slice(at, at + 4);
    words.push(hex(endianness() === "LE" ? word.reverse() : word));
  }
  return `${words.join("")}:${port.toString(16).toUpperCase().padStart(4, "0")}`;
};

const ipv6Octets = (address: string): number[] => {
  const [head = "", tail] = address.split("::");
  const groups = (text: string): number[] => (text === "" ? [] : text.split(":").map((group) => Number(`0x${group}`)));
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => 0);
  return [...front, ...zeros, ...back].flatMap((group) => [group >>> 8, group & 0xff]);
};

const hex = (octets: readonly number[]): string =>
  octets.map((octet) => octet.toString(16).toUpperCase().padStart(2, "0")).join("");

/** What a process has open, by the names of its links; empty for one that is gone or not ours to look into. */
export const socketsOf = (pid: number): string[] => {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        return "";
      }
    });
  } catch {
    return [];
  }
};
