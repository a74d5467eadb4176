import type { Fault } from "../fault.js";
import { setU8, setU32, u8, u32, within } from "../octets.js";
import { fatal, HEADER_FIELD, PDU_HEADER, type PduSpec, RtrError } from "../rtr.js";

/** The providers of an AS, all of them: an announcement replaces the one before. */
export interface Aspa {
  /** Else the customer's record is withdrawn, and there are no providers. */
  readonly announce: boolean;
  readonly customer: number;
  /** In increasing order. AS 0 alone: the customer has no provider. */
  readonly providers: readonly number[];
}

const CLAUSE = "draft-ietf-sidrops-8210bis §5.12";
const providerList = (what: string): Fault => fatal(`aspa/${what}`, RtrError.AspaProviderList, CLAUSE);

export const aspaLength: Fault = fatal("aspa/wrong-length", RtrError.CorruptData, CLAUSE);
export const aspaNoProvider: Fault = providerList("no-provider");
export const aspaProviderOrder: Fault = providerList("provider-order");
export const aspaZeroProvider: Fault = providerList("as-zero-among-others");
export const aspaWithdrawnProviders: Fault = providerList("providers-withdrawn");

const PROVIDERS = PDU_HEADER + 4;

/**
 * ASPA, draft-ietf-sidrops-8210bis §5.12, as of its revisions 25 to 27.
 *
 *     | version (1) = 2 | type (1) = 11 | flags (1) | zero (1) | length (4) | customer AS (4) | provider AS (4) … |
 *
 * The draft names error 9 for an announcement without providers and for AS 0 among several. It names none for a list
 * that is not increasing, or for one in a withdrawal: they are errors of that list, too.
 */
export const aspa: PduSpec<Aspa> = {
  type: 11,
  name: "ASPA",
  versions: [2],
  faults: [aspaLength, aspaNoProvider, aspaProviderOrder, aspaZeroProvider, aspaWithdrawnProviders],

  check(msg, start, end) {
    const providers = end - start - PROVIDERS;
    if (providers < 0 || providers % 4 !== 0) return aspaLength;
    if (!isAnnounced(msg, start)) return providers === 0 ? null : aspaWithdrawnProviders;
    if (providers === 0) return aspaNoProvider;
    for (let at = start + PROVIDERS + 4; at < end; at += 4) {
      if (u32(msg, at) <= u32(msg, at - 4)) return aspaProviderOrder;
    }
    return providers > 4 && u32(msg, start + PROVIDERS) === 0 ? aspaZeroProvider : null;
  },

  read(msg, start, end) {
    const providers: number[] = [];
    for (let at = start + PROVIDERS; at < end; at += 4) providers.push(u32(msg, at));
    return { announce: isAnnounced(msg, start), customer: u32(msg, start + PDU_HEADER), providers };
  },

  size: ({ providers }) => PROVIDERS + 4 * providers.length,

  encode({ announce, customer, providers }, out, start) {
    setU8(out, start + HEADER_FIELD, announce ? 1 : 0);
    let at = setU32(out, start + PDU_HEADER, within(0xffffffff, customer, "the customer AS"));
    for (const one of providers) at = setU32(out, at, within(0xffffffff, one, "a provider AS"));
    const fault = aspa.check(out, start, at, 2);
    if (fault !== null) throw new RangeError(`no ASPA PDU has such providers: ${fault.id}`);
  },
};

const isAnnounced = (msg: Uint8Array, start: number): boolean => (u8(msg, start + HEADER_FIELD) & 1) === 1;
