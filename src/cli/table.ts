import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type Command, Option } from "commander";
import { type TableStats, tableStatsSchema } from "../results/table-stats.js";
import { MOST_PREFIXES } from "../table/draw-prefixes.js";
import { type GeneratorOptions, generateTable, peerAsOf } from "../table/generate.js";
import { BgpdumpLines } from "../table/mrt/bgpdump-lines.js";
import { type MrtOutcome, readMrt } from "../table/mrt/reader.js";
import { mrtOf } from "../table/mrt/writer.js";
import type { PreparedTable } from "../table/prepared.js";
import { statisticsOf, statisticsOfMrt, type TableStatistics } from "../table/statistics.js";
import { wholeNumber } from "./arguments.js";
import { CliError, interruption, log, print, printJson } from "./output.js";
import type { Register } from "./program.js";

/** `kiln table`: where routes come from. */
export const register: Register = (program) => {
  const table = program
    .command("table")
    .description("Read MRT files, and make tables like real ones.")
    .addHelpText(
      "after",
      `
Examples:
  kiln table dump updates.gz                         the lines of "bgpdump -m"
  kiln table stats rib.bz2 --json                    what the table is like
  kiln table make --prefixes 100000 --seed 1 --output table.mrt.gz`,
    );
  registerDump(table);
  registerStats(table);
  registerMake(table);
};

const registerDump = (table: Command): void => {
  table
    .command("dump")
    .description("Print every route of an MRT file on a line of its own, as bgpdump -m does.")
    .argument("<file>", "MRT file, plain, gzip or bzip2; - reads standard input")
    .addHelpText(
      "after",
      `
Of a damaged file all that is readable is printed; then one line says where it ended, and the exit code is 2.

Examples:
  kiln table dump updates.20100722.2015.gz
  kiln table dump bview.gz | grep '|2001:db8::/32|'
  kiln table make --prefixes 1000 --output - | kiln table dump -`,
    )
    .action(dump);
};

const registerStats = (table: Command): void => {
  table
    .command("stats")
    .description("Show what a table looks like: lengths, packing, sharing of attributes, paths, communities.")
    .argument("<file>", "MRT file, plain, gzip or bzip2; - reads standard input")
    .option("--json", "print the statistics as JSON (schema kiln.table.stats/1)")
    .addHelpText(
      "after",
      `
Examples:
  kiln table stats updates.et-header.2015.gz
  kiln table stats --json bview.bz2 | jq .paths.lengths`,
    )
    .action(stats);
};

const registerMake = (table: Command): void => {
  table
    .command("make")
    .description("Make a table that looks like a real one. The same options give the same octets on every machine.")
    .requiredOption("--prefixes <n>", "how many prefixes", wholeNumber(1, MOST_PREFIXES))
    .addOption(
      new Option("--family <f>", "IPv4, IPv6, or both as they are divided today")
        .choices(["4", "6", "both"])
        .default("4"),
    )
    .option("--seed <n>", "what the dice start from", wholeNumber(0, 0xffffffff), 1)
    .option(
      "--variant <n>",
      "same prefixes, other attributes: one number for each of several peers",
      wholeNumber(0, 1_000_000),
      0,
    )
    .option("--peer-as <as>", "first AS of every path (default: 65001 + half the variant)", wholeNumber(1, 0xffffffff))
    .option("--output <file>", "write BGP4MP_MESSAGE_AS4 records there (.gz: compressed; -: standard output)")
    .option("--json", "print the statistics as JSON (schema kiln.table.stats/1)")
    .addHelpText(
      "after",
      `
The statistics go to standard error, with --json to standard output.

Examples:
  kiln table make --prefixes 1000000 --family both --seed 7 --output table.mrt.gz
  kiln table make --prefixes 100000 --variant 1 --output second-peer.mrt
  kiln table make --prefixes 1000 --output - | bgpdump -m -`,
    )
    .action(make);
};

