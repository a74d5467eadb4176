import { readFileSync } from "node:fs";
import { type Command, CommanderError, InvalidArgumentError } from "commander";
import { peersOf, TARGET_ID } from "../../bench/scenarios/lab.js";
import { birdConfig } from "../target/bird.js";
import { type EndpointOptions, endpoint, isOurs, reachEndpoint } from "../target/endpoint.js";
import { type Target, TargetError, type TargetSetup, type Transport } from "../target/index.js";
import { speakerConfig } from "../target/self.js";
import { wholeNumber } from "./arguments.js";
import { CliError, print } from "./output.js";

/** The name beside those of the targets that we start ourselves. */
export const ENDPOINT = "endpoint";

/** What a command that has an endpoint for a target knows of it. */
export interface EndpointFlags {
  readonly target: readonly string[];
  readonly transport: readonly Transport[];
  /** Absent where the command has tables of its own. */
  readonly family?: "4" | "6" | "both";
  /** Senders and most receivers, where the command has the options. */
  readonly peers?: number;
  readonly receivers?: readonly number[];
  readonly mrt?: string;
  readonly endpoint?: { readonly address: string; readonly port: number };
  readonly endpointAs?: number;
  readonly endpointCa?: string;
  readonly endpointConfig?: boolean;
}

export const withEndpointOptions = (command: Command): Command =>
  command
    .option("--endpoint <address:port>", "for --target endpoint: a speaker that runs already, on this machine", where)
    .option("--endpoint-as <n>", "its AS number", wholeNumber(1, 0xffffffff))
    .option("--endpoint-ca <file>", "it speaks TLS: the PEM file of the authority that issued its certificate")
    .option("--endpoint-config", "print which peers it must know, with examples, and end")
    .hook("preAction", async (_, action) => {
      const options = action.opts<EndpointFlags>();
      if (!mayHaveOne(options)) return;
      if (action.name() === "reset") {
        throw new CliError(
          "kiln bench reset brings up hundreds of peers that an endpoint would have to know: leave it out",
        );
      }
      const one = endpointOf(options);
      if (options.endpointConfig === true) {
        print(configFor(one, options));
        throw new CommanderError(0, "kiln.endpointConfig", "");
      }
      const speaks: Transport = one.ca === undefined ? "tcp" : "tls";
      // Whoever named no transport did not ask for the one that it has not.
      if (options.target.length === 1 && action.getOptionValueSource("transport") === "default") {
        action.setOptionValue("transport", [speaks]);
      } else mustSpeak(one, options.transport);
      await reachEndpoint(one).catch((error: unknown) => {
        throw error instanceof TargetError ? new CliError(error.message) : error;
      });
    });

/** The targets that `--endpoint` adds: one or none. Throws CliError. */
export const endpointTargets = (options: EndpointFlags): Target[] =>
  mayHaveOne(options) ? [endpoint(endpointOf(options))] : [];

/** Throws CliError for flags of an endpoint that nobody asks for. */
const mayHaveOne = ({ target, ...flags }: EndpointFlags): boolean => {
  if (target.includes(ENDPOINT)) return true;
  const { endpoint: at, endpointAs, endpointCa, endpointConfig } = flags;
  if ([at, endpointAs, endpointCa, endpointConfig].every((flag) => flag === undefined)) return false;
  throw new CliError("--endpoint and its options go with --target endpoint");
};

const endpointOf = ({ endpoint: at, endpointAs: as, endpointCa }: EndpointFlags): EndpointOptions => {
  if (at === undefined || as === undefined) {
    throw new CliError(
      "--target endpoint: say where it is and which AS: --endpoint 127.0.0.1:1790 --endpoint-as 65550",
    );
  }
  if (!isOurs(at.address)) {
    throw new CliError(
      `--endpoint ${at.address}:${at.port}: only speakers of this machine are measured, by its IPv4 addresses`,
    );
  }
  return { ...at, as, ...(endpointCa === undefined ? {} : { ca: readCa(endpointCa) }) };
};

const readCa = (file: string): string => {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new CliError(`--endpoint-ca ${file}: ${error instanceof Error ? error.message : error}`);
  }
  if (!text.includes("-----BEGIN CERTIFICATE-----")) {
    throw new CliError(`--endpoint-ca ${file}: there is no PEM certificate in it`);
  }
  return text;
};

const mustSpeak = ({ ca }: EndpointOptions, transports: readonly Transport[]): void => {
  if (ca === undefined && !transports.some((one) => one !== "tls")) {
    throw new CliError("--transport tls: say with --endpoint-ca FILE whose certificates the endpoint has");
  }
  if (ca !== undefined && !transports.includes("tls")) {
    throw new CliError("--endpoint-ca says that the endpoint speaks TLS: add tls to --transport");
  }
};

/** For whoever sets it up: the tester's peers, and configurations that do as our own targets have them. */
const configFor = ({ address, port, as, ca }: EndpointOptions, flags: EndpointFlags): string => {
  const families = familiesOf(flags);
  const peers = peersOf(flags.peers ?? SENDERS, Math.max(...(flags.receivers ?? [1])), families);
  const transport = ca === undefined ? "tcp" : "tls";
  const tls = transport === "tls" ? { tls: { cert: "", key: "", ca: "", mutual: false } } : {};
  const setup: TargetSetup = { transport, as, routerId: TARGET_ID, address, port, peers, ...tls };
  const listed = peers.map((peer) => `  ${peer.name.padEnd(10)}  ${peer.address.padEnd(12)}  AS ${peer.as}`);
  return [
    `These peers connect to ${address} port ${port} over ${transport.toUpperCase()}, where AS ${as} waits for them.`,
    `Each sends or takes ${families.join(" and ")} unicast; all that comes must go on to all others.`,
    "",
    ...listed,
    "",
    ...(transport === "tcp" ? ["BIRD 2:", birdConfig(setup, { address, port })] : []),
    "Kiln, as speaker.json for kiln speaker --config speaker.json:",
    "",
    JSON.stringify(speakerConfig(setup, address, port, "."), null, 2),
  ].join("\n");
};

/** What commands take that don't ask: none needs more, and one more does no harm. */
const SENDERS = 2;

/** An MRT file may have both. */
const familiesOf = ({ family = "both", mrt }: EndpointFlags): readonly ("ipv4" | "ipv6")[] => {
  if (family === "both" || mrt !== undefined) return ["ipv4", "ipv6"];
  return family === "4" ? ["ipv4"] : ["ipv6"];
};

function where(text: string): { readonly address: string; readonly port: number } {
  const [, address, digits] = /^([^:\s]+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (address === undefined || !(port >= 1 && port <= 65535)) {
    throw new InvalidArgumentError("Write ADDRESS:PORT with an IPv4 address, as 127.0.0.1:1790.");
  }
  return { address, port };
}
