import { Flag } from "../codec/attribute.js";
import { HEADER_LENGTH } from "../codec/frame.js";
import { Afi, MessageType, Safi } from "../codec/iana.js";
import { setOctets, setU8, setU16, u8 } from "../codec/octets.js";
import { ORDINARY_MAX_MESSAGE } from "../codec/session-context.js";
import type { PreparedTable } from "./prepared.js";

const MP_REACH_NLRI = 14;
/** Flags, type and two octets of length; AFI, SAFI, next hop length and the reserved octet (RFC 4760 §3). */
const REACH_OVERHEAD = 4 + 5;

/**
 * Writes UPDATEs one after the other, as many prefixes in each as its 4096 octets hold.
 *
 * `begin` names the attributes, `add` one prefix after the other; a full UPDATE is closed and the next one opened with the
 * same attributes. IPv6 goes into MP_REACH_NLRI, first of the attributes as RFC 7606 §5.1 wants it.
 */
export class UpdatePacker {
  #out: Uint8Array;
  #at = 0;
  #start = 0;
  #open = false;
  #attributes: Uint8Array = new Uint8Array(0);
  #nextHop6: Uint8Array | null = null;
  #nlriEnd = 0;
  #count = 0;
  #v4 = 0;
  #v6 = 0;

  /** `size`: octets expected in all; more is made room for. */
  constructor(size: number = 1 << 16) {
    this.#out = new Uint8Array(Math.max(size, 2 * ORDINARY_MAX_MESSAGE));
  }

  /**
   * Starts a run of prefixes. `attributes`: all of them as octets, without MP_REACH_NLRI; `nextHop6` is null for IPv4.
   * False when an UPDATE with these attributes has no room for a prefix: then nothing was begun.
   */
  begin(attributes: Uint8Array, nextHop6: Uint8Array | null): boolean {
    this.end();
    const longestPrefix = nextHop6 === null ? 5 : 17;
    const overhead = HEADER_LENGTH + 4 + (nextHop6 === null ? 0 : REACH_OVERHEAD + nextHop6.length);
    if (overhead + attributes.length + longestPrefix > ORDINARY_MAX_MESSAGE) return false;
    this.#attributes = attributes;
    this.#nextHop6 = nextHop6;
    return true;
  }

  /** Adds the prefix whose NLRI octets, its length in bits first, stand at `at` of `octets`. */
  add(octets: Uint8Array, at: number): void {
    const size = 1 + ((u8(octets, at) + 7) >>> 3);
    if (this.#open && this.#at + size > this.#nlriEnd) this.#close();
    if (!this.#open) this.#reopen();
    for (let i = 0; i < size; i++) this.#out[this.#at + i] = u8(octets, at + i);
    this.#at += size;
    if (this.#nextHop6 === null) this.#v4++;
    else this.#v6++;
  }

  /** Closes the run, and the UPDATE that is open. */
  end(): void {
    if (this.#open) this.#close();
  }

  /** The table; the packer must not be used after. */
  finish(): PreparedTable {
    this.end();
    const messages = this.#out.subarray(0, this.#at);
    return { messages, count: this.#count, prefixes: this.#v4 + this.#v6, v4: this.#v4, v6: this.#v6 };
  }

  #reopen(): void {
    if (this.#out.length - this.#at < ORDINARY_MAX_MESSAGE) {
      const roomier = new Uint8Array(this.#out.length * 2);
      roomier.set(this.#out.subarray(0, this.#at));
      this.#out = roomier;
    }
    const out = this.#out;
    this.#start = this.#at;
    this.#open = true;
    let at = this.#at + HEADER_LENGTH + 4;
    if (this.#nextHop6 === null) {
      at = setOctets(out, at, this.#attributes);
      this.#nlriEnd = this.#start + ORDINARY_MAX_MESSAGE;
    } else {
      at = setU8(out, at, Flag.Optional | Flag.ExtendedLength);
      at = setU8(out, at, MP_REACH_NLRI);
      at = setU16(out, at + 2, Afi.Ipv6);
      at = setU8(out, at, Safi.Unicast);
      at = setU8(out, at, this.#nextHop6.length);
      at = setOctets(out, at, this.#nextHop6);
      at = setU8(out, at, 0);
      this.#nlriEnd = this.#start + ORDINARY_MAX_MESSAGE - this.#attributes.length;
    }
    this.#at = at;
  }

  #close(): void {
    const out = this.#out;
    const start = this.#start;
    const attributes = start + HEADER_LENGTH + 4;
    let attributesSize = this.#attributes.length;
    if (this.#nextHop6 !== null) {
      setU16(out, attributes + 2, this.#at - attributes - 4);
      this.#at = setOctets(out, this.#at, this.#attributes);
      attributesSize = this.#at - attributes;
    }
    out.fill(0xff, start, start + 16);
    setU16(out, start + 16, this.#at - start);
    setU8(out, start + 18, MessageType.Update);
    setU16(out, start + HEADER_LENGTH, 0);
    setU16(out, start + HEADER_LENGTH + 2, attributesSize);
    this.#count++;
    this.#open = false;
  }
}
