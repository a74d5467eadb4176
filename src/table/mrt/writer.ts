import { Afi } from "../../codec/iana.js";
import { setOctets, setU16, setU32, u16 } from "../../codec/octets.js";
import type { PreparedTable } from "../prepared.js";
import { MRT_HEADER_LENGTH, MrtType } from "./record.js";

/** Who a collector would say that it heard. */
export interface MrtSource {
  readonly peerAs: number;
  readonly localAs: number;
  /** IPv4 addresses, 4 octets each. */
  readonly peerAddress: Uint8Array;
  readonly localAddress: Uint8Array;
  /** Seconds since 1970, the same for every record. */
  readonly time: number;
}

const MESSAGE_AS4 = 4;

/** The UPDATEs of a table as BGP4MP_MESSAGE_AS4 records (RFC 6396 §4.4.3), in chunks of whole records. */
export function* mrtOf({ messages }: PreparedTable, source: MrtSource): Generator<Uint8Array> {
  const overhead = MRT_HEADER_LENGTH + 20;
  for (let from = 0; from < messages.length; ) {
    let to = from;
    let count = 0;
    for (; to < messages.length && to - from < 1 << 18; count++) to += u16(messages, to + 16);
    const chunk = new Uint8Array(to - from + count * overhead);
    let at = 0;
    for (; from < to; ) {
      const size = u16(messages, from + 16);
      at = setU32(chunk, at, source.time);
      at = setU16(chunk, at, MrtType.Bgp4mp);
      at = setU16(chunk, at, MESSAGE_AS4);
      at = setU32(chunk, at, 20 + size);
      at = setU32(chunk, at, source.peerAs);
      at = setU32(chunk, at, source.localAs);
      // Interface index 0: unknown.
      at = setU16(chunk, at, 0);
      at = setU16(chunk, at, Afi.Ipv4);
      at = setOctets(chunk, at, source.peerAddress);
      at = setOctets(chunk, at, source.localAddress);
      at = setOctets(chunk, at, messages.subarray(from, from + size));
      from += size;
    }
    yield chunk;
  }
}
