import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Option } from "commander";
import type { Family } from "../codec/iana.js";
import { nlriFamilies } from "../codec/nlri/index.js";
import { type Explanation, explain, explained } from "../explain/explain.js";
import { type Input, readHex, readInput } from "../explain/input.js";
import type { Assumptions } from "../explain/sessions.js";
import { linesOf } from "../explain/text.js";
import { explainedMessage } from "../results/explain.js";
import { namesOf } from "./arguments.js";
import { CliError, Exit, print } from "./output.js";
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
Exit code: 0 all well formed, 1 a fault was found, 2 the input could not be read (to its end), or a message is not whole.

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
    throw new CliError([`${source} has no BGP message in it`, ...troubleOf(input), ...input.notes].join("; "));
  }
  const all = explain(input.messages, assumptionsOf(options));
  const { faulty, cut } = options.json ? printDocument(all, source, input) : printAll(all, input.notes);
  if (input.trouble !== null) throw new CliError(`${source} could not be read to its end: ${input.trouble}`);
  if (faulty > 0) process.exitCode = Exit.Finding;
  else if (cut > 0) throw new CliError(`${cut} of the messages in ${source} ${cut === 1 ? "is" : "are"} not whole`);
};

const troubleOf = ({ trouble }: Input): readonly string[] => (trouble === null ? [] : [trouble]);

/** How many messages have a fault, and how many others could not be judged as octets of them are missing. */
interface Tally {
  faulty: number;
  cut: number;
}

const count = (tally: Tally, { dissection: { decisive, missing } }: Explanation): void => {
  if (decisive !== null) tally.faulty++;
  else if (missing > 0) tally.cut++;
};

// Message by message: all dissections of a large capture together are more than a process can hold.

/** Prints for people. */
const printAll = (all: Iterable<Explanation>, notes: readonly string[]): Tally => {
  const tally = { faulty: 0, cut: 0 };
  for (const one of all) {
    print(`${linesOf(one).join("\n")}\n`);
    count(tally, one);
  }
  for (const note of notes) print(`note: ${note}`);
  return tally;
};

/** Prints the document of the schema kiln.explain/1, a line for each message. */
const printDocument = (all: Iterable<Explanation>, source: string, { notes, trouble }: Input): Tally => {
  const tally = { faulty: 0, cut: 0 };
  let lead = `{ "schema": "kiln.explain/1", "source": ${JSON.stringify(source)}, "messages": [\n  `;
  for (const one of all) {
    process.stdout.write(`${lead}${JSON.stringify(explainedMessage.parse(explained(one)))}`);
    lead = ",\n  ";
    count(tally, one);
  }
  print(`\n], "notes": ${JSON.stringify(notes)}, "trouble": ${JSON.stringify(trouble)} }`);
  return tally;
};

const assumptionsOf = ({ as2, as4, external, internal, addPath, labelStacks }: ExplainOptions): Assumptions => ({
  ...(as2 || as4 ? { asnSize: as2 ? 2 : 4 } : {}),
  ...(external || internal ? { external: external === true } : {}),
  ...(addPath === undefined ? {} : { addPath: addPath.flatMap(familyOf) }),
  ...(labelStacks ? { labelStacks } : {}),
});

const familyOf = (name: string): Family[] =>
  nlriFamilies.filter((spec) => spec.name === name).map(({ family }) => family);

/** Captures beyond this are cut down first: all their octets are held in memory, and where each message lies in them. */
const LARGEST_MIB = 128;
const LARGEST = LARGEST_MIB * 1024 * 1024;

const read = async (inputs: readonly string[]): Promise<{ readonly source: string; readonly input: Input }> => {
  const [first = ""] = inputs;
  if (inputs.length === 1 && first === "-")
    return known("standard input", await collect("standard input", process.stdin));
  const found = inputs.length === 1 ? await stat(first).catch(() => null) : null;
  if (found !== null) {
    if (found.isDirectory()) throw new CliError(`cannot read ${first}: it is a directory, give a file in it`);
    return known(first, await collect(first, createReadStream(first)));
  }
  const input = readHex(inputs.join(" "));
  if (input === null) throw new CliError(noHex(inputs));
  return { source: "command line", input };
};

const noHex = (inputs: readonly string[]): string => {
  const odd = inputs.find((one) => !/^[\s0-9a-fx:]*$/i.test(one));
  if (odd === undefined) return "that is no run of whole octets in hexadecimal digits: two digits for each";
  return inputs.length === 1
    ? `there is no file ${odd}, and it is no run of hexadecimal digits either`
    : `${odd} is no run of hexadecimal digits, and a file stands alone`;
};

const known = (source: string, octets: Uint8Array): { readonly source: string; readonly input: Input } => {
  if (octets.length === 0) throw new CliError(`${source} is empty`);
  const input = readInput(octets);
  if (input === null) {
    throw new CliError(
      `${source} is neither a capture (pcap, pcapng) nor does it have hexadecimal digits of a BGP message in it`,
    );
  }
  return { source, input };
};

/** The octets of a file or of standard input: what is no regular file does not say beforehand how long it is. */
const collect = async (source: string, stream: AsyncIterable<Buffer>): Promise<Uint8Array> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > LARGEST) {
      throw new CliError(
        `${source} is larger than ${LARGEST_MIB} MiB: cut it down first (tshark -Y bgp -w smaller.pcapng)`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
