import { fourOctetAs } from "../codec/capability/65-four-octet-as.js";
import { lastValueOf } from "../codec/capability/list.js";
import type { Verdict } from "../codec/fault.js";
import { type Family, MessageType } from "../codec/iana.js";
import { decodeOpen, type Open } from "../codec/message/open.js";
import { UpdateWalk, walkUpdate } from "../codec/message/update.js";
import { nlriFamilies } from "../codec/nlri/index.js";
import { u8, u24 } from "../codec/octets.js";
import { EXTENDED_MAX_MESSAGE, type SessionContext } from "../codec/session-context.js";
import { negotiate } from "../session/negotiate.js";
import type { RawMessage } from "./input.js";

/** What is known of a session beforehand; what is not is taken from its OPENs, or assumed. */
export interface Assumptions {
  /** Octets of an AS number. */
  readonly asnSize?: 2 | 4;
  readonly external?: boolean;
  /** Families with path identifiers. */
  readonly addPath?: readonly Family[];
  /** Labeled families carry stacks of labels (RFC 8277 §2.1). */
  readonly labelStacks?: boolean;
}

/** Tells in which session a message travels, from the OPENs that came before it. */
export class Sessions {
  readonly #assumptions: Assumptions;
  readonly #opens = new Map<string, Open>();
  /** By direction: what its OPENs agreed on, null when they did not; made when it is first asked for. */
  readonly #agreements = new Map<string, SessionContext | null>();

  constructor(assumptions: Assumptions) {
    this.#assumptions = assumptions;
  }

  /** The context of one message, and whether it was agreed on in OPENs that were seen. */
  of(message: RawMessage): { readonly session: SessionContext; readonly agreed: boolean } {
    const agreed = this.#agreed(message);
    if (agreed !== null) return { session: this.#overridden(agreed), agreed: true };
    return { session: this.#assumed(message), agreed: false };
  }

  /** Remembers an OPEN. */
  note({ from, to, octets }: RawMessage): void {
    if (octets[18] !== MessageType.Open) return;
    const { value } = decodeOpen(octets, 0, octets.length);
    if (value === null) return;
    this.#opens.set(`${from}>${to}`, value);
    this.#agreements.delete(`${from}>${to}`);
    this.#agreements.delete(`${to}>${from}`);
  }

  #agreed({ from, to }: RawMessage): SessionContext | null {
    if (from === null) return null;
    const sender = this.#opens.get(`${from}>${to}`);
    const receiver = this.#opens.get(`${to}>${from}`);
    if (sender === undefined || receiver === undefined) return null;
    const known = this.#agreements.get(`${from}>${to}`);
    if (known !== undefined) return known;
    const { value } = negotiate({ ...receiver, as: asOf(receiver) }, sender, { peerAs: asOf(sender) });
    const agreed = value?.receive ?? null;
    this.#agreements.set(`${from}>${to}`, agreed);
    return agreed;
  }

  #overridden(session: SessionContext): SessionContext {
    const { asnSize, external } = this.#assumptions;
    return { ...session, asnSize: asnSize ?? session.asnSize, external: external ?? session.external };
  }

  /** Everything is allowed that may be; AS numbers have four octets unless only two make sense of the message. */
  #assumed({ octets }: RawMessage): SessionContext {
    const { asnSize, external = false, addPath = [], labelStacks = false } = this.#assumptions;
    const families = new Set([...nlriFamilies.map(({ family }) => family), ...familiesIn(octets)]);
    const session: SessionContext = {
      asnSize: asnSize ?? 4,
      localAs: 65_535,
      peerAs: external ? 65_534 : 65_535,
      external,
      families,
      addPath: new Set(addPath),
      maxMessage: EXTENDED_MAX_MESSAGE,
      extendedNextHop: families,
      multipleLabels: labelStacks ? families : new Set(),
    };
    if (asnSize !== undefined || octets[18] !== MessageType.Update) return session;
    const two: SessionContext = { ...session, asnSize: 2 };
    return verdictOf(octets, two) < verdictOf(octets, session) ? two : session;
  }
}

const asOf = (open: Open): number => lastValueOf(open.capabilities, fourOctetAs) ?? open.as;

const verdictOf = (octets: Uint8Array, session: SessionContext): Verdict | 0 =>
  walkUpdate(octets, 0, octets.length, session, new UpdateWalk())?.verdict ?? 0;

const MP_REACH = 14;
const MP_UNREACH = 15;

/** The families of the multiprotocol attributes: which they are does not depend on a session. */
const familiesIn = (octets: Uint8Array): Family[] => {
  if (octets[18] !== MessageType.Update) return [];
  const families: Family[] = [];
  const at = 19 + 2 + (((octets[19] ?? 0) << 8) | (octets[20] ?? 0));
  const end = Math.min(octets.length, at + 2 + (((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0)));
  for (let next = at + 2; next + 4 <= end; ) {
    const code = u8(octets, next + 1);
    const isLong = (u8(octets, next) & 0x10) !== 0;
    const length = isLong ? (u8(octets, next + 2) << 8) | u8(octets, next + 3) : u8(octets, next + 2);
    const value = next + (isLong ? 4 : 3);
    if ((code === MP_REACH || code === MP_UNREACH) && length >= 3 && value + 3 <= end)
      families.push(u24(octets, value));
    next = value + length;
  }
  return families;
};
