import type { AsPath } from "../../src/codec/attribute/02-as-path.js";
import { SegmentType } from "../../src/codec/attribute/02-as-path.js";
import type { MpReach } from "../../src/codec/attribute/14-mp-reach-nlri.js";
import type { MpUnreach } from "../../src/codec/attribute/15-mp-unreach-nlri.js";
import type { Attribute } from "../../src/codec/attribute.js";
import { decisive, Verdict } from "../../src/codec/fault.js";
import { type Family, Ipv4Unicast } from "../../src/codec/iana.js";
import { decodeUpdate } from "../../src/codec/message/update.js";
import type { UnicastRoute } from "../../src/codec/nlri/unicast.js";
import { hex } from "../../src/codec/octets.js";
import type { SessionContext } from "../../src/codec/session-context.js";

/** What an UPDATE says of a route, as far as the oracle goes by it. */
export interface Path {
  /** AS numbers in order, sets in braces; null with confederations. */
  readonly asPath: string | null;
  readonly origin: number;
  /** The attributes that are passed on as they are, by code. */
  readonly kept: ReadonlyMap<number, string>;
  readonly nextHop: string;
  /** Type codes of all attributes. */
  readonly codes: readonly number[];
  readonly communities: readonly number[];
  readonly asns: readonly number[];
  /** The AS number of OTC (RFC 9234 §4), or null. */
  readonly otc: number | null;
  /** ORIGINATOR_ID and CLUSTER_LIST (RFC 4456 §8). */
  readonly reflectors: readonly number[];
  /** Octets of the UPDATE. */
  readonly size: number;
}

/** What came of an UPDATE. */
interface Taken {
  /** The id of the decisive fault. */
  readonly fault: string | null;
  /** That fault resets the session: nothing was taken in. */
  readonly resets: boolean;
  /** Those of its multiprotocol attributes. */
  readonly families: readonly Family[];
}

/** Routes of one session and direction, by prefix and then by path identifier (0 without ADD-PATH). */
export class Routes {
  readonly #prefixes = new Map<string, Map<number, Path>>();
  /** Of routes that were not sent again since a BoRR, `prefix id`. */
  #stale = new Set<string>();

  get prefixes(): ReadonlyMap<string, ReadonlyMap<number, Path>> {
    return this.#prefixes;
  }

