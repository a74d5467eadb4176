import { SegmentType } from "../codec/attribute/02-as-path.js";
import { HEADER_LENGTH } from "../codec/frame.js";
import { Afi, Ipv4Unicast, Ipv6Unicast, MessageType, Safi } from "../codec/iana.js";
import { u8, u16, u32 } from "../codec/octets.js";
import { soundPath } from "./mrt/as4.js";
import { AttributeIndex } from "./mrt/attribute-index.js";
import { type MrtOutcome, readMrt } from "./mrt/reader.js";
import type { MrtRecord } from "./mrt/record.js";
import { PrefixIndex } from "./prefix-index.js";
import type { PreparedTable } from "./prepared.js";

const Code = {
  Origin: 1,
  AsPath: 2,
  Med: 4,
  AtomicAggregate: 6,
  Aggregator: 7,
  Communities: 8,
  MpReach: 14,
  MpUnreach: 15,
  LargeCommunities: 32,
} as const;

/** Mean, median, 95th percentile and largest. */
export interface Spread {
  readonly mean: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

/** What a table looks like; `tableStatsSchema` (src/results) says what each figure means. */
export interface TableStatistics {
  readonly prefixes: number;
  readonly ipv4: FamilyStatistics;
  readonly ipv6: FamilyStatistics;
  readonly announced: number;
  readonly withdrawn: number;
  readonly updates: {
    readonly announcing: number;
    readonly other: number;
    readonly prefixes: Spread;
    readonly shareWithOne: number;
    readonly octets: number;
    readonly octetsPerPrefix: number;
  } | null;
  readonly attributeSets: {
    readonly count: number;
    readonly perPrefix: number;
    readonly top1Share: number;
    readonly top10Share: number;
  };
  readonly paths: {
    readonly unique: number;
    readonly perPrefix: number;
    readonly lengths: Readonly<Record<string, number>>;
    readonly prependedShare: number;
  };
  readonly communities: { readonly share: number; readonly count: Spread };
  readonly origin: { readonly igp: number; readonly egp: number; readonly incomplete: number };
  readonly attributes: {
    readonly med: number;
    readonly aggregator: number;
    readonly atomicAggregate: number;
    readonly largeCommunities: number;
  };
}

export interface FamilyStatistics {
  readonly prefixes: number;
  readonly lengths: Readonly<Record<string, number>>;
}

/** The statistics of an MRT file: of all UPDATEs in it, or of all entries of a RIB dump. */
export const statisticsOfMrt = async (
  path: string,
  signal?: AbortSignal,
): Promise<{ statistics: TableStatistics; outcome: MrtOutcome }> => {
  const collector = new StatisticsCollector();
  const visit = (record: MrtRecord, octets: Uint8Array): undefined => collector.record(record, octets);
  const outcome = await readMrt(path, visit, signal);
  return { statistics: collector.finish(), outcome };
};

/** The statistics of a prepared table. */
export const statisticsOf = ({ messages }: PreparedTable): TableStatistics => {
  const collector = new StatisticsCollector();
  for (let at = 0; at < messages.length; at += u16(messages, at + 16)) {
    collector.update(messages, at, at + u16(messages, at + 16), 4, false);
  }
  return collector.finish();
};

/** Gathers statistics, UPDATE by UPDATE or RIB entry by RIB entry. Its memory grows with distinct sets and prefixes. */
export class StatisticsCollector {
  readonly #v4: PrefixIndex = new PrefixIndex(4);
  readonly #v6: PrefixIndex = new PrefixIndex(6);
  readonly #index: AttributeIndex = new AttributeIndex();
  /** Prefixes by attribute set, its octets as a string; likewise paths. */
  readonly #sets = new Map<string, { prefixes: number }>();
  readonly #paths = new Set<string>();
  readonly #perUpdate: Histogram = new Histogram();
  readonly #pathLengths: Histogram = new Histogram();
  readonly #communityCounts: Histogram = new Histogram();
  readonly #origins: Histogram = new Histogram();
  #announced = 0;
  #withdrawn = 0;
  #updates = 0;
  #announcing = 0;
  #octets = 0;
  #prepended = 0;
  readonly #having = { med: 0, aggregator: 0, atomicAggregate: 0, largeCommunities: 0 };