const dump = async (file: string): Promise<void> => {
  const signal = interruption();
  const lines = new BgpdumpLines((chunk) => {
    if (process.stdout.write(chunk)) return undefined;
    return once(process.stdout, "drain").then(() => undefined);
  });
  const outcome = await read(file, signal, () =>
    readMrt(file, (record, octets) => lines.record(record, octets), signal),
  );
  // What was gathered before an interruption is printed too.
  await lines.flush();
  if (outcome !== null) judge(file, outcome);
};

const stats = async (file: string, { json }: { readonly json?: true }): Promise<void> => {
  const signal = interruption();
  const result = await read(file, signal, () => statisticsOfMrt(file, signal));
  if (result === null) return;
  const { statistics, outcome } = result;
  if (!outcome.mrt) judge(file, outcome);
  if (json) printJson(document(file === "-" ? "standard input" : file, statistics, outcome));
  else for (const line of describe(statistics)) print(line);
  judge(file, outcome);
};

interface MakeOptions {
  readonly prefixes: number;
  readonly family: "4" | "6" | "both";
  readonly seed: number;
  readonly variant: number;
  readonly peerAs?: number;
  readonly output?: string;
  readonly json?: true;
}

const make = async (options: MakeOptions): Promise<void> => {
  const { prefixes, family, seed, variant, peerAs, output, json } = options;
  if (json && output === "-")
    throw new CliError("--json and --output - both want standard output: give --output a file");
  const generator: GeneratorOptions = { prefixes, family, seed, variant, ...(peerAs === undefined ? {} : { peerAs }) };
  let table: PreparedTable;
  try {
    table = generateTable(generator);
  } catch (error) {
    if (error instanceof RangeError) throw new CliError(error.message);
    throw error;
  }
  if (output !== undefined) await write(table, peerAs ?? peerAsOf(variant), output);
  const statistics = statisticsOf(table);
  const source = `generated: --prefixes ${prefixes} --family ${family} --seed ${seed} --variant ${variant}`;
  if (json) printJson(document(source, statistics, null));
  else for (const line of describe(statistics)) log(line);
};

/** The collector of generated files: documentation addresses and AS numbers, the first second of 2026. */
const COLLECTOR = {
  localAs: 64496,
  peerAddress: Uint8Array.of(192, 0, 2, 1),
  localAddress: Uint8Array.of(192, 0, 2, 254),
  time: 1_767_225_600,
};

const write = async (table: PreparedTable, peerAs: number, output: string): Promise<void> => {
  const records = Readable.from(mrtOf(table, { ...COLLECTOR, peerAs }), { objectMode: false });
  const signal = interruption();
  try {
    if (output === "-") {
      for await (const chunk of records) {
        signal.throwIfAborted();
        if (!process.stdout.write(chunk)) await once(process.stdout, "drain");
      }
    } else if (output.endsWith(".gz")) {
      await pipeline(records, createGzip(), createWriteStream(output), { signal });
    } else {
      await pipeline(records, createWriteStream(output), { signal });
    }
  } catch (error) {
    if (signal.aborted) throw new CliError("interrupted: the output is not complete");
    throw new CliError(`cannot write ${output}: ${fileTrouble(error)}`);
  }
};

/** What `work` gives; null when it was interrupted. A file that can't be read ends in one line. */
const read = async <T>(file: string, signal: AbortSignal, work: () => Promise<T>): Promise<T | null> => {
  if (file !== "-") {
    const found = await stat(file).catch((error: unknown) => {
      throw new CliError(`cannot read ${file}: ${fileTrouble(error)}`);
    });
    if (found.isDirectory()) throw new CliError(`cannot read ${file}: it is a directory, give an MRT file in it`);
  }
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) {
      process.exitCode = 130;
      return null;
    }
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new CliError(`cannot read ${file}: ${fileTrouble(error)}`);
  }
};

const TROUBLE: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission denied",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of the path is no directory",
  ENOSPC: "the disk is full",
};

const fileTrouble = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return TROUBLE[code ?? ""] ?? message;
};

