import { MessageType } from "../../src/codec/iana.js";
import { fields } from "../../src/codec/message/route-refresh.fields.js";
import {
  decodeRouteRefresh,
  encodeRouteRefresh,
  RefreshSubtype,
  type RouteRefresh,
  routeRefreshFaults,
} from "../../src/codec/message/route-refresh.js";
import { EXTENDED_MAX_MESSAGE } from "../../src/codec/session-context.js";
import { orfReservedCleared } from "../oracle/canonical/route-refresh.js";
import { bounded } from "../oracle/cost.js";
import { type MessageCodec, messageHolds } from "../oracle/message.js";
import { routeRefreshAgrees } from "../oracle/reference/others.js";
import { passingMessageOf } from "./message.js";
import { partsOf } from "./parts.js";
import { outcomeOf, type Target } from "./target.js";

/** ROUTE-REFRESH. Input: an octet whose lowest bit says that the peer did not send capability 70, then what stands behind the header. */
export const routeRefreshTarget: Target = {
  name: "message-route-refresh",
  module: "src/codec/message/route-refresh.ts",
  faults: routeRefreshFaults,

  fuzz(data) {
    const msg = passingMessageOf(MessageType.RouteRefresh, data, 1, EXTENDED_MAX_MESSAGE);
    const enhanced = isEnhanced(data);
    return bounded(() => {
      const { fault, value } = messageHolds(enhanced ? enhancedRefresh : plainRefresh, msg);
      routeRefreshAgrees(msg, enhanced, fault, value);
      return outcomeOf(fault);
    });
  },

  parts: (data) => partsOf(data, 1, (reader) => fields(reader, isEnhanced(data))),

  input: (octets) => {
    const data = new Uint8Array(1 + octets.length);
    data.set(octets, 1);
    return data;
  },
};

const isEnhanced = (data: Uint8Array): boolean => ((data[0] ?? 0) & 1) === 0;

const enhancedRefresh: MessageCodec<RouteRefresh> = {
  faults: routeRefreshFaults,
  decode: (msg, start, end) => decodeRouteRefresh(msg, start, end, true),
  encode: encodeRouteRefresh,
  canonical: orfReservedCleared,
  // RFC 7313 §5: an unknown subtype is read so that it can be logged; we never send one.
  isSendable: ({ subtype }) => subtype <= RefreshSubtype.End,
};

const plainRefresh: MessageCodec<RouteRefresh> = {
  faults: routeRefreshFaults,
  decode: (msg, start, end) => decodeRouteRefresh(msg, start, end, false),
  encode: encodeRouteRefresh,
  // RFC 2918 §3: the reserved octet is sent as zero, ignored when received.
  canonical: (msg) => orfReservedCleared(msg.map((octet, i) => (i === 21 ? 0 : octet))),
};
