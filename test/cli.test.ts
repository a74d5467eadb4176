import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explainDocument } from "../src/results/explain.js";
import {
  corpusDocument,
  coverageDocument,
  documents,
  findings,
  fuzzList,
  minimizeDocument,
  replayDocument,
} from "../src/results/index.js";
import { tableStatsSchema } from "../src/results/table-stats.js";
import { verdictsDocument } from "../src/results/verdicts.js";

const main = fileURLToPath(new URL("../dist/src/cli/main.js", import.meta.url));
const baseline = fileURLToPath(new URL("../results/baseline/01-convergence.json", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kiln-cli-"));
const at = (name: string): string => join(folder, name);

/** Everything that a command starts inherits this, so that what outlives it can be found. */
const MARK = `kiln-cli-test-${process.pid}`;
const env = { ...process.env, KILN_TEST_MARK: MARK };

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const kiln = (...args: readonly string[]): Run => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    env,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: 50_000,
  });
  return { status, stdout, stderr };
};

beforeAll(() => {
  if (!existsSync(main)) throw new Error("there is no build: npm run build");
  mkdirSync(at("folder"));
  writeFileSync(at("text"), "Roses are red.\n");
  writeFileSync(at("bad.json"), '{ "localAs": "many" }');
  expect(kiln("table", "make", "--prefixes", "200000", "--output", at("table.mrt")).status).toBe(0);
  const table = readFileSync(at("table.mrt"));
  writeFileSync(at("cut.mrt"), table.subarray(0, 100_003));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("--help", () => {
  const commands = [
    "bench",
    "bench convergence",
    "bench fanout",
    "bench handshake",
    "bench ipv6",
    "bench micro",
    "bench soak",
    "bench update",
    "compare",
    "corpus",
    "corpus import",
    "corpus merge",
    "corpus prune",
    "corpus stats",
    "coverage",
    "doctor",
    "explain",
    "findings",
    "findings close",
    "findings list",
    "findings show",
    "fuzz",
    "fuzz canaries",
    "fuzz speed",
    "minimize",
    "nightly",
    "report",
    "repro",
    "speaker",
    "status",
    "table",
    "table dump",
    "table make",
    "table stats",
    "trend",
    "verdicts",
  ];

  it.each(commands)("kiln %s --help says what it does, with an example", (command) => {
    const { status, stdout, stderr } = kiln(...command.split(" "), "--help");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    // A group of commands shows its examples with each of them, or itself.
    const [usage = "", , description = ""] = stdout.split("\n");
    expect(usage).toMatch(new RegExp(`^Usage: kiln ${command}`));
    expect(description).toMatch(/\w+ \w+/);
    const [, examples = ""] = stdout.split("\nExamples:\n");
    expect(examples).toMatch(new RegExp(`^  (kiln ${command}|npm run ${command})`));
  });

  it("names them all", () => {
    const { stdout } = kiln("--help");
    const [listed = "", examples = ""] = stdout.split("\nExamples:\n");
    expect(examples).toMatch(/^ {2}kiln /);
    const named = [...listed.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name).filter((name) => name !== "help");
    expect(named).toEqual([...new Set(commands.map((command) => command.split(" ")[0]))]);
  });
});

describe("wrong use ends in one line and exit code 2:", () => {
  const cases: readonly (readonly [line: string, says: RegExp])[] = [
    ["nosuch", /unknown command 'nosuch'/],
    ["benhc", /Did you mean bench\?/],
    ["--nosuch", /unknown option '--nosuch'/],
    ["bench nosuch", /unknown command 'nosuch'/],
    ["bench convergence --nosuch", /unknown option '--nosuch'/],
    ["bench convergence --target nosuch", /"nosuch" is not one of self, bird/],
    ["bench convergence --prefixes 0", /a whole number from 1/],
    ["bench fanout --receivers 1,0", /a whole number from 1/],
    ["bench convergence --mrt none", /--mrt none: there is no such file/],
    ["bench convergence --mrt folder", /--mrt folder: it is a directory/],
    ["bench convergence --transport udp", /"udp" is not one of tcp, tls, tls-stunnel/],
    ["bench update --duration 5", /Give a number and a unit/],
    ["bench handshake --tls 1.1", /"1.1" is not one of/],
    ["bench handshake --rate 10,0", /"0" is no rate/],
    ["bench handshake --reference openssl", /speak no BGP; add --until tls/],
    ["bench soak --rounds 0", /a whole number from 1/],
    ["bench micro --filter nosuch", /no case has "nosuch" in its name/],
    ["bench micro --profile nosuch", /Allowed choices are/],
    ["bench micro --filter frame --time 1 --results text", /text: a file stands where the folder should be/],
    ["doctor everything", /too many arguments/],
    ["compare", /say what to compare: two stored runs, --rerun A\.\.B, --a and --b, or --aa/],
    ["compare one", /name two stored runs/],
    ["compare none also-none", /there is no run "none"/],
    ["compare folder folder", /there are no benchmark results in it/],
    ["compare text text", /text is not JSON/],
    ["compare text text --rerun A..B", /choose one/],
    ["compare --rerun nosuch..HEAD", /there is no revision "nosuch" here|run it in a checkout/],
    ["compare --rerun ..HEAD", /"..HEAD" is not A..B/],
    ["compare --a self", /--a and --b belong together/],
    ["compare --a nosuch --b self", /there is no target "nosuch"/],
    ["compare --a self --b self=none", /self=none: there is no such program/],
    [
      "compare --a self --b self=text --prefixes 10",
      /self=text can't be started the way this version starts it: self: ended by itself/,
    ],
    ["compare --aa --pairs 5", /a whole number from 6/],
    ["compare --aa --pairs 20 --max-pairs 10", /--max-pairs must not be smaller than --pairs/],
    ["compare --aa --markdown none/x.md", /--markdown none\/x.md: there is no folder none/],
    ["compare --b self", /--a and --b belong together/],
    ["compare --aa --threshold 0", /above 0 and below 100%/],
    ["compare --aa --scenario nosuch", /"nosuch" is not one of convergence, update, handshake/],
    ["trend --results folder", /history\.ndjson has no runs yet/],
    ["trend --threshold much", /above 0 and below 100%/],
    ["explain", /missing required argument 'input'/],
    ["explain none", /there is no file none/],
    ["explain folder", /it is a directory/],
    ["explain text", /text is neither a capture/],
    ["explain --add-path nosuch 00", /"nosuch" is not one of ipv4-unicast/],
    ["fuzz nosuch", /there is no target "nosuch"/],
    ["fuzz --engine nosuch", /Allowed choices are/],
    ["fuzz --time 5", /Give a number and a unit/],
    ["fuzz --time 5s --budget 5s", /give one of the two/],
    ["fuzz --module none", /--module: there is no file none/],
    ["fuzz --module text#", /which function of text/],
    ["fuzz --exec ./none", /--exec: there is no program .\/none that could be run/],
    ["fuzz --exec node --as nosuch", /--as: there is no target "nosuch"/],
    ["fuzz --exec node --module text", /not both/],
    ["fuzz --seeds folder", /--seeds goes with --module or --exec/],
    ["fuzz --since nosuch", /--since nosuch: git knows no such commit/],
    ["fuzz canaries --canary B00", /B00/],
    ["fuzz speed nosuch", /there is no target "nosuch"/],
    ["corpus import none", /there is no none/],
    ["coverage nosuch", /there is no target "nosuch"/],
    ["nightly --budget soon", /Give a number and a unit/],
    ["nightly --results text", /text: a file stands where the folder should be/],
    ["findings nosuch", /too many arguments/],
    ["findings show", /missing required argument 'finding'/],
    ["findings show 0123456789ab", /no finding under .* has a signature that begins with 0123456789ab/],
    ["findings show text", /there is no finding text/],
    ["findings close folder", /there is no finding folder/],
    ["minimize", /missing required argument 'file'/],
    ["minimize none", /there is no none/],
    ["minimize text", /Say it with --target/],
    ["minimize text --target frame-stream", /it passes: there is nothing to minimise/],
    ["repro", /which input\? Name a file or a finding, or say --all/],
    ["repro text --all", /not both/],
    ["repro text --minimized --all", /not both/],
    ["repro none", /none/],
    ["repro folder", /folder is a folder without an input/],
    ["repro text", /Say it with --target/],
    ["repro text --target nosuch", /there is no target "nosuch"/],
    ["speaker --config none", /no such file/],
    ["speaker --config folder", /directory/],
    ["speaker --config text", /text is not JSON/],
    ["speaker --as many", /It must be a whole number/],
    ["speaker --as 1 --router-id 192.0.2.1 --peer 127.0.0.1,nosuch", /"nosuch" is not one of/],
    ["status", /required option '--control <path>' not specified/],
    ["status --control none", /no speaker answers/],
    ["status --control folder", /no speaker answers/],
    ["table dump", /missing required argument 'file'/],
    ["table dump none", /there is no such file/],
    ["table dump folder", /it is a directory/],
    ["table dump text", /text is no MRT file/],
    ["table stats cut.mrt --json", /cut.mrt is damaged: stopped at octet \d+/],
    ["table make", /required option '--prefixes <n>' not specified/],
    ["table make --prefixes 1 --output folder", /cannot write folder: it is a directory/],
    ["table make --prefixes 1 --output none/table", /cannot write none\/table: there is no such file or folder/],
    ["verdicts --nosuch", /unknown option '--nosuch'/],
    ["verdicts everything", /too many arguments/],
    ["table make --prefixes 1 --output - --json", /both want standard output/],
  ];

  it.each(cases)("kiln %s", (line, says) => {
    const { status, stdout, stderr } = kiln(...line.split(" "));
    // Progress may stand before it.
    const last = stderr.trimEnd().split("\n").at(-1) ?? "";
    expect(last).toMatch(/^kiln: /);
    expect(last).toMatch(says);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(status).toBe(2);
    if (stdout !== "") expect(schemaOf(stdout)).toMatch(/^kiln\./);
  });

  it("kiln speaker, for a configuration with a line for each fault", () => {
    const { status, stdout, stderr } = kiln("speaker", "--config", "bad.json");
    expect(stderr).toMatch(/^kiln: the configuration is not valid:\n( {2}(localAs|routerId|peers): .+\n)+$/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });

  it("kiln speaker, where its port is taken", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    try {
      await new Promise((resolve) => taken.once("listening", resolve));
      const { port } = taken.address() as { port: number };
      const peer = ["--as", "1", "--router-id", "192.0.2.1", "--peer", "127.0.0.2,as=2,passive"];
      const { status, stdout, stderr } = kiln("speaker", "--listen", `127.0.0.1:${port}`, ...peer, "--json");
      expect(stderr.trimEnd().split("\n").at(-1)).toMatch(new RegExp(`^kiln: .*${port}`));
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    } finally {
      taken.close();
    }
  });
});

describe("--json", () => {
  it.each([
    ["bench micro --filter frame --time 5 --results runs", "kiln.bench.micro/1"],
    [
      "bench convergence --target self --transport tcp --prefixes 1000 --runs 1 --results runs",
      "kiln.bench.convergence/1",
    ],
    ["doctor", "kiln.doctor/1"],
    ["trend --results runs", "kiln.trend/1"],
    [`compare ${baseline} ${baseline}`, "kiln.compare/1"],
    // Enough that the ticks of the clock do not count: then nothing is slower by 90%, however busy the machine.
    ["compare --aa --pairs 6 --max-pairs 6 --prefixes 20000 --threshold 90% --results runs", "kiln.compare/1"],
    ["explain ffffffffffffffffffffffffffffffff001304", "kiln.explain/1"],
    ["corpus stats capability-09 --corpus corpus", "kiln.corpus/1"],
    ["coverage capability-09 --corpus corpus --output coverage", "kiln.coverage/1"],
    ["fuzz --list", "kiln.fuzz.list/1"],
    ["fuzz capability-09 --engine sweep --inputs 1000 --seed 1 --corpus corpus", "kiln.fuzz.run/2"],
    ["findings", "kiln.fuzz.findings/1"],
    ["repro text --target frame-stream", "kiln.fuzz.replay/2"],
    ["repro --all", "kiln.fuzz.replay/2"],
    ["table make --prefixes 100", "kiln.table.stats/1"],
    ["table stats table.mrt", "kiln.table.stats/1"],
    ["verdicts", "kiln.verdicts/1"],
  ])("kiln %s --json prints one document, %s", (line, schema) => {
    const { status, stdout } = kiln(...line.split(" "), "--json");
    expect(status).toBe(0);
    expect(schemaOf(stdout)).toBe(schema);
  });

  it("a target that is not installed is named, not left out", () => {
    const args = ["bench", "convergence", "--target", "self,bird", "--transport", "tls", "--prefixes", "500"];
    const { status, stdout } = kiln(...args, "--runs", "1", "--results", "runs", "--json");
    expect(status).toBe(0);
    const { rows } = JSON.parse(stdout) as { rows: { target: string; skipped?: string }[] };
    expect(rows.find(({ target }) => target === "bird")?.skipped).toMatch(/no TLS|apt-get install bird2/);
  });
});

describe("a reader that has seen enough", () => {
  it.each([
    ["table", "dump", "table.mrt"],
    ["fuzz", "--list", "--json"],
    ["bench", "--help"],
  ])("kiln %s %s is no error", async (...args) => {
    const child = start(args);
    child.stdout?.once("data", () => child.stdout?.destroy());
    expect(await ended(child)).toMatchObject({ status: 0, stderr: "" });
  });
});

describe("Ctrl-C", () => {
  it.skipIf(process.platform !== "linux").each([
    {
      name: "bench",
      line: "bench convergence --target self --transport tcp --prefixes 3000 --runs 500 --json --results runs-bench",
      when: /run 4\/500/,
      status: 2,
      schema: "kiln.bench.convergence/1",
    },
    {
      name: "bench handshake",
      line: "bench handshake --target self --transport tcp --count 50 --runs 500 --json --results runs-handshake",
      when: /3\/500/,
      status: 2,
      schema: "kiln.bench.handshake/2",
    },
    {
      name: "fuzz",
      line: "fuzz capability attribute --time 60s --seed 1 --json --corpus corpus",
      when: /executions in \d+ s/,
      status: null,
      schema: "kiln.fuzz.run/2",
    },
    {
      name: "fuzz with jsfuzz",
      line: "fuzz message-open --engine jsfuzz --time 60s --seed 1 --json --corpus corpus",
      when: /executions in \d+ s/,
      status: null,
      schema: "kiln.fuzz.run/2",
    },
    {
      name: "nightly",
      line: "nightly --budget 10m --seed 1 --json --corpus corpus --results runs-nightly",
      when: /self tcp/,
      status: null,
      schema: "kiln.nightly/1",
    },
    {
      name: "speaker",
      line: "speaker --as 1 --router-id 192.0.2.1 --listen 127.0.0.1:0 --peer 127.0.0.2,as=2,passive --json --control ctl",
      when: /listening on/,
      status: 0,
      schema: "kiln.speaker.status/1",
    },
  ])("$name keeps what it has, and leaves no process behind", async ({ line, when, status, schema }) => {
    const child = start(line.split(" "));
    const running = ended(child);
    await saying(child, when);
    child.kill("SIGINT");
    const result = await running;
    // With 1 a finding would show; it is not this test's matter which of the other two a command that was cut short gives.
    if (status === null) expect([0, 2]).toContain(result.status);
    else expect(result.status).toBe(status);
    expect(result.stderr).not.toMatch(/internal error|^ +at /m);
    const document = JSON.parse(result.stdout) as { schema: string };
    expect(document.schema).toBe(schema);
    if (schema in schemas) schemaOf(result.stdout);
    expect(await survivors()).toEqual([]);
    expect(existsSync(at("ctl"))).toBe(false);
    for (const kept of [...line.matchAll(/--results (\S+)/g)].map(([, dir = ""]) => at(dir))) {
      const [run = ""] = readdirSync(kept);
      expect(readdirSync(join(kept, run))).toContainEqual(expect.stringMatching(/\.json$/));
    }
  });

  it("in the middle of a dump ends it, with the lines before it whole", async () => {
    const child = start(["table", "dump", "table.mrt"]);
    const running = ended(child);
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    child.kill("SIGINT");
    const { status, stdout, stderr } = await running;
    // It may have come to its end before.
    expect([0, 2, 130]).toContain(status);
    expect(stdout.endsWith("\n")).toBe(true);
    expect(stderr).not.toMatch(/internal error|^ +at /m);
  });
});

const schemas: Readonly<Record<string, { parse(value: unknown): unknown }>> = {
  ...documents,
  "kiln.corpus/1": corpusDocument,
  "kiln.coverage/1": coverageDocument,
  "kiln.explain/1": explainDocument,
  "kiln.fuzz.list/1": fuzzList,
  "kiln.fuzz.findings/1": findings,
  "kiln.fuzz.minimize/1": minimizeDocument,
  "kiln.fuzz.replay/2": replayDocument,
  "kiln.table.stats/1": tableStatsSchema,
  "kiln.verdicts/1": verdictsDocument,
};

/** The schema that a document names, and keeps to. */
const schemaOf = (text: string): string => {
  const document = JSON.parse(text) as { schema: string };
  const schema = schemas[document.schema];
  if (schema === undefined) throw new Error(`no schema ${document.schema}`);
  schema.parse(document);
  return document.schema;
};

const start = (args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [main, ...args], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });

const ended = (child: ChildProcess): Promise<Run> =>
  new Promise((resolve) => {
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("close", (status) => resolve({ status, stdout, stderr }));
  });

/** Until it says so on standard error. Rejects when it ends before. */
const saying = (child: ChildProcess, what: RegExp): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.on("data", (text: unknown) => {
      said += String(text);
      if (what.test(said)) resolve();
    });
    child.once("close", () => reject(new Error(`it ended before it said ${what}: ${said}`)));
  });

/** Command lines of what still runs with our mark, given two seconds to go. */
const survivors = async (): Promise<string[]> => {
  let found: string[] = [];
  for (let i = 0; i < 20; i++) {
    found = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isMarked(name));
    if (found.length === 0) return [];
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return found.map((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
};

const isMarked = (pid: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").includes(`KILN_TEST_MARK=${MARK}`);
  } catch {
    return false;
  }
};
