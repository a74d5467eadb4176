import type { PduSpec } from "../rtr.js";
import { serialNotify } from "./00-serial-notify.js";
import { serialQuery } from "./01-serial-query.js";
import { resetQuery } from "./02-reset-query.js";
import { cacheResponse } from "./03-cache-response.js";
import { ipv4Prefix } from "./04-ipv4-prefix.js";
import { ipv6Prefix } from "./06-ipv6-prefix.js";
import { endOfData } from "./07-end-of-data.js";
import { cacheReset } from "./08-cache-reset.js";
import { routerKey } from "./09-router-key.js";
import { errorReport } from "./10-error-report.js";
import { aspa } from "./11-aspa.js";

/** Every PDU of the RPKI-Router protocol, by type. A new one is one more line here. */
// biome-ignore lint/suspicious/noExplicitAny: the table holds specs of many value types
export const pdus: readonly PduSpec<any>[] = [
  serialNotify,
  serialQuery,
  resetQuery,
  cacheResponse,
  ipv4Prefix,
  ipv6Prefix,
  endOfData,
  cacheReset,
  routerKey,
  errorReport,
  aspa,
];

const byType: ReadonlyMap<number, PduSpec<unknown>> = new Map(pdus.map((spec) => [spec.type, spec]));

export const pduOf = (type: number): PduSpec<unknown> | undefined => byType.get(type);
