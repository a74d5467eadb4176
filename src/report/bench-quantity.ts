import { figure, whole } from "./units.js";

/** What a figure is, by the name of its field. */
export interface Quantity {
  /** As an axis says it: `convergence`, `peak RSS`. */
  readonly name: string;
  /** As an axis says it behind the name: `ms`, `MB`; empty for counts. */
  readonly unit: string;
  /** What the field's values are multiplied by to be in that unit. */
  readonly factor: number;
  readonly better: "less" | "more" | null;
  /** A value in `unit`. */
  readonly show: (value: number) => string;
}

/** `largest` of the values that are shown together decides between milliseconds and seconds. */
export const quantityOf = (field: string, largest: number): Quantity => {
  for (const [suffix, unit, factor, better] of SUFFIXES) {
    if (!suffix.test(field)) continue;
    const name = nameOf(field.replace(suffix, ""));
    // Ten seconds and more are told in seconds.
    if (unit === "ms" && largest >= 10_000) return { name, unit: "s", factor: 1e-3, better, show: figure };
    return { name, unit, factor, better, show: figure };
  }
  return { name: nameOf(field), unit: "", factor: 1, better: null, show: whole };
};

/** `convergence, ms` */
export const axisTitle = ({ name, unit }: Quantity): string => (unit === "" ? name : `${name}, ${unit}`);

type Suffix = readonly [suffix: RegExp, unit: string, factor: number, better: "less" | "more" | null];

/** The first that fits. */
const SUFFIXES: readonly Suffix[] = [
  [/ns_per_op$/, "ns per operation", 1, "less"],
  [/(?<=bytes_per_path)$/, "octets per path", 1, "less"],
  [/_ms_per_session$/, "ms per session", 1, "less"],
  [/_per_s$/, "per second", 1, "more"],
  [/_ms$/, "ms", 1, "less"],
  [/_s$/, "s", 1, "less"],
  [/_bytes$/, "MB", 1e-6, "less"],
  [/(?<=_share)$/, "%", 100, null],
  [/_ratio$/, "ratio", 1, "less"],
];

const WORDS: Readonly<Record<string, string>> = {
  cpu: "CPU",
  rss: "RSS",
  tls: "TLS",
  tcp: "TCP",
  open: "OPEN",
  updates: "UPDATEs",
  established: "Established",
};

/** Fields whose names say too little beside others' charts. */
const NAMES: Readonly<Record<string, string>> = {
  "": "time",
  first: "first receiver",
  median: "median receiver",
  last: "last receiver",
  down: "routes gone",
  routes: "routes back",
  established: "time until Established",
  total: "time of the whole session",
  cpu: "CPU time",
  tcp: "TCP connection",
  tls: "TLS handshake",
  open: "OPEN until Established",
  p50: "latency p50",
  p99: "latency p99",
  bytes_per_path: "memory",
  merged_share: "changes merged",
  waiting_share: "time spent waiting",
};

const nameOf = (field: string): string =>
  NAMES[field] ??
  field
    .split("_")
    .map((word) => WORDS[word] ?? word)
    .join(" ");
