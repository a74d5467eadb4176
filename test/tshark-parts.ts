import type { MpReach } from "../src/codec/attribute/14-mp-reach-nlri.js";
import type { MpUnreach } from "../src/codec/attribute/15-mp-unreach-nlri.js";
import type { AttrSet } from "../src/codec/attribute/128-attr-set.js";
import { attributeOf } from "../src/codec/attribute/index.js";
import { type Attribute, Flag } from "../src/codec/attribute.js";
import { capabilityOf } from "../src/codec/capability/index.js";
import type { Capability } from "../src/codec/capability.js";
import { type Family, Ipv4Unicast } from "../src/codec/iana.js";
import { encodeNotification, type Notification } from "../src/codec/message/notification.js";
import { encodeOpen, type OpenToSend } from "../src/codec/message/open.js";
import type { Orf } from "../src/codec/message/orf.js";
import { encodeRouteRefresh, type RouteRefresh } from "../src/codec/message/route-refresh.js";
import { encodeUpdate, type Update } from "../src/codec/message/update.js";
import { nlriOf } from "../src/codec/nlri/index.js";
import type { NlriSpec, RouteForm } from "../src/codec/nlri.js";
import { EXTENDED_MAX_MESSAGE, type SessionContext } from "../src/codec/session-context.js";

/** What a message, or the only thing in it, is. */
export type Subject =
  /** `isExtended`: the OPEN's parameters have the lengths of RFC 9072. */
  | { readonly kind: "open"; readonly isExtended: boolean }
  | { readonly kind: "update" }
  | { readonly kind: "route-refresh"; readonly orfs: readonly Orf[] }
  | { readonly kind: "notification"; readonly notification: Notification }
  | { readonly kind: "capability"; readonly capability: Capability; readonly isExtended: boolean }
  | { readonly kind: "orf"; readonly orf: Orf }
  | AttributeValue
  | Routes;

/** An attribute of any code but 14 and 15, whose values are routes. */
export interface AttributeValue {
  readonly kind: "attribute";
  readonly code: number;
  readonly value: unknown;
  /** It stands in an ATTR_SET. */
  readonly isInSet: boolean;
}

/** A run of routes of one family; of a family that no module reads, there are only octets. */
export interface Routes {
  readonly kind: "routes";
  readonly family: Family;
  readonly addPath: boolean;
  readonly withdrawn: boolean;
  /** Octets of the next hop; none when the routes stand in a field of the UPDATE, or are withdrawn. */
  readonly nextHop: Uint8Array | null;
  // biome-ignore lint/suspicious/noExplicitAny: routes of every family
  readonly routes: readonly any[];
  readonly octets: Uint8Array;
}

/**
 * A message to show to tshark. What it complains about is looked for in smaller messages, each with one part of this one:
 * a message has fields, attributes, capabilities or filters; a list has items; routes with path identifiers are also
 * tried without.
 */
export interface Part {
  readonly name: string;
  readonly subject: Subject;
  readonly asnSize: 2 | 4;
  readonly message: Uint8Array;
  parts(): Part[];
}

export const updatePart = (update: Update, own: SessionContext): Part => {
  const session = { ...own, maxMessage: EXTENDED_MAX_MESSAGE };
  return {
    name: "UPDATE",
    subject: { kind: "update" },
    asnSize: own.asnSize,
    message: encodeUpdate(update, own),
    parts: () => [
      ...fieldParts("withdrawn", update.withdrawn, session),
      ...update.attributes.map((one) =>
        attributePart(one, { session, asnSize: own.asnSize, isInSet: false, outermost: (attribute) => attribute }),
      ),
      ...fieldParts("nlri", update.nlri, session),
    ],
  };
};

export const openPart = (open: OpenToSend): Part => {
  const message = encodeOpen(open);
  return {
    name: "OPEN",
    subject: { kind: "open", isExtended: isExtended(message) },
    asnSize: 4,
    message,
    parts: () => open.capabilities.map((one) => capabilityPart(one, open)),
  };
};