/** Says what was left out, and fails when the file could not be read to its end. */
const judge = (file: string, { mrt, stopped, faulty, firstFaulty, records }: MrtOutcome): void => {
  if (!mrt) throw new CliError(`${file} is no MRT file (nor a gzip or bzip2 of one)`);
  if (firstFaulty !== null) {
    const { fault } = firstFaulty.found;
    const first = `${fault.id} (${fault.rfc}) in the record at octet ${firstFaulty.offset}`;
    log(`kiln: ${faulty} faulty record${faulty === 1 ? "" : "s"} left out; the first: ${first}`);
  }
  if (stopped === null) return;
  throw new CliError(`${file} is damaged: stopped at octet ${stopped.offset} after ${records} records: ${stopped.why}`);
};

const document = (source: string, statistics: TableStatistics, outcome: MrtOutcome | null): TableStats =>
  tableStatsSchema.parse({
    schema: "kiln.table.stats/1",
    source,
    ...statistics,
    faulty: outcome?.faulty ?? 0,
    stopped: outcome?.stopped ?? null,
  });

/** The statistics for people. */
const describe = (s: TableStatistics): string[] => {
  const rows: [string, string][] = [
    ["prefixes", `${s.prefixes} (IPv4 ${s.ipv4.prefixes}, IPv6 ${s.ipv6.prefixes})`],
    ["announced, withdrawn", `${s.announced}, ${s.withdrawn}`],
    ["IPv4 lengths, %", percentages(s.ipv4.lengths, "/")],
    ["IPv6 lengths, %", percentages(s.ipv6.lengths, "/")],
  ];
  if (s.updates !== null) {
    const { announcing, other, prefixes, shareWithOne, octets, octetsPerPrefix } = s.updates;
    rows.push(
      ["UPDATEs", `${announcing} that announce, ${other} others`],
      ["prefixes per UPDATE", `${spread(prefixes)}; ${percent(shareWithOne)} carry one`],
      ["octets", `${octets.toFixed(1)} per UPDATE, ${octetsPerPrefix.toFixed(1)} per prefix`],
    );
  }
  const { attributeSets, paths, communities, origin, attributes } = s;
  const shares = `the top 1% have ${percent(attributeSets.top1Share)} of the prefixes, the top 10% ${percent(attributeSets.top10Share)}`;
  rows.push(
    ["attribute sets", `${attributeSets.count}, ${attributeSets.perPrefix.toFixed(3)} per prefix; ${shares}`],
    [
      "AS paths",
      `${paths.unique}, ${paths.perPrefix.toFixed(3)} per prefix; ${percent(paths.prependedShare)} prepended`,
    ],
    ["path lengths, %", percentages(paths.lengths, "")],
    ["communities", `on ${percent(communities.share)}; ${spread(communities.count)}`],
    ["origin", `IGP ${percent(origin.igp)}, EGP ${percent(origin.egp)}, INCOMPLETE ${percent(origin.incomplete)}`],
    [
      "other attributes",
      `MED ${percent(attributes.med)}, AGGREGATOR ${percent(attributes.aggregator)}, ` +
        `ATOMIC_AGGREGATE ${percent(attributes.atomicAggregate)}, large communities ${percent(attributes.largeCommunities)}`,
    ],
  );
  return rows.filter(([, value]) => value !== "").map(([name, value]) => `${name.padEnd(22)}${value}`);
};

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

const spread = ({ mean, median, p95, max }: { mean: number; median: number; p95: number; max: number }): string =>
  `mean ${mean.toFixed(2)}, median ${median}, p95 ${p95}, max ${max}`;

/** Shares of a tenth of a per cent and more. */
const percentages = (lengths: Readonly<Record<string, number>>, lead: string): string =>
  Object.entries(lengths)
    .filter(([, value]) => value >= 0.1)
    .map(([length, value]) => `${lead}${length} ${value.toFixed(1)}`)
    .join("  ");