  record(record: MrtRecord, octets: Uint8Array): undefined {
    if (record.kind === "message" && record.type === MessageType.Update) {
      this.update(octets, record.start, record.end, record.asnSize, record.addPath);
    } else if (record.kind === "rib" && (record.family === Ipv4Unicast || record.family === Ipv6Unicast)) {
      const prefixes = record.family === Ipv4Unicast ? this.#v4 : this.#v6;
      prefixes.add(octets, record.nlri + 1, u8(octets, record.nlri));
      for (const { attributes, attributesEnd } of record.entries) {
        this.#index.scan(octets, attributes, attributesEnd);
        this.#set(octets, attributes, attributesEnd, 4, 1);
      }
    } else if (record.kind === "table-dump") {
      (record.afi === Afi.Ipv4 ? this.#v4 : this.#v6).add(octets, record.prefix, record.length);
      this.#index.scan(octets, record.attributes, record.attributesEnd);
      this.#set(octets, record.attributes, record.attributesEnd, 2, 1);
    }
    return undefined;
  }

  /** An UPDATE, octets [start, end) with its header, whose lengths may be wrong: what is beyond them is left out. */
  update(octets: Uint8Array, start: number, end: number, asnSize: 2 | 4, addPath: boolean): void {
    this.#updates++;
    this.#octets += end - start;
    const withdrawn = start + HEADER_LENGTH + 2;
    const attributes = withdrawn + u16(octets, withdrawn - 2) + 2;
    if (attributes > end) return;
    const nlri = attributes + u16(octets, attributes - 2);
    if (nlri > end) return;
    const index = this.#index;
    index.scan(octets, attributes, nlri);
    this.#withdrawn += countPrefixes(octets, withdrawn, attributes - 2, addPath);
    if (index.size(Code.MpUnreach) > 3 && unicastFamily(octets, index.start(Code.MpUnreach)) !== 0) {
      this.#withdrawn += countPrefixes(octets, index.start(Code.MpUnreach) + 3, index.end(Code.MpUnreach), addPath);
    }
    let prefixes = this.#announce(octets, nlri, end, this.#v4, addPath);
    if (index.size(Code.MpReach) >= 5) {
      const reach = index.start(Code.MpReach);
      const family = unicastFamily(octets, reach);
      const routes = reach + 5 + u8(octets, reach + 3);
      if (family !== 0)
        prefixes += this.#announce(
          octets,
          routes,
          index.end(Code.MpReach),
          family === 4 ? this.#v4 : this.#v6,
          addPath,
        );
    }
    if (prefixes === 0) return;
    this.#announcing++;
    this.#perUpdate.add(prefixes, 1);
    this.#set(octets, attributes, nlri, asnSize, prefixes);
  }

