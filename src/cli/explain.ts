import { readFile, stat } from "node:fs/promises";
import { Option } from "commander";
import type { Family } from "../codec/iana.js";
import { nlriFamilies } from "../codec/nlri/index.js";
import { type Explanation, explain, explained } from "../explain/explain.js";
import { type Input, readHex, readInput } from "../explain/input.js";
import type { Assumptions } from "../explain/sessions.js";
import { linesOf } from "../explain/text.js";
import { explainDocument } from "../results/explain.js";
import { namesOf } from "./arguments.js";
import { CliError, Exit, print, printJson } from "./output.js";
import type { Register } from "./program.js";

interface ExplainOptions {
  readonly as2?: true;
  readonly as4?: true;
  readonly external?: true;
  readonly internal?: true;
  readonly addPath?: readonly string[];
  readonly labelStacks?: true;
  readonly json?: true;
}

const familyNames = nlriFamilies.map(({ name }) => name);

/** `kiln explain`: what octets mean, and what is wrong with them. */
export const register: Register = (program) => {
  program
    .command("explain")
    .description("Show a BGP message field by field, each fault in its place with verdict and clause.")
    .argument(
      "<input...>",
      "hexadecimal digits, or a file: pcap, pcapng, hex dump, log, raw octets; - reads standard input",
    )
    .addOption(new Option("--as4", "AS numbers have four octets").conflicts("as2"))
    .addOption(new Option("--as2", "AS numbers have two octets"))
    .addOption(new Option("--external", "the peer is in another AS").conflicts("internal"))
    .addOption(new Option("--internal", "the peer is in the same AS"))
    .option(
      "--add-path <families>",
      `families with path identifiers: ${familyNames.slice(0, 2).join(",")}, …`,
      namesOf(...familyNames),
    )
    .option("--label-stacks", "labeled routes have stacks of labels (capability 8)")
    .option("--json", "print the messages as JSON (schema kiln.explain/1)")
    .addHelpText(
      "after",
      `
In a capture the session's OPENs say how the other messages are to be read. Without them all that can be negotiated is
taken as negotiated, the peer as internal, and AS numbers as of four octets unless only two make sense.
Exit code: 0 all well formed, 1 a fault was found, 2 the input could not be read (to its end).

Examples:
  kiln explain ffffffffffffffffffffffffffffffff0013 04
  kiln explain bgp.pcapng --json
  tshark -r bgp.pcap -x | kiln explain -
  journalctl -u frr | kiln explain - --external`,
    )
    .action(run);
};

const run = async (inputs: readonly string[], options: ExplainOptions): Promise<void> => {
  const { source, input } = await read(inputs);
  if (input.messages.length === 0) {
    throw new CliError([`${source} has no BGP message in it`, ...input.notes].join("; "));
  }
  const all = [...explain(input.messages, assumptionsOf(options))];
  if (options.json) {
    printJson(
      explainDocument.parse({
        schema: "kiln.explain/1",
        source,
        messages: all.map(explained),
        notes: input.notes,
        trouble: input.trouble,
      }),
    );
  } else printAll(all, input.notes);
  if (input.trouble !== null) throw new CliError(`${source} could not be read to its end: ${input.trouble}`);
  if (all.some(({ dissection }) => dissection.decisive !== null)) process.exitCode = Exit.Finding;
};

const printAll = (all: readonly Explanation[], notes: readonly string[]): void => {
  for (const one of all) print(`${linesOf(one).join("\n")}\n`);
  for (const note of notes) print(`note: ${note}`);
};

const assumptionsOf = ({ as2, as4, external, internal, addPath, labelStacks }: ExplainOptions): Assumptions => ({
  ...(as2 || as4 ? { asnSize: as2 ? 2 : 4 } : {}),
  ...(external || internal ? { external: external === true } : {}),
  ...(addPath === undefined ? {} : { addPath: addPath.flatMap(familyOf) }),
  ...(labelStacks ? { labelStacks } : {}),
});

const familyOf = (name: string): Family[] =>
  nlriFamilies.filter((spec) => spec.name === name).map(({ family }) => family);

/** Captures beyond this are cut down first: all their octets are held in memory. */
const LARGEST = 512 * 1024 * 1024;

const read = async (inputs: readonly string[]): Promise<{ readonly source: string; readonly input: Input }> => {
  const [first = ""] = inputs;
  if (inputs.length === 1 && first === "-")
    return { source: "standard input", input: known("standard input", await stdin()) };
  const found = inputs.length === 1 ? await stat(first).catch(() => null) : null;
  if (found !== null) {
    if (found.isDirectory()) throw new CliError(`cannot read ${first}: it is a directory, give a file in it`);
    if (found.size > LARGEST) {
      throw new CliError(
        `${first} is larger than 512 MiB: cut it down first (tshark -r ${first} -Y bgp -w smaller.pcapng)`,
      );
    }
    return { source: first, input: known(first, await readFile(first)) };
  }
  const input = readHex(inputs.join(" "));
  if (input === null) {
    throw new CliError(
      inputs.length === 1 && !/^[\s0-9a-fx:]+$/i.test(first)
        ? `there is no file ${first}, and it is no run of hexadecimal digits either`
        : "that is no run of whole octets in hexadecimal digits: two digits for each",
    );
  }
  return { source: "command line", input };
};

const known = (source: string, octets: Uint8Array): Input => {
  const input = readInput(octets);
  if (input === null) {
    throw new CliError(
      `${source} is neither a capture (pcap, pcapng) nor does it have hexadecimal digits of a BGP message in it`,
    );
  }
  return input;
};

const stdin = async (): Promise<Uint8Array> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST) throw new CliError("standard input is larger than 512 MiB: cut it down first (tshark -Y bgp)");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
