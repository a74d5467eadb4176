import type { PeerConfig } from "../../src/speaker/settings.js";
import type { FarEnd } from "./speaker.js";
import type { Path } from "./speaker-routes.js";
import { OracleViolation } from "./violation.js";

/** One peer as the rules of advertising see it. */
export interface Side {
  readonly end: FarEnd;
  readonly config: PeerConfig;
  readonly external: boolean;
}

/**
 * What `target` was told is what `source` announced: every route, with its attributes, and none that must not be passed on.
 * What surely has to be passed on was told.
 */
export const advertisingHolds = (source: Side, target: Side, localAs: number): void => {
  const { announced } = source.end;
  for (const [prefix, paths] of target.end.told.prefixes) {
    const candidates = [...(announced.prefixes.get(prefix)?.values() ?? [])];
    const allowed = candidates.filter((path) => !isKept(path, source, target, localAs));
    if (candidates.length === 0) violated("a route is advertised that nobody announces", prefix);
    if (allowed.length === 0) violated("a route is advertised that must not be", prefix);
    if (paths.size > candidates.length) violated("more paths are advertised than there are", prefix);
    for (const path of paths.values()) {
      if (!allowed.some((one) => becomes(one, path, source, target, localAs))) {
        violated("a route is advertised with other attributes than it came with", `${prefix}: ${JSON.stringify(path)}`);
      }
    }
  }
  const { agreement, phase } = target.end;
  if (agreement === null || phase !== "Established" || source.end.isVague) return;
  for (const [prefix, paths] of announced.prefixes) {
    const family = Number(prefix.slice(0, prefix.indexOf("/")));
    if (!agreement.send.families.has(family) || target.end.announced.prefixes.has(prefix)) continue;
    const all = [...paths.values()];
    if (!all.every((path) => isPlain(path) && !isKept(path, source, target, localAs))) continue;
    const told = target.end.told.prefixes.get(prefix)?.size ?? 0;
    if (told < (agreement.send.addPath.has(family) ? all.length : 1)) violated("a route is not advertised", prefix);
  }
};

/** Routes that `source` has announced and that the RIB surely holds. */
export const surelyHeld = (source: Side, localAs: number): number => {
  let count = 0;
  for (const paths of source.end.announced.prefixes.values()) {
    for (const path of paths.values()) if (isPlain(path) && !isRefused(path, source, localAs)) count++;
  }
  return count;
};

/** Well-known communities, RFC 1997. */
const NO_EXPORT = 0xffffff01;
const NO_ADVERTISE = 0xffffff02;
const NO_EXPORT_SUBCONFED = 0xffffff03;
/** 192.0.2.1 */
const OUR_IDENTIFIER = 0xc0000201;

/** Our roles, RFC 9234 §4: as a customer, a client of a route server or a peer we mark what we take in, and keep it from such. */
const isBelow = ({ config: { role }, external }: Side): boolean =>
  external && (role === "customer" || role === "rs-client" || role === "peer");
const isAbove = ({ config: { role }, external }: Side): boolean => external && (role === "provider" || role === "rs");

/** Whether a path must not be used at all. */
const isRefused = ({ asns, reflectors, otc }: Path, source: Side, localAs: number): boolean => {
  // RFC 4271 §9.1.2; RFC 4456 §8.
  if (asns.includes(localAs) || (!source.external && reflectors.includes(OUR_IDENTIFIER))) return true;
  // RFC 9234 §5, ingress.
  const isFromOther = source.external && source.config.role === "peer" && otc !== source.config.as;
  return otc !== null && (isAbove(source) || isFromOther);
};

/** Whether a path must not go from one to the other. */
const isKept = (path: Path, source: Side, target: Side, localAs: number): boolean => {
  if (isRefused(path, source, localAs)) return true;
  if (path.communities.includes(NO_ADVERTISE)) return true;
  const isConfined = path.communities.includes(NO_EXPORT) || path.communities.includes(NO_EXPORT_SUBCONFED);
  if (target.external && isConfined) return true;
  // RFC 4271 §9.2, RFC 4456 §6.
  const isReflected = source.config.routeReflectorClient || target.config.routeReflectorClient;
  if (!source.external && !target.external && !isReflected) return true;
  // RFC 9234 §5, egress.
  return (path.otc !== null || isBelow(source)) && isBelow(target);
};

/** Attributes that no rule but those of `isKept` asks about. */
const PLAIN: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 8, 9, 10, 14, 15, 32, 35]);

/** Whether nothing about a path leaves a choice: it is held and passed on. */
const isPlain = ({ asPath, codes, communities, nextHop, size }: Path): boolean =>
  asPath !== null &&
  codes.every((code) => PLAIN.has(code)) &&
  communities.every((one) => one < 0xffff0000) &&
  /^(0a|c00002|20010db8)/.test(nextHop) &&
  // Longer attributes may leave no room for what is added to them.
  size < 2000;

/** Whether `told` is what becomes of `path` on its way (RFC 4271 §5.1). */
const becomes = (path: Path, told: Path, source: Side, target: Side, localAs: number): boolean => {
  if (told.origin !== path.origin) return false;
  if (told.otc !== otcOf(path, source, target, localAs)) return false;
  for (const code of [8, 32]) if (told.kept.get(code) !== path.kept.get(code)) return false;
  if (target.external && told.nextHop !== OUR_NEXT_HOPS[told.nextHop.length]) return false;
  // Where AS numbers were squeezed into two octets on either side, AS4_PATH has a say: that is for other tests.
  const narrow = [source.end.agreement?.receive, target.end.agreement?.send].some((one) => one?.asnSize !== 4);
  if (narrow || path.asPath === null) return true;
  return told.asPath === (target.external ? `${localAs} ${path.asPath}`.trimEnd() : path.asPath);
};

/** RFC 9234 §5: what came with none gets one when it comes from above or beside us, or goes beside or below. */
const otcOf = ({ otc }: Path, source: Side, target: Side, localAs: number): number | null => {
  if (otc !== null) return otc;
  if (isBelow(source)) return source.config.as;
  return isAbove(target) || (target.external && target.config.role === "peer") ? localAs : null;
};

/** 192.0.2.1 and 2001:db8::1, by how many digits they have. */
const OUR_NEXT_HOPS: Readonly<Record<number, string>> = {
  8: "c0000201",
  32: "20010db8000000000000000000000001",
};

const violated = (what: string, shown: string): never => {
  throw new OracleViolation("speaker", what, shown);
};
