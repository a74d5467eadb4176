import type { Command } from "commander";
import type { ProfileKind } from "../../bench/profile.js";
import { handshake, MAX_PEERS } from "../../bench/scenarios/handshake.js";
import { authentications, type HandshakeDocument, keyTypes, tlsVersions } from "../results/index.js";
import { type Target, type Transport, targets } from "../target/index.js";
import { namesOf, wholeNumber } from "./arguments.js";
import { profiling, withProfileOption } from "./bench-profile.js";
import { record } from "./bench-record.js";
import { interruption, log } from "./output.js";

interface Options {
  readonly target: readonly string[];
  readonly transport: readonly Transport[];
  readonly tls: readonly (typeof tlsVersions)[number][];
  readonly key: readonly (typeof keyTypes)[number][];
  readonly auth: readonly (typeof authentications)[number][];
  readonly handshake: readonly (typeof kinds)[number][];
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
    .option("--transport <names>", "tcp, tls or both", namesOf("tcp", "tls"), ["tcp", "tls"])
    .option("--tls <versions>", "TLS versions", namesOf(...tlsVersions), [...tlsVersions])
    .option("--key <types>", "keys of the certificates", namesOf(...keyTypes), [...keyTypes])
    .option("--auth <ways>", "who shows a certificate: the server, or both sides", namesOf(...authentications), [
      ...authentications,
    ])
    .option("--handshake <kinds>", "full handshakes, or resumed ones", namesOf(...kinds), [...kinds])
    .option("--runs <n>", "fresh processes of each target", wholeNumber(1, 1000), 3)
    .option("--count <n>", "sessions of each run", wholeNumber(1, 1_000_000), 500)
    .option("--concurrency <n>", "peers that connect at the same time", wholeNumber(1, MAX_PEERS), 16)
    .option("--results <dir>", "where runs are kept (default: results of the checkout)")
    .option("--json", "print the result as one JSON document (schema kiln.bench.handshake/1)")
    .addHelpText(
      "after",
      `
A session is a TCP connection, the TLS handshake, OPEN and KEEPALIVE until Established, then a Cease. Speakers take a peer
back only some time after its session has ended; the column "pause ms" shows for how long. Where that and not the CPU held
the rate down, the bottleneck is "pause", and the rate says little while the CPU for each session still counts.

Examples:
  kiln bench handshake --target self,bird
  kiln bench handshake --target self --transport tls --tls 1.3 --key p256 --auth mutual --count 1000
  kiln bench handshake --transport tcp --concurrency 8 --json
  kiln bench handshake --target self --tls 1.3 --key p256 --auth server --handshake full --profile flame`,
    )
    .action(handshakeAction);
};

const handshakeAction = async (options: Options): Promise<void> => {
  const signal = interruption();
  const scenario = (measured: readonly Target[], runs: number): ReturnType<typeof handshake> =>
    handshake({
      targets: measured,
      transports: options.transport,
      versions: options.tls,
      keys: options.key,
      authentications: options.auth,
      resumed: options.handshake.map((kind) => kind === "resumed"),
      runs,
      count: options.count,
      concurrency: options.concurrency,
      signal,
      progress: (line) => log(`kiln: ${line}`),
    });
  const chosen = targets.filter(({ name }) => options.target.includes(name));
  const also = profiling(options.profile, (self) => scenario(self, 1));
  await record<HandshakeDocument>(
    "kiln.bench.handshake/1",
    scenario(chosen, options.runs),
    { ...options, seed: null, ...also },
    signal,
  );
};
