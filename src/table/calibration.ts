/**
 * What a real table looks like, as whole numbers, so that drawing from it is exact everywhere.
 *
 * IPv4 shape and attribute sharing: one complete transfer of an Internet table in 2015 (577,706 prefixes, 89,482 attribute
 * sets), its share of /24 raised to what tables of 2025 show. Communities and prepending: ordinary churn of many peers.
 */

/** Weighted choice: `weights` and what they choose, in the same order. */
export interface Weighted {
  readonly values: readonly number[];
  readonly weights: readonly number[];
}

/** Prefix length in bits; weights in hundredths of a per cent. */
export const IPV4_LENGTHS: Weighted = {
  values: [8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 29, 30, 32],
  weights: [1, 1, 2, 4, 8, 18, 30, 175, 105, 185, 370, 560, 630, 1080, 930, 5760, 12, 8, 10, 25, 26, 60],
};

/** RFC 7454 keeps the rest away: nothing longer than /48 but for a few that leak. */
export const IPV6_LENGTHS: Weighted = {
  values: [20, 24, 28, 29, 30, 32, 33, 34, 35, 36, 38, 40, 42, 44, 45, 46, 47, 48, 56, 64],
  weights: [1, 4, 12, 180, 8, 1900, 40, 30, 30, 110, 30, 190, 25, 120, 20, 40, 50, 7200, 5, 5],
};

/** IPv6 prefixes among a thousand of a table of both families: 223k to 1.05M. */
export const IPV6_PER_MILLE = 175;

/** Attribute sets per thousand prefixes. */
export const SETS_PER_MILLE = 155;

/**
 * Prefixes of an attribute set, by quantile: of 10,000 sets ordered by size those below `upTo` have `from` to `to`.
 * Mean 6.45, median 2, 95 in a hundred at most 20; the largest 1% hold 35% of the prefixes, the largest 10% 68.5%.
 */
export const SET_SIZES: readonly { readonly upTo: number; readonly from: number; readonly to: number }[] = [
  { upTo: 4960, from: 1, to: 1 },
  { upTo: 6520, from: 2, to: 2 },
  { upTo: 7320, from: 3, to: 3 },
  { upTo: 7870, from: 4, to: 4 },
  { upTo: 8240, from: 5, to: 5 },
  { upTo: 8500, from: 6, to: 6 },
  { upTo: 8690, from: 7, to: 7 },
  { upTo: 8840, from: 8, to: 8 },
  { upTo: 8930, from: 9, to: 9 },
  { upTo: 9490, from: 10, to: 20 },
  { upTo: 9750, from: 20, to: 33 },
  { upTo: 9900, from: 34, to: 78 },
  { upTo: 9950, from: 78, to: 140 },
  { upTo: 9980, from: 140, to: 290 },
  { upTo: 9995, from: 290, to: 680 },
  { upTo: 10000, from: 680, to: 1500 },
];

/** AS numbers behind the first one, prepended ones counted; weights by the prefixes that have it. */
export const PATH_LENGTHS: Weighted = {
  values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20],
  weights: [1600, 3630, 2930, 1040, 440, 170, 80, 45, 25, 15, 12, 8, 5],
};

/** How many of a thousand paths of that length repeat an AS: 22% of all. */
export const PREPENDED_PER_MILLE: readonly number[] = [0, 0, 165, 245, 450, 560, 700, 800, 850, 900, 950, 1000, 1000];

/** Of a thousand attribute sets, those whose path an earlier set has too: 0.133 paths to 0.155 sets. */
export const SHARED_PATH_PER_MILLE = 142;

/** Of a thousand attribute sets. */
export const COMMUNITIES_PER_MILLE = 810;
export const EXTENDED_COMMUNITIES_PER_MILLE = 330;
export const LARGE_COMMUNITIES_PER_MILLE = 30;
export const MED_PER_MILLE = 200;
export const AGGREGATOR_PER_MILLE = 110;
/** Of a thousand sets with AGGREGATOR. */
export const ATOMIC_PER_MILLE = 620;

/** Communities of a set that has some: mean 5.8, median 4, 95 in a hundred at most 14. */
export const COMMUNITY_COUNTS: Weighted = {
  values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 19, 24, 32, 44],
  weights: [1400, 1400, 1300, 1200, 1000, 800, 600, 500, 400, 300, 200, 200, 150, 110, 110, 110, 80, 80, 60],
};

/** ORIGIN: IGP, EGP, INCOMPLETE. */
export const ORIGINS: Weighted = { values: [0, 1, 2], weights: [8850, 30, 1120] };
