import { type AttributeSpec, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { copyOctets, setOctets, setU8, setU16, setU32, u8, u16, u32, within } from "../octets.js";

/** RFC 8205 §3.1: one AS of the path, the latest first. */
export interface SecurePathSegment {
  /** How often the AS stands in the path; 0 of a route server that hides itself. */
  readonly pCount: number;
  /** 0x80: within a confederation. All eight bits, as they came. */
  readonly flags: number;
  readonly as: number;
}

/** RFC 8205 §3.2: the signature of the segment in the same place. */
export interface SignatureSegment {
  /** Subject Key Identifier, 20 octets. */
  readonly ski: Uint8Array;
  readonly signature: Uint8Array;
}

export interface SignatureBlock {
  /** Algorithm suite identifier: 1 is ECDSA P-256 with SHA-256 (RFC 8608). */
  readonly algorithm: number;
  readonly signatures: readonly SignatureSegment[];
}

export interface BgpsecPath {
  readonly securePath: readonly SecurePathSegment[];
  /** One, or two while algorithms change. */
  readonly signatureBlocks: readonly SignatureBlock[];
}

const malformed = (what: string): Fault => treatAsWithdraw(`bgpsec-path/${what}`, "RFC 8205 §5.2");

export const bgpsecPathFlags: Fault = wrongFlags("bgpsec-path");
export const bgpsecSecurePath: Fault = malformed("bad-secure-path");
// We are in no confederation, so that an external peer is always outside of ours, as with AS_PATH.
export const bgpsecConfederation: Fault = malformed("confederation-segment");
export const bgpsecSignatureBlock: Fault = malformed("bad-signature-block");
export const bgpsecSignatureCount: Fault = malformed("wrong-signature-count");

const SEGMENT = 6;
const CONFED_SEGMENT = 0x80;
const BLOCK_HEADER = 3;
const SKI = 20;
const SIGNATURE_HEADER = SKI + 2;

/**
 * BGPsec_Path, RFC 8205 §3: an AS path with signatures, in the place of AS_PATH.
 *
 *     | Secure_Path | Signature_Block | Signature_Block, or none |
 *
 *     Secure_Path        | length with this field (2) | pCount (1) | flags (1) | AS (4) |, the last three repeated
 *     Signature_Block    | length with this field (2) | algorithm suite (1) | signature segments |
 *     signature segment  | SKI (20) | length of the signature (2) | signature |
 *
 * What §5.2 asks beside is left to the speaker: that the first AS is the peer's, and when pCount may be 0.
 */
export const bgpsecPath: AttributeSpec<BgpsecPath> = {
  code: 33,
  name: "BGPsec_Path",
  flags: Flag.Optional,
  flagFault: bgpsecPathFlags,
  faults: [bgpsecPathFlags, bgpsecSecurePath, bgpsecConfederation, bgpsecSignatureBlock, bgpsecSignatureCount],

  check(msg, start, end, { external }) {
    const blocks = securePathEnd(msg, start, end);
    if (blocks < 0) return bgpsecSecurePath;
    if (external && hasConfederation(msg, start + 2, blocks)) return bgpsecConfederation;
    const segments = (blocks - start - 2) / SEGMENT;
    let count = 0;
    for (let at = blocks; at < end; ) {
      if (++count > 2 || end - at < BLOCK_HEADER) return bgpsecSignatureBlock;
      const next = at + u16(msg, at);
      if (next > end) return bgpsecSignatureBlock;
      const signatures = signaturesIn(msg, at + BLOCK_HEADER, next);
      if (signatures < 0) return bgpsecSignatureBlock;
      // §5.2: as many signatures as segments, in a block of an unknown algorithm as well.
      if (signatures !== segments) return bgpsecSignatureCount;
      at = next;
    }
    return count === 0 ? bgpsecSignatureBlock : null;
  },

  read(msg, start, end) {
    const blocks = start + u16(msg, start);
    const securePath: SecurePathSegment[] = [];
    for (let at = start + 2; at < blocks; at += SEGMENT) {
      securePath.push({ pCount: u8(msg, at), flags: u8(msg, at + 1), as: u32(msg, at + 2) });
    }
    const signatureBlocks: SignatureBlock[] = [];
    for (let at = blocks; at < end; at += u16(msg, at)) {
      signatureBlocks.push({
        algorithm: u8(msg, at + 2),
        signatures: readSignatures(msg, at + BLOCK_HEADER, at + u16(msg, at)),
      });
    }
    return { securePath, signatureBlocks };
  },

  size({ securePath, signatureBlocks }) {
    return 2 + securePath.length * SEGMENT + signatureBlocks.reduce((sum, block) => sum + blockSize(block), 0);
  },

  encode({ securePath, signatureBlocks }, out, start) {
    if (securePath.length === 0) throw new RangeError("a Secure_Path has at least one segment");
    if (signatureBlocks.length !== 1 && signatureBlocks.length !== 2) {
      throw new RangeError(`BGPsec_Path has one or two signature blocks, not ${signatureBlocks.length}`);
    }
    let at = setU16(out, start, within(0xffff, 2 + securePath.length * SEGMENT, "the length of a Secure_Path"));
    for (const { pCount, flags, as } of securePath) {
      at = setU8(out, at, within(0xff, pCount, "a pCount"));
      at = setU8(out, at, within(0xff, flags, "the flags of a segment"));
      at = setU32(out, at, within(0xffffffff, as, "ASN"));
    }
    for (const block of signatureBlocks) {
      if (block.signatures.length !== securePath.length) {
        throw new RangeError(`${securePath.length} segments have as many signatures, not ${block.signatures.length}`);
      }
      at = writeBlock(block, out, at);
    }
    return at;
  },
};

/** The octet after the Secure_Path; -1 when there is none of at least one segment. */
const securePathEnd = (msg: Uint8Array, start: number, end: number): number => {
  if (end - start < 2 + SEGMENT) return -1;
  const length = u16(msg, start);
  const fits = length >= 2 + SEGMENT && (length - 2) % SEGMENT === 0 && start + length <= end;
  return fits ? start + length : -1;
};

const hasConfederation = (msg: Uint8Array, start: number, end: number): boolean => {
  for (let at = start; at < end; at += SEGMENT) if ((u8(msg, at + 1) & CONFED_SEGMENT) !== 0) return true;
  return false;
};

/** How many signature segments fill [start, end); -1 when they do not fill it exactly. */
const signaturesIn = (msg: Uint8Array, start: number, end: number): number => {
  let count = 0;
  let at = start;
  while (at < end) {
    if (end - at < SIGNATURE_HEADER) return -1;
    at += SIGNATURE_HEADER + u16(msg, at + SKI);
    count++;
  }
  return at === end ? count : -1;
};

const readSignatures = (msg: Uint8Array, start: number, end: number): readonly SignatureSegment[] => {
  const signatures: SignatureSegment[] = [];
  for (let at = start; at < end; ) {
    const next = at + SIGNATURE_HEADER + u16(msg, at + SKI);
    signatures.push({
      ski: copyOctets(msg, at, at + SKI),
      signature: copyOctets(msg, at + SIGNATURE_HEADER, next),
    });
    at = next;
  }
  return signatures;
};

const blockSize = ({ signatures }: SignatureBlock): number =>
  signatures.reduce((sum, { signature }) => sum + SIGNATURE_HEADER + signature.length, BLOCK_HEADER);

const writeBlock = (block: SignatureBlock, out: Uint8Array, start: number): number => {
  let at = setU16(out, start, within(0xffff, blockSize(block), "the length of a signature block"));
  at = setU8(out, at, within(0xff, block.algorithm, "an algorithm suite"));
  for (const { ski, signature } of block.signatures) {
    if (ski.length !== SKI) throw new RangeError(`a subject key identifier has 20 octets, not ${ski.length}`);
    at = setU16(out, setOctets(out, at, ski), signature.length);
    at = setOctets(out, at, signature);
  }
  return at;
};
