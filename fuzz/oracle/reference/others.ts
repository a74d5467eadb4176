import { type Fault, Verdict } from "../../../src/codec/fault.js";
import { ErrorCode, family } from "../../../src/codec/iana.js";
import type { Notification } from "../../../src/codec/message/notification.js";
import type { RouteRefresh } from "../../../src/codec/message/route-refresh.js";
import { same } from "../same.js";
import { complaint, decidesAs } from "./complaint.js";
import { Bit, type Judgement, judgementOf, subcodeBit } from "./judgement.js";
import { isOctets, u8, u16 } from "./octets.js";
import { readFilters } from "./route-filters.js";

/** RFC 4271 §4.5 and §6.4: whatever it says, a NOTIFICATION is well formed and never answered. */
export const judgeNotification = (msg: Uint8Array): Judgement =>
  judgementOf(notificationBits(msg), ErrorCode.MessageHeader);

/** Throws `OracleViolation` where what the codec made of a NOTIFICATION is not what it says; see `updateAgrees`. */
export const notificationAgrees = (msg: Uint8Array, fault: Fault | null, value: Notification | null): void => {
  decidesAs(notificationBits(msg), fault, ErrorCode.MessageHeader, msg);
  if (fault !== null) return;
  const isSame =
    value?.code === u8(msg, 19) && value.subcode === u8(msg, 20) && isOctets(msg, 21, msg.length, value.data);
  if (!isSame) throw complaint("code, subcode or data are not those of the NOTIFICATION", msg);
};

/** RFC 2918 §3 and RFC 7313 §3.2 and §5. `isEnhanced`: the peer sent capability 70. */
export const judgeRouteRefresh = (msg: Uint8Array, isEnhanced: boolean): Judgement =>
  judgementOf(refreshBits(msg, isEnhanced), ErrorCode.RouteRefresh);

/** The same for a ROUTE-REFRESH. */
export const routeRefreshAgrees = (
  msg: Uint8Array,
  isEnhanced: boolean,
  fault: Fault | null,
  value: RouteRefresh | null,
): void => {
  decidesAs(refreshBits(msg, isEnhanced), fault, ErrorCode.RouteRefresh, msg);
  if (fault?.verdict === Verdict.SessionReset) return;
  const isSame =
    value?.family === family(u16(msg, 19), u8(msg, 22)) && value.subtype === (isEnhanced ? u8(msg, 21) : REQUEST);
  if (!isSame) throw complaint("family or subtype are not those of the ROUTE-REFRESH", msg);
  const hasFilters = msg.length > REFRESH && value.subtype === REQUEST;
  const filters = hasFilters ? readFilters(msg, REFRESH, value.family).value : null;
  if (!same(value.orf ?? null, filters)) {
    throw complaint("the route filters are not those of the ROUTE-REFRESH", msg);
  }
};

const LEAST_NOTIFICATION = 21;
const REFRESH = 23;
const REQUEST = 0;
const END = 2;

const notificationBits = (msg: Uint8Array): number =>
  msg.length < LEAST_NOTIFICATION ? Bit.Reset | Bit.Header : Bit.Accepted;

const refreshBits = (msg: Uint8Array, isEnhanced: boolean): number => {
  if (msg.length < REFRESH) return Bit.Reset | Bit.Header;
  const subtype = isEnhanced ? u8(msg, 21) : REQUEST;
  // RFC 7313 §5: another subtype is ignored; with 1 and 2 another length is 7/1.
  if (subtype > END) return Bit.Discard;
  if (msg.length === REFRESH) return Bit.Accepted;
  if (subtype !== REQUEST) return Bit.Reset | subcodeBit(1);
  // RFC 5291 §4: route filters; whatever is wrong with them is ignored.
  return readFilters(msg, REFRESH, family(u16(msg, 19), u8(msg, 22))).isPartial ? Bit.Discard : Bit.Accepted;
};
