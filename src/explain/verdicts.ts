import { attributes } from "../codec/attribute/index.js";
import { attributeName } from "../codec/attribute/names.js";
import { capabilities } from "../codec/capability/index.js";
import { capabilityListFaults } from "../codec/capability/list.js";
import type { Fault } from "../codec/fault.js";
import { frameFaults } from "../codec/frame.js";
import { afiOf, safiOf } from "../codec/iana.js";
import { notificationFaults } from "../codec/message/notification.js";
import { openFaults } from "../codec/message/open.js";
import { routeRefreshFaults } from "../codec/message/route-refresh.js";
import { updateFaults } from "../codec/message/update.js";
import { nlriFamilies } from "../codec/nlri/index.js";
import { type VerdictName, verdictName } from "../codec/verdict-name.js";
import { negotiateFaults } from "../session/negotiate.js";

/** One fault that a peer can be guilty of, and what is done about it. */
export interface VerdictRow {
  /** `attribute 1 ORIGIN`, `capability 9 role`, `family 1/1 ipv4-unicast`, `UPDATE`. */
  readonly subject: string;
  readonly fault: string;
  readonly verdict: VerdictName;
  /** Whether only a part of the subject is left out, and the rest of it stands. */
  readonly partial: boolean;
  /** NOTIFICATION code and subcode, sent when the verdict resets the session. */
  readonly code: number;
  readonly subcode: number;
  readonly clause: string;
}

export interface VerdictTables {
  /** Path attributes, and the UPDATE that carries them. */
  readonly attributes: readonly VerdictRow[];
  /** The other messages, OPEN's parameters and capabilities, and the routes of each family. */
  readonly others: readonly VerdictRow[];
}

/** Every fault that the codec and the session know, from the modules that declare them. */
export const verdictTables = (): VerdictTables => ({
  attributes: [
    ...attributes.flatMap(({ code, faults, partial = [] }) =>
      rows(`attribute ${code} ${attributeName(code)}`, faults, partial),
    ),
    ...rows("UPDATE", updateFaults),
  ],
  others: [
    ...rows("header", frameFaults),
    ...rows(
      "OPEN",
      openFaults.filter((fault) => !capabilityFaults.has(fault)),
    ),
    ...rows("OPEN, against ours", negotiateFaults),
    ...capabilities.flatMap(({ code, name, faults, partial }) => rows(`capability ${code} ${name}`, faults, partial)),
    ...rows(
      "capability of any code",
      capabilityListFaults.filter((fault) => !moduleFaults.has(fault)),
    ),
    ...nlriFamilies.flatMap(({ family, name, faults, partial }) =>
      rows(`family ${afiOf(family)}/${safiOf(family)} ${name}`, faults, partial),
    ),
    ...rows("NOTIFICATION", notificationFaults),
    ...rows("ROUTE-REFRESH", routeRefreshFaults),
  ],
});

/** Both tables as Markdown. */
export const verdictMarkdown = ({ attributes: first, others }: VerdictTables): string =>
  [
    "## Path attributes and UPDATE\n",
    markdown(first),
    "\n## Other messages, capabilities, families\n",
    markdown(others),
    "",
    "A fault of routes counts as such in the UPDATE's own fields; in MP_REACH_NLRI and MP_UNREACH_NLRI it makes the attribute",
    "malformed (`bad-nlri`), or leaves out that one route (`route-discarded`) where its verdict is discard.",
  ].join("\n");

const moduleFaults: ReadonlySet<Fault> = new Set(capabilities.flatMap(({ faults }) => [...faults]));
const capabilityFaults: ReadonlySet<Fault> = new Set([...moduleFaults, ...capabilityListFaults]);

const rows = (subject: string, faults: readonly Fault[], partial: readonly Fault[] = []): VerdictRow[] =>
  faults.map((fault) => ({
    subject,
    fault: fault.id,
    verdict: verdictName(fault.verdict),
    partial: partial.includes(fault),
    code: fault.notify[0],
    subcode: fault.notify[1],
    clause: fault.rfc,
  }));

const markdown = (table: readonly VerdictRow[]): string => {
  const lines = table.map(
    ({ subject, fault, verdict, partial, code, subcode, clause }) =>
      `| ${subject} | ${fault} | ${verdict}${partial ? " (that part)" : ""} | ${code}/${subcode} | ${clause} |`,
  );
  return ["| subject | fault | verdict | code | clause |", "|---|---|---|---|---|", ...lines].join("\n");
};
