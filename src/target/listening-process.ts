import { readdirSync, readFileSync, readlinkSync } from "node:fs";

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

/** Inodes of sockets that listen on the address or on all addresses. Addresses are 32-bit words in the machine's order. */
export const listeners = (text: string, address: string, port: number): string[] => {
  const wanted = address.split(".").map(Number);
  const hex = wanted
    .reverse()
    .map((octet) => octet.toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase();
  // IPv4-mapped in tcp6, and the two wildcards.
  const local = new Set([hex, `0000000000000000FFFF0000${hex}`, "0".repeat(8), "0".repeat(32)]);
  return text.split("\n").flatMap((line) => {
    const [, where = "", , state, , , , , , inode] = line.trim().split(/\s+/);
    const [ip = "", digits = ""] = where.split(":");
    const found = state === LISTEN && local.has(ip) && Number.parseInt(digits, 16) === port;
    return found && inode !== undefined ? [inode] : [];
  });
};

const listenersIn = (table: "tcp" | "tcp6", address: string, port: number): string[] => {
  try {
    return listeners(readFileSync(`/proc/net/${table}`, "latin1"), address, port);
  } catch {
    return [];
  }
};

const processesWith = (sockets: ReadonlySet<string>): number[] => {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => openFiles(pid).some((file) => sockets.has(file))).map(Number);
};

/** Empty for a process that is gone or not ours to look into. */
const openFiles = (pid: string): string[] => {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
};