const capabilityPart = (capability: Capability, open: OpenToSend): Part => {
  const message = encodeOpen({ ...open, as: 64512, capabilities: [capability] });
  return {
    name: `capability ${capability.code} ${capabilityOf(capability.code)?.name ?? "of no name"}`,
    subject: { kind: "capability", capability, isExtended: isExtended(message) },
    asnSize: 4,
    message,
    parts: () => [],
  };
};

// RFC 9072 §2: the type of the first parameter, 255, says so.
const isExtended = (open: Uint8Array): boolean => open[29] === 255;

export const notificationPart = (notification: Notification): Part => ({
  name: `NOTIFICATION ${notification.code}/${notification.subcode}`,
  subject: { kind: "notification", notification },
  asnSize: 4,
  message: encodeNotification(notification),
  parts: () => [],
});

export const routeRefreshPart = (refresh: RouteRefresh): Part => ({
  name: "ROUTE-REFRESH",
  subject: { kind: "route-refresh", orfs: refresh.orf?.orfs ?? [] },
  asnSize: 4,
  message: encodeRouteRefresh(refresh),
  parts: () => {
    const { orf: filters } = refresh;
    if (filters === undefined) return [];
    return filters.orfs.map((orf) => ({
      name: `ORF ${orf.type}`,
      subject: { kind: "orf", orf },
      asnSize: 4,
      message: encodeRouteRefresh({ ...refresh, orf: { ...filters, orfs: [orf] } }),
      parts: () => [],
    }));
  },
});

/** An UPDATE of these attributes, in a message of any length. */
const updateOf = (attributes: readonly Attribute[], session: SessionContext): Uint8Array =>
  encodeUpdate({ withdrawn: [], attributes, nlri: [] }, session);

/** ORIGIN, AS_PATH and NEXT_HOP: without any attribute, tshark does not look at the routes behind them. */
const MANDATORY: readonly Attribute[] = [
  { code: 1, flags: Flag.Transitive, value: 0 },
  { code: 2, flags: Flag.Transitive, value: [] },
  { code: 3, flags: Flag.Transitive, value: Uint8Array.of(192, 0, 2, 1) },
];

/** IPv4 routes where RFC 4271 has them. */
const fieldParts = (field: "withdrawn" | "nlri", routes: Update["nlri"], session: SessionContext): Part[] => {
  if (routes.length === 0) return [];
  const empty: Update = { withdrawn: [], attributes: field === "nlri" ? MANDATORY : [], nlri: [] };
  const spec = nlriOf(Ipv4Unicast);
  if (spec === undefined) throw new RangeError("IPv4 unicast routes have no module");
  return [
    routesPart(routes, session, {
      name: `IPv4 routes in ${field}`,
      spec,
      family: Ipv4Unicast,
      form: "single",
      withdrawn: field === "withdrawn",
      nextHop: null,
      write: (some, of) => encodeUpdate({ ...empty, [field]: some }, of),
    }),
  ];
};

/** Where an attribute stands. */
interface Place {
  /** How it is written there. */
  readonly session: SessionContext;
  readonly isInSet: boolean;
  /** Of the session that the whole message belongs to. */
  readonly asnSize: 2 | 4;
  /** The attribute of the UPDATE that it is, or that holds it. */
  outermost(attribute: Attribute): Attribute;
}

const attributePart = (attribute: Attribute, place: Place): Part => {
  const { code, value } = attribute;
  const { session, asnSize } = place;
  if (code === 14) return reachPart(value as MpReach, session);
  if (code === 15) return unreachPart(value as MpUnreach, session);
  const spec = attributeOf(code);
  return {
    name: `attribute ${code} ${spec?.name ?? "of no name"}`,
    subject: { kind: "attribute", code, value, isInSet: place.isInSet },
    asnSize,
    message: updateOf([place.outermost(attribute)], session),
    parts: () => insideOf(attribute, place),
  };
};