  finish(): TableStatistics {
    const prefixes = this.#v4.size + this.#v6.size;
    const sizes = Float64Array.from(this.#sets.values(), ({ prefixes }) => prefixes)
      .sort()
      .reverse();
    const sets = sizes.length;
    const topShare = (part: number): number => {
      let sum = 0;
      // Of fewer than a hundred sets the largest one stands for the top 1%.
      for (let i = 0; i < Math.max(Math.floor(sets * part), Math.min(sets, 1)); i++) sum += sizes[i] ?? 0;
      return ratio(sum, this.#announced);
    };
    const { med, aggregator, atomicAggregate, largeCommunities } = this.#having;
    return {
      prefixes,
      ipv4: familyStatistics(this.#v4),
      ipv6: familyStatistics(this.#v6),
      announced: this.#announced,
      withdrawn: this.#withdrawn,
      updates:
        this.#updates === 0
          ? null
          : {
              announcing: this.#announcing,
              other: this.#updates - this.#announcing,
              prefixes: this.#perUpdate.spread(),
              shareWithOne: ratio(this.#perUpdate.of(1), this.#announcing),
              octets: ratio(this.#octets, this.#updates),
              octetsPerPrefix: ratio(this.#octets, this.#announced),
            },
      attributeSets: {
        count: sets,
        perPrefix: ratio(sets, prefixes),
        top1Share: topShare(0.01),
        top10Share: topShare(0.1),
      },
      paths: {
        unique: this.#paths.size,
        perPrefix: ratio(this.#paths.size, prefixes),
        lengths: this.#pathLengths.percentages(),
        prependedShare: ratio(this.#prepended, sets),
      },
      communities: { share: ratio(this.#communityCounts.total, sets), count: this.#communityCounts.spread() },
      origin: {
        igp: ratio(this.#origins.of(0), this.#announced),
        egp: ratio(this.#origins.of(1), this.#announced),
        incomplete: ratio(this.#origins.of(2), this.#announced),
      },
      attributes: {
        med: ratio(med, sets),
        aggregator: ratio(aggregator, sets),
        atomicAggregate: ratio(atomicAggregate, sets),
        largeCommunities: ratio(largeCommunities, sets),
      },
    };
  }

  #announce(octets: Uint8Array, start: number, end: number, into: PrefixIndex, addPath: boolean): number {
    let count = 0;
    for (let at = start; at < end; count++) {
      if (addPath) at += 4;
      const length = at < end ? u8(octets, at) : 255;
      const next = at + 1 + ((length + 7) >>> 3);
      if (length > (into === this.#v4 ? 32 : 128) || next > end) break;
      into.add(octets, at + 1, length);
      at = next;
    }
    return count;
  }

  /** `prefixes` more of the attribute set that was scanned last. */
  #set(octets: Uint8Array, start: number, end: number, asnSize: 2 | 4, prefixes: number): void {
    const index = this.#index;
    this.#announced += prefixes;
    const pathStart = index.start(Code.AsPath);
    const pathEnd = pathStart + index.size(Code.AsPath);
    const sound = soundPath(octets, pathStart, pathEnd, asnSize);
    this.#pathLengths.add(sound ? hops(octets, pathStart, pathEnd, asnSize) : 0, prefixes);
    this.#origins.add(index.size(Code.Origin) > 0 ? u8(octets, index.start(Code.Origin)) : 2, prefixes);
    const key = latin1(octets, start, end, index);
    const known = this.#sets.get(key);
    if (known !== undefined) {
      known.prefixes += prefixes;
      return;
    }
    this.#sets.set(key, { prefixes });
    this.#paths.add(text(octets, pathStart, pathEnd));
    if (sound && prepends(octets, pathStart, pathEnd, asnSize)) this.#prepended++;
    if (index.size(Code.Communities) >= 4) this.#communityCounts.add(index.size(Code.Communities) >>> 2, 1);
    if (index.has(Code.Med)) this.#having.med++;
    if (index.has(Code.Aggregator)) this.#having.aggregator++;
    if (index.has(Code.AtomicAggregate)) this.#having.atomicAggregate++;
    if (index.has(Code.LargeCommunities)) this.#having.largeCommunities++;
  }
}

/** Counts of whole numbers. */
class Histogram {
  readonly #counts = new Map<number, number>();
  total = 0;

  add(value: number, times: number): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + times);
    this.total += times;
  }

  of(value: number): number {
    return this.#counts.get(value) ?? 0;
  }

  spread(): Spread {
    const ascending = [...this.#counts].sort(([a], [b]) => a - b);
    const at = (quantile: number): number => {
      let sum = 0;
      for (const [value, count] of ascending) {
        sum += count;
        if (sum > this.total * quantile) return value;
      }
      return ascending.at(-1)?.[0] ?? 0;
    };
    const sum = ascending.reduce((all, [value, count]) => all + value * count, 0);
    return { mean: ratio(sum, this.total), median: at(0.5), p95: at(0.95), max: ascending.at(-1)?.[0] ?? 0 };
  }

  /** Per cent by value, ascending. */
  percentages(): Record<string, number> {
    const ascending = [...this.#counts].sort(([a], [b]) => a - b);
    return Object.fromEntries(ascending.map(([value, count]) => [value, rounded((100 * count) / this.total)]));
  }
}

const familyStatistics = (prefixes: PrefixIndex): FamilyStatistics => {
  const lengths = new Histogram();
  for (let i = 0; i < prefixes.size; i++) lengths.add(prefixes.lengthOf(i), 1);
  return { prefixes: prefixes.size, lengths: lengths.percentages() };
};

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : rounded(part / whole));

/** Four decimals: more would pretend to a precision that no table has. */
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

/** 4 or 6 for the unicast families at the start of MP_REACH_NLRI and MP_UNREACH_NLRI, else 0. */
const unicastFamily = (octets: Uint8Array, at: number): 0 | 4 | 6 => {
  if (u8(octets, at + 2) !== Safi.Unicast) return 0;
  const afi = u16(octets, at);
  return afi === Afi.Ipv4 ? 4 : afi === Afi.Ipv6 ? 6 : 0;
};

const countPrefixes = (octets: Uint8Array, start: number, end: number, addPath: boolean): number => {
  let count = 0;
  for (let at = start; at < end; count++) at += (addPath ? 5 : 1) + ((u8(octets, addPath ? at + 4 : at) + 7) >>> 3);
  return count;
};

/** Hops as the decision process counts them, confederations left out (RFC 4271 §9.1.2.2 a, RFC 5065 §5.3). */
const hops = (octets: Uint8Array, start: number, end: number, asnSize: 2 | 4): number => {
  let count = 0;
  for (let at = start; at < end; at += 2 + u8(octets, at + 1) * asnSize) {
    const type = u8(octets, at);
    if (type === SegmentType.Sequence) count += u8(octets, at + 1);
    else if (type === SegmentType.Set) count += 1;
  }
  return count;
};

/** Whether an AS stands in the path twice in a row. */
const prepends = (octets: Uint8Array, start: number, end: number, asnSize: 2 | 4): boolean => {
  for (let at = start; at < end; ) {
    const next = at + 2 + u8(octets, at + 1) * asnSize;
    let before = -1;
    for (at += 2; at < next; at += asnSize) {
      const as = asnSize === 4 ? u32(octets, at) : u16(octets, at);
      if (as === before) return true;
      before = as;
    }
  }
  return false;
};

const text = (octets: Uint8Array, start: number, end: number): string =>
  Buffer.from(octets.buffer, octets.byteOffset + start, end - start).toString("latin1");

/** The attributes as a key: all their octets, but of MP_REACH_NLRI and MP_UNREACH_NLRI none that name routes. */
const latin1 = (octets: Uint8Array, start: number, end: number, index: AttributeIndex): string => {
  if (!index.has(Code.MpReach) && !index.has(Code.MpUnreach)) return text(octets, start, end);
  let key = "";
  for (let at = start; at < end; ) {
    const head = u8(octets, at) & 0x10 ? 4 : 3;
    const next = at + head + (head === 4 ? u16(octets, at + 2) : u8(octets, at + 2));
    if (next > end) break;
    const code = u8(octets, at + 1);
    if (code === Code.MpReach && u8(octets, at + head) === 0) {
      key += text(octets, at + head, Math.min(at + head + 4 + u8(octets, at + head + 3), next));
    } else if (code !== Code.MpUnreach) key += text(octets, at, next);
    at = next;
  }
  return key;
};
