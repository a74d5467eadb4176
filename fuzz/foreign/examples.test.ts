import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { runCampaign, seedsRoot } from "../campaign/campaign.js";
import type { Sighting } from "../campaign/finding.js";
import { HANG_MS, readFindingCase, replay } from "../campaign/replay.js";
import { type Foreign, foreignSuite, seedsRootFor } from "./suite.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-examples-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const example = (path: string): string => fileURLToPath(new URL(`../examples/${path}`, import.meta.url));

/** Fuzzes until something is found that `isIt` takes, for a minute at most, then runs what was found again. */
const findingIn = async (foreign: Foreign, isIt: (one: Sighting) => boolean): Promise<Sighting> => {
  const own = mkdtempSync(join(folder, "run-"));
  const { suite, target } = foreignSuite(foreign, own);
  const seeds = seedsRootFor(target.name, join(seedsRoot(), foreign.kind === "exec" ? foreign.as : "mrt-record"), own);
  const found = new AbortController();
  const sightings: Sighting[] = [];
  await runCampaign(
    { targets: [target], engine: "kiln", timeMs: 60_000, inputs: 0, seed: 1, corpus: own, jobs: 1, suite, seeds },
    {
      found(one) {
        if (!isIt(one)) return;
        sightings.push(one);
        found.abort();
      },
    },
    found.signal,
  );
  const [first] = sightings;
  if (first === undefined) throw new Error("nothing was found in a minute");
  const { failure } = await replay(readFindingCase(first.folder, "input"), { suite });
  expect(failure).toMatchObject({ kind: first.finding.kind, what: first.finding.what });
  return first;
};

const exec = (command: string, as: string): Foreign => ({ kind: "exec", command, as, hangMs: HANG_MS });

const compiler = ["cc", "gcc", "clang"].find((name) => spawnSync(name, ["--version"]).status === 0);

it.skipIf(compiler === undefined)(
  `the decoder in C: its planted bug is found${compiler === undefined ? " (no C compiler: apt-get install gcc libc6-dev)" : ""}`,
  async () => {
    const program = join(folder, "decoder");
    // Without AddressSanitizer, which not every compiler brings along, the stack is what is guarded.
    const flags = ["-g", "-O1", "-fstack-protector-all", "-o", program, example("exec/decoder.c")];
    expect(spawnSync(compiler ?? "", flags).status).toBe(0);
    const { finding } = await findingIn(exec(`${program} --careless`, "message-update"), () => true);
    expect(finding).toMatchObject({ target: "exec-decoder", kind: "crash" });
    expect(finding.what).toMatch(/killed by SIG(ABRT|SEGV)/);
  },
  120_000,
);

const python = spawnSync("python3", ["--version"]).status === 0;

it.skipIf(!python)(
  `the decoder in Python: its planted bug is found${python ? "" : " (no python3: apt-get install python3)"}`,
  async () => {
    const { finding } = await findingIn(
      exec(`python3 ${example("exec/decoder.py")} --careless`, "message-open"),
      () => true,
    );
    expect(finding).toMatchObject({ kind: "crash", what: expect.stringContaining("struct.error: unpack requires") });
    expect(finding.stack[0]).toMatch(/^as_number decoder\.py:\d+$/);
  },
  120_000,
);

it("a function around dns-packet: its planted bug is found, in the file of the user", async () => {
  const module = { kind: "module", spec: `${example("module/dns-packet.mjs")}#careless` } as const;
  const { finding } = await findingIn(module, ({ finding: { what } }) => what.startsWith("TypeError"));
  expect(finding.message).toBe("Cannot read properties of null (reading '0')");
  expect(finding.stack[0]).toMatch(/fuzz\/examples\/module\/dns-packet\.mjs:\d+$/);
}, 120_000);

it.skipIf(!python)(
  "a program that decides otherwise than Kiln is found, too",
  async () => {
    const lenient = `python3 -c '
import struct, sys
while len(head := sys.stdin.buffer.read(4)) == 4:
    sys.stdin.buffer.read(struct.unpack("!I", head)[0])
    sys.stdout.buffer.write(struct.pack("!I", 8) + b"accepted")
    sys.stdout.buffer.flush()'`;
    const { finding } = await findingIn(exec(lenient, "message-open"), () => true);
    expect(finding.kind).toBe("oracle");
    expect(finding.what).toMatch(/^difference: the program says accepted where Kiln says (discard|reset)$/);
  },
  120_000,
);
