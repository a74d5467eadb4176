import { readdirSync, readFileSync } from "node:fs";
import { kernelAddress, socketsOf } from "./listening.js";

/** The process that listens on a TCP port of this machine; or why it is not to be told, in a few words. */
export type Listening = { readonly pid: number } | { readonly hidden: string };

/**
 * Looks up the socket in /proc/net (proc_net_tcp) and who has it open in /proc/PID/fd, proc(5): the kernel shows that of
 * processes of the same user, and to root of all. Linux only.
 */
export const listeningProcess = (address: string, port: number): Listening => {
  const inodes = [...listenersIn("tcp", address, port), ...listenersIn("tcp6", address, port)];
  if (inodes.length === 0) return { hidden: "/proc/net/tcp does not show who listens there" };
  const pids = processesWith(new Set(inodes.map((inode) => `socket:[${inode}]`)));
  const [pid] = pids;
  if (pid === undefined) return { hidden: "its process belongs to another user, or runs in another container" };
  if (pids.length > 1) return { hidden: `${pids.length} processes share its socket` };
  return { pid };
};

/** State LISTEN in include/net/tcp_states.h. */
const LISTEN = "0A";

/** Inodes of sockets that listen at the address, or at all of them, in the text of one of the two tables. */
export const listeners = (text: string, address: string, port: number): string[] => {
  const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
  const mapped = `::ffff:${(256 * a + b).toString(16)}:${(256 * c + d).toString(16)}`;
  // IPv4 addresses stand mapped in tcp6, and each table has a wildcard.
  const local = new Set([address, "0.0.0.0", mapped, "::"].map((one) => kernelAddress({ address: one, port })));
  return text.split("\n").flatMap((line) => {
    const [, where = "", , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === LISTEN && local.has(where) && inode !== undefined ? [inode] : [];
  });
};

const listenersIn = (table: "tcp" | "tcp6", address: string, port: number): string[] => {
  try {
    return listeners(readFileSync(`/proc/net/${table}`, "latin1"), address, port);
  } catch {
    return [];
  }
};

const processesWith = (sockets: ReadonlySet<string>): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => socketsOf(pid).some((file) => sockets.has(file)));
