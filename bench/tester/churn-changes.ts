import { Afi } from "../../src/codec/iana.js";
import { u8, u16, u32 } from "../../src/codec/octets.js";
import { PrefixIndex } from "../../src/table/prefix-index.js";

export const LARGE_COMMUNITIES = 32;
const MP_REACH_NLRI = 14;
const MP_UNREACH_NLRI = 15;

/** Global Administrator of the Large Community that numbers an announcement (RFC 8092 §3): an AS of RFC 5398. */
export const MARK = 64498;

/** How single changes went: one entry for each prefix in each UPDATE that was sent, in the order of sending. */
export interface Followed {
  /** Milliseconds on the receiver's side at which the change, or a later state of its prefix, was there; NaN: never. */
  readonly atMs: Float64Array;
  /** The UPDATE it was part of, from 0. */
  readonly update: Uint32Array;
  /** Changes that only a later one's coming showed. */
  readonly merged: number;
}

/**
 * Matches what a receiver got with what was sent. An announcement that came with number n settles all changes of its
 * prefix up to UPDATE n; a withdrawal settles those up to the first withdrawal of its prefix that is still open.
 *
 * `arrivals[i]` is when the i-th UPDATE of `received` came. Both are sound UPDATEs back to back.
 */
export const followChanges = (
  sent: Uint8Array,
  received: Iterable<Uint8Array>,
  arrivals: ArrayLike<number>,
): Followed => {
  const numbers = new Numbers();
  const changes = changesOf(sent, numbers);
  const atMs = new Float64Array(changes.update.length).fill(Number.NaN);
  /** The first change of each prefix that is open. */
  const open = changes.first.slice();
  let merged = 0;
  let arrival = 0;
  for (const messages of received) {
    for (let at = 0; at < messages.length; at += u16(messages, at + 16)) {
      const now = arrivals[arrival++] ?? Number.NaN;
      eachRoute(messages, at, (offset, v6, mark) => {
        const number = numbers.of(messages, offset, v6);
        let next = open[number] ?? -1;
        const upTo = mark < 0 ? firstWithdrawal(changes, next) : mark - 1;
        while (next >= 0 && (changes.update[next] ?? 0) <= upTo) {
          atMs[next] = now;
          const after = changes.next[next] ?? -1;
          if (after >= 0 && (changes.update[after] ?? 0) <= upTo) merged++;
          next = after;
        }
        open[number] = next;
      });
    }
  }
  return { atMs, update: changes.update, merged };
};

interface Changes {
  readonly update: Uint32Array;
  readonly withdrawn: Uint8Array;
  /** The next change of the same prefix; -1: none. */
  readonly next: Int32Array;
  /** By number of the prefix: its first change. */
  readonly first: Int32Array;
}

const changesOf = (sent: Uint8Array, numbers: Numbers): Changes => {
  const update: number[] = [];
  const withdrawn: number[] = [];
  const next: number[] = [];
  const first: number[] = [];
  const last: number[] = [];
  let count = 0;
  for (let at = 0; at < sent.length; at += u16(sent, at + 16), count++) {
    eachRoute(sent, at, (offset, v6, mark) => {
      const number = numbers.of(sent, offset, v6);
      const change = update.push(count) - 1;
      withdrawn.push(mark < 0 ? 1 : 0);
      next.push(-1);
      const before = last[number];
      if (before === undefined) first[number] = change;
      else next[before] = change;
      last[number] = change;
    });
  }
  return {
    update: Uint32Array.from(update),
    withdrawn: Uint8Array.from(withdrawn),
    next: Int32Array.from(next),
    first: Int32Array.from(first),
  };
};

/** The UPDATE of the first withdrawal from this change on; -1 when there is none. */
const firstWithdrawal = ({ update, withdrawn, next }: Changes, from: number): number => {
  for (let change = from; change >= 0; change = next[change] ?? -1) {
    if (withdrawn[change] === 1) return update[change] ?? -1;
  }
  return -1;
};

/** Prefixes of both families by number. */
class Numbers {
  readonly #v4 = new PrefixIndex(4);
  readonly #v6 = new PrefixIndex(6);

  /** Even numbers are IPv4, odd ones IPv6. */
  of(octets: Uint8Array, at: number, v6: boolean): number {
    const number = (v6 ? this.#v6 : this.#v4).add(octets, at + 1, u8(octets, at));
    return number * 2 + (v6 ? 1 : 0);
  }
}

/**
 * The routes of the UPDATE at `start`, by where their NLRI stands. `mark` is -1 for withdrawn ones, else the number that
 * the announcement carries, 0 when it carries none. MP_REACH_NLRI and MP_UNREACH_NLRI of other families are passed over.
 */
const eachRoute = (
  msg: Uint8Array,
  start: number,
  visit: (offset: number, v6: boolean, mark: number) => void,
): void => {
  const end = start + u16(msg, start + 16);
  const withdrawnEnd = start + 21 + u16(msg, start + 19);
  const attributesEnd = withdrawnEnd + 2 + u16(msg, withdrawnEnd);
  const run = (from: number, to: number, v6: boolean, mark: number): void => {
    for (let at = from; at < to; at += 1 + ((u8(msg, at) + 7) >>> 3)) visit(at, v6, mark);
  };
  run(start + 21, withdrawnEnd, false, -1);
  let mark = 0;
  let reach = 0;
  let reachEnd = 0;
  for (let at = withdrawnEnd + 2; at < attributesEnd; ) {
    const extended = (u8(msg, at) & 0x10) !== 0;
    const value = at + (extended ? 4 : 3);
    const next = value + (extended ? u16(msg, at + 2) : u8(msg, at + 2));
    const code = u8(msg, at + 1);
    if (code === LARGE_COMMUNITIES) {
      for (let one = value; one + 12 <= next; one += 12) if (u32(msg, one) === MARK) mark = u32(msg, one + 4);
    } else if (code === MP_REACH_NLRI && u16(msg, value) === Afi.Ipv6) {
      reach = value + 5 + u8(msg, value + 3);
      reachEnd = next;
    } else if (code === MP_UNREACH_NLRI && u16(msg, value) === Afi.Ipv6) run(value + 3, next, true, -1);
    at = next;
  }
  // The mark may stand behind MP_REACH_NLRI.
  run(reach, reachEnd, true, mark);
  run(attributesEnd, end, false, mark);
};