/** Attributes that are lists of TLVs, each of which may stand alone: tunnels, link state, Prefix-SID. */
const LISTS: ReadonlySet<number> = new Set([23, 29, 40]);

/** Attributes of a set, or items of a list. */
const insideOf = (attribute: Attribute, place: Place): Part[] => {
  const { code, value } = attribute;
  if (code === 128) {
    const set = value as AttrSet;
    const inside: Place = {
      // RFC 6368 §5: AS numbers in a set have four octets.
      session: { ...place.session, asnSize: 4 },
      asnSize: place.asnSize,
      isInSet: true,
      outermost: (one) => place.outermost({ ...attribute, value: { ...set, attributes: [one] } }),
    };
    return set.attributes.map((one) => attributePart(one, inside));
  }
  return LISTS.has(code) && Array.isArray(value) && value.length > 1
    ? value.map((item) => attributePart({ ...attribute, value: [item] }, place))
    : [];
};

interface Run {
  readonly name: string;
  readonly spec: NlriSpec<unknown> | undefined;
  readonly family: Family;
  readonly form: RouteForm;
  readonly withdrawn: boolean;
  readonly nextHop: Uint8Array | null;
  // biome-ignore lint/suspicious/noExplicitAny: routes of every family
  write(routes: readonly any[], session: SessionContext): Uint8Array;
}

const reachPart = ({ family, nextHop, nlri }: MpReach, session: SessionContext): Part =>
  mpPart(nlri, session, {
    name: `MP_REACH_NLRI ${familyName(family)}`,
    spec: nlriOf(family),
    family,
    form: session.multipleLabels.has(family) ? "stack" : "single",
    withdrawn: false,
    nextHop,
    write: (some, of) => updateOf([{ code: 14, flags: Flag.Optional, value: { family, nextHop, nlri: some } }], of),
  });

const unreachPart = ({ family, nlri }: MpUnreach, session: SessionContext): Part =>
  mpPart(nlri, session, {
    name: `MP_UNREACH_NLRI ${familyName(family)}`,
    spec: nlriOf(family),
    family,
    form: "withdrawn",
    withdrawn: true,
    nextHop: null,
    write: (some, of) => updateOf([{ code: 15, flags: Flag.Optional, value: { family, nlri: some } }], of),
  });

const familyName = (family: Family): string => nlriOf(family)?.name ?? `${family >>> 8}/${family & 0xff}`;

const mpPart = (nlri: readonly unknown[] | Uint8Array, session: SessionContext, run: Run): Part => {
  if (!(nlri instanceof Uint8Array)) return routesPart(nlri, session, run);
  return {
    name: run.name,
    subject: { ...run, kind: "routes", addPath: false, routes: [], octets: nlri },
    asnSize: session.asnSize,
    message: run.write(nlri as never, session),
    parts: () => [],
  };
};

const routesPart = (routes: readonly unknown[], session: SessionContext, run: Run): Part => {
  const { spec, family, form } = run;
  const addPath = session.addPath.has(family);
  const octets = new Uint8Array(routes.reduce<number>((sum, one) => sum + (spec?.size(one, addPath, form) ?? 0), 0));
  routes.reduce<number>((at, one) => spec?.encode(one, octets, at, addPath, form) ?? at, 0);
  return {
    name: addPath ? `${run.name} with path identifiers` : run.name,
    subject: { ...run, kind: "routes", addPath, routes, octets },
    asnSize: session.asnSize,
    message: run.write(routes, session),
    parts: () => {
      if (addPath) {
        const without = { ...session, addPath: new Set([...session.addPath].filter((one) => one !== family)) };
        return [routesPart(routes.map(withoutPathId), without, run)];
      }
      return routes.length < 2 ? [] : routes.map((one) => routesPart([one], session, run));
    },
  };
};

const withoutPathId = (route: unknown): unknown => {
  const { pathId: _, ...rest } = route as { readonly pathId?: number };
  return rest;
};