  /** Paths of all prefixes. */
  get count(): number {
    let count = 0;
    for (const paths of this.#prefixes.values()) count += paths.size;
    return count;
  }

  clear(): void {
    this.#prefixes.clear();
    this.#stale.clear();
  }

  announce(prefix: string, id: number, path: Path): void {
    const paths = this.#prefixes.get(prefix);
    if (paths === undefined) this.#prefixes.set(prefix, new Map([[id, path]]));
    else paths.set(id, path);
    if (this.#stale.size > 0) this.#stale.delete(`${prefix} ${id}`);
  }

  withdraw(prefix: string, id: number): void {
    const paths = this.#prefixes.get(prefix);
    if (paths?.delete(id) === true && paths.size === 0) this.#prefixes.delete(prefix);
  }

  /** RFC 7313 §4: BoRR. */
  markStale(family: Family): void {
    for (const [prefix, paths] of this.#prefixes) {
      if (prefix.startsWith(`${family}/`)) for (const id of paths.keys()) this.#stale.add(`${prefix} ${id}`);
    }
  }

  /** RFC 7313 §4: EoRR. */
  purgeStale(family: Family): void {
    for (const one of this.#stale) {
      const [prefix = "", id] = one.split(" ");
      if (!prefix.startsWith(`${family}/`)) continue;
      this.withdraw(prefix, Number(id));
      this.#stale.delete(one);
    }
  }

  /**
   * Takes an UPDATE in as RFC 4271 §9 and RFC 7606 §2 have it, by way of the full decoder: the speaker has another way.
   */
  take(msg: Uint8Array, session: SessionContext): Taken {
    const { value, found } = decodeUpdate(msg, 0, msg.length, session);
    const fault = decisive(found)?.fault ?? null;
    if (value === null) return { fault: fault?.id ?? null, resets: true, families: [] };
    const usable = fault === null || fault.verdict === Verdict.Discard;
    const unreach = attributeOf<MpUnreach>(value.attributes, 15);
    const reach = attributeOf<MpReach>(value.attributes, 14);
    this.#withdrawAll(Ipv4Unicast, value.withdrawn, session);
    if (unreach !== undefined) this.#withdrawAll(unreach.family, unreach.nlri as readonly UnicastRoute[], session);
    for (const [family, routes, nextHop] of [
      [Ipv4Unicast, value.nlri, attributeOf<Uint8Array>(value.attributes, 3)],
      [reach?.family ?? 0, (reach?.nlri ?? []) as readonly UnicastRoute[], reach?.nextHop],
    ] as const) {
      if (routes.length === 0) continue;
      if (!usable) this.#withdrawAll(family, routes, session);
      else if (session.families.has(family)) {
        const path = pathOf(value.attributes, nextHop, msg.length);
        for (const route of routes) this.announce(prefixOf(family, route), route.pathId ?? 0, path);
      }
    }
    const families = [unreach, reach].flatMap((one) => (one === undefined ? [] : [one.family]));
    return { fault: fault?.id ?? null, resets: false, families };
  }

  #withdrawAll(family: Family, routes: readonly UnicastRoute[], session: SessionContext): void {
    if (!session.families.has(family)) return;
    for (const route of routes) this.withdraw(prefixOf(family, route), route.pathId ?? 0);
  }
}

/** `257/24/c63364`: family, length, and as many octets as the length needs, spare bits cleared. */
export const prefixOf = (family: Family, { length, address }: UnicastRoute): string => {
  const octets = address.slice(0, (length + 7) >>> 3);
  const spare = octets.length * 8 - length;
  if (spare > 0) octets[octets.length - 1] = (octets.at(-1) ?? 0) & (0xff << spare);
  return `${family}/${length}/${hex(octets)}`;
};

const attributeOf = <Value>(attributes: readonly Attribute[], code: number): Value | undefined =>
  attributes.find((one) => one.code === code)?.value as Value | undefined;

/** Optional transitive attributes that nobody on the way changes: communities, and extended and large ones. */
const KEPT: readonly number[] = [8, 16, 32];

const pathOf = (attributes: readonly Attribute[], nextHop: Uint8Array | undefined, size: number): Path => {
  const path = attributeOf<AsPath>(attributes, 2) ?? [];
  return {
    asPath: inWords(path),
    origin: attributeOf<number>(attributes, 1) ?? -1,
    kept: new Map(attributes.filter(({ code }) => KEPT.includes(code)).map(({ code, value }) => [code, shown(value)])),
    nextHop: nextHop === undefined ? "" : hex(nextHop),
    codes: attributes.map(({ code }) => code),
    communities: attributeOf<readonly number[]>(attributes, 8) ?? [],
    otc: attributeOf<number>(attributes, 35) ?? null,
    reflectors: [
      ...[attributeOf<number>(attributes, 9)].filter((one) => one !== undefined),
      ...(attributeOf<readonly number[]>(attributes, 10) ?? []),
    ],
    asns: path.flatMap(({ asns }) => [...asns]),
    size,
  };
};

const inWords = (path: AsPath): string | null => {
  const words: string[] = [];
  for (const { type, asns } of path) {
    if (type === SegmentType.Sequence) words.push(...asns.map(String));
    else if (type === SegmentType.Set) words.push(`{${asns.join(",")}}`);
    else return null;
  }
  return words.join(" ");
};

const shown = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) =>
    one instanceof Uint8Array ? hex(one) : typeof one === "bigint" ? String(one) : one,
  );
