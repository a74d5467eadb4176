import { MessageType } from "../../src/codec/iana.js";
import { ORDINARY_MAX_MESSAGE } from "../../src/codec/session-context.js";
import { CONTEXT_OCTETS } from "../targets/context.js";
import { messageOf } from "../targets/message.js";

/** What a program that knows nothing of Kiln's inputs is given of them. */
export interface Wire {
  /** The same input in the ordinary session: external, four-octet AS, IPv4 and IPv6 unicast, 4096 octets, no path ids. */
  ordinary(data: Uint8Array): Uint8Array;
  /** The octets as they travel: a whole message with its header, or the value of one field. */
  octets(ordinary: Uint8Array): Uint8Array;
}

/** By the name of a target; of those that have no octets of context, the input itself. */
export const wireOf = (target: string): Wire => {
  const lead = LEADS.find(([of]) => of.test(target))?.[1] ?? 0;
  const type = TYPES[target];
  return {
    ordinary(data) {
      const input = Uint8Array.from(data);
      input.fill(0, 0, lead);
      return input;
    },
    octets(input) {
      const octets = input.subarray(lead);
      return type === undefined ? octets : messageOf(type, octets, ORDINARY_MAX_MESSAGE);
    },
  };
};

/** Octets of context in front. */
const LEADS: readonly (readonly [of: RegExp, octets: number])[] = [
  [/^(message-update|attribute-|nlri-|community-)/, CONTEXT_OCTETS],
  [/^message-route-refresh$/, 1],
  [/^frame-stream$/, 4],
];

const TYPES: Readonly<Record<string, MessageType>> = {
  "message-open": MessageType.Open,
  "message-update": MessageType.Update,
  "message-notification": MessageType.Notification,
  "message-route-refresh": MessageType.RouteRefresh,
};
