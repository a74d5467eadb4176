import type { Fault } from "../fault.js";
import { fatal, PDU_HEADER, type PduSpec } from "../rtr.js";

export interface BareSpec extends PduSpec<null> {
  readonly wrongLength: Fault;
}

/**
 * Reset Query and Cache Reset, RFC 8210 §5.4 and §5.9: a header that says it all. The value is null.
 *
 *     | version (1) | type (1) | zero (2) | length (4) = 8 |
 */
export const barePdu = (type: number, name: string, id: string): BareSpec => {
  const wrongLength = fatal(`${id}/wrong-length`);
  return {
    type,
    name,
    versions: [0, 1, 2],
    faults: [wrongLength],
    wrongLength,
    check: (_msg, start, end) => (end - start === PDU_HEADER ? null : wrongLength),
    read: () => null,
    size: () => PDU_HEADER,
    encode: () => {},
  };
};
