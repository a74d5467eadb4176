import { type Command, InvalidArgumentError, Option } from "commander";
import type { ProfileKind } from "../../bench/profile.js";
import { references } from "../../bench/reference/index.js";
import { handshake, MAX_PEERS } from "../../bench/scenarios/handshake.js";
import {
  type ArrivalKind,
  type Authentication,
  arrivalKinds,
  authentications,
  type HandshakeDocument,
  type HandshakeEnd,
  handshakeEnds,
  type KeyExchangeGroup,
  type KeyTypeName,
  keyExchangeGroups,
  keyTypes,
  type TlsVersionName,
  tlsVersions,
  transports,
} from "../results/index.js";
import { type Target, type Transport, targets } from "../target/index.js";
import { namesOf, wholeNumber } from "./arguments.js";
import { profiling, withProfileOption } from "./bench-profile.js";
import { record } from "./bench-record.js";
import { CliError, interruption, log } from "./output.js";

interface Options {
  readonly target: readonly string[];
  readonly transport: readonly Transport[];
  readonly reference?: readonly (keyof typeof references)[];
  readonly tls: readonly TlsVersionName[];
  readonly key: readonly KeyTypeName[];
  readonly auth: readonly Authentication[];
  readonly handshake: readonly (typeof kinds)[number][];
  readonly group: readonly KeyExchangeGroup[];
  readonly until: HandshakeEnd;
  readonly warmUp: number;
  readonly rate?: readonly number[];
  readonly arrivals: ArrivalKind;
  readonly seed: number;
  readonly runs: number;
  readonly count: number;
  readonly concurrency: number;
  readonly profile?: ProfileKind;
  readonly results?: string;
  readonly json?: boolean;
}

const kinds = ["full", "resumed"] as const;

const names = targets.map(({ name }) => name);

/** Adds `handshake` to `kiln bench`. */
export const registerHandshake = (bench: Command): void => {
  withProfileOption(bench.command("handshake"))
    .description("How many sessions a second a speaker sets up, up to Established, and what each costs it.")
    .option("--target <names>", `what to measure, any of ${names.join(",")}`, namesOf(...names), names)
    .option(
      "--transport <names>",
      `any of ${transports.join(",")}; tls-stunnel: TLS by stunnel, for targets that have none`,
      namesOf(...transports),
      ["tcp", "tls"],
    )
    .option("--tls <versions>", "TLS versions", namesOf(...tlsVersions), [...tlsVersions])
    .option("--key <types>", "keys of the certificates", namesOf(...keyTypes), [...keyTypes])
    .option("--auth <ways>", "who shows a certificate: the server, or both sides", namesOf(...authentications), [
      ...authentications,
    ])
    .option("--handshake <kinds>", "full handshakes, or resumed ones", namesOf(...kinds), [...kinds])
    .option(
      "--group <names>",
      `key exchange groups, any of ${keyExchangeGroups.join(",")}`,
      namesOf(...keyExchangeGroups),
      ["X25519"],
    )
    .addOption(
      new Option("--until <end>", "end a session once Established, or with the TLS handshake")
        .choices(handshakeEnds)
        .default("established"),
    )
    .option(
      "--reference <names>",
      "with --until tls: measure openssl (its s_server) and node (its tls.createServer) too",
      namesOf("openssl", "node"),
    )
    .option("--runs <n>", "fresh processes of each target", wholeNumber(1, 1000), 3)
    .option("--count <n>", "sessions of each run", wholeNumber(1, 1_000_000), 500)
    .option("--warm-up <n>", "sessions before them that are not measured", wholeNumber(0, 1_000_000), 200)
    .option("--rate <numbers>", "open loop: sessions a second that come due, a row for each, as 50,100,200", rates)
    .addOption(
      new Option("--arrivals <kind>", "open loop: at random, or at equal distances")
        .choices(arrivalKinds)
        .default("poisson"),
    )
    .option("--seed <n>", "of the arrivals", wholeNumber(0, 0xffffffff), 1)
    .option("--concurrency <n>", "peers that connect at the same time", wholeNumber(1, MAX_PEERS), 16)
    .option("--results <dir>", "where runs are kept (default: results of the checkout)")
    .option("--json", "print the result as one JSON document (schema kiln.bench.handshake/2)")
    .addHelpText(
      "after",
      `
A session is a TCP connection, the TLS handshake, OPEN and KEEPALIVE until Established, then a Cease. Speakers take a peer
back only some time after its session has ended; the column "pause ms" shows for how long. Where that and not the CPU held
the rate down, the bottleneck is "pause", and the rate says little while the CPU for each session still counts.

Without --rate a peer comes back as soon as the target takes it (closed loop). With it sessions come due at that rate however the
target gets on (open loop): their time runs from when they were due, and what the target can't take shows as backlog and failures.

A target in JavaScript gets cheaper over its first thousands of handshakes, while V8 compiles: --warm-up says which part is measured.

Examples:
  kiln bench handshake --target self,bird
  kiln bench handshake --target self --transport tls --tls 1.3 --key p256 --auth mutual --count 1000
  kiln bench handshake --transport tcp --concurrency 8 --json
  kiln bench handshake --target self --transport tls --tls 1.3 --key p256 --auth server --rate 50,100,200
  kiln bench handshake --target self --transport tls --tls 1.3 --key p256 --group P-256 \\
      --until tls --reference openssl,node --count 3000 --warm-up 3000
  kiln bench handshake --target self --tls 1.3 --key p256 --auth server --handshake full --profile flame`,
    )
    .action(handshakeAction);
};

const handshakeAction = async (options: Options): Promise<void> => {
  const carried = options.until === "tls" ? options.transport.filter((one) => one !== "tcp") : options.transport;
  if (carried.length === 0) throw new CliError("--until tls: over TCP there is no TLS handshake; add --transport tls");
  const also = (options.reference ?? []).map((name) => references[name]);
  if (also.length > 0 && options.until !== "tls") {
    throw new CliError(
      "--reference: these speak no BGP; add --until tls, so that a session ends with the TLS handshake",
    );
  }
  const signal = interruption();
  const scenario = (measured: readonly Target[], runs: number): ReturnType<typeof handshake> =>
    handshake({
      targets: measured,
      transports: carried,
      versions: options.tls,
      keys: options.key,
      authentications: options.auth,
      resumed: options.handshake.map((kind) => kind === "resumed"),
      groups: options.group,
      until: options.until,
      runs,
      count: options.count,
      warmUp: options.warmUp,
      concurrency: options.concurrency,
      rates: options.rate ?? [null],
      arrivals: options.arrivals,
      seed: options.seed,
      signal,
      progress: (line) => log(`kiln: ${line}`),
    });
  const chosen = [...targets.filter(({ name }) => options.target.includes(name)), ...also];
  const profile = profiling(options.profile, (self) => scenario(self, 1));
  await record<HandshakeDocument>(
    "kiln.bench.handshake/2",
    scenario(chosen, options.runs),
    { ...options, seed: options.rate === undefined ? null : options.seed, ...profile },
    signal,
  );
};

const rates = (text: string): number[] =>
  text.split(",").map((part) => {
    const rate = Number(part);
    if (/^\d+(\.\d+)?$/.test(part.trim()) && rate > 0 && rate <= MAX_RATE) return rate;
    throw new InvalidArgumentError(`"${part}" is no rate: write sessions a second up to ${MAX_RATE}, as 50,100,200.`);
  });

const MAX_RATE = 100_000;
