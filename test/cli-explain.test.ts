import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExplainDocument, explainDocument } from "../src/results/explain.js";

/** The command as one file, made from the sources as they are: a stale build can't pass. */
const bundle = fileURLToPath(new URL("../node_modules/.cache/cli-explain-test/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kiln-cli-explain-"));
const at = (name: string): string => join(folder, name);

const MARKER = "ff".repeat(16);
const KEEPALIVE = `${MARKER}001304`;
const OPEN = `${MARKER}001d01 04 fde9 005a c0000201 00`.replaceAll(" ", "");
/** 198.51.100.0/24 by AS 65001, and the same with an ORIGIN of 7. */
const UPDATE = `${MARKER}002f 02 0000 0014 40010100 40020602010000fde9 400304c0000201 18c63364`.replaceAll(" ", "");
const BAD_UPDATE = UPDATE.replace("40010100", "40010107");

const octets = (digits: string): Buffer => Buffer.from(digits, "hex");

/** A pcap of raw IPv4 (link type 101): each of `payloads` in a packet from 192.0.2.1:40000 to 192.0.2.2:179. */
const pcap = (...payloads: readonly Buffer[]): Buffer => {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt32LE(0x00040002, 4);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(101, 20);
  let sequence = 1;
  const records = payloads.map((payload) => {
    const record = Buffer.alloc(16 + 40);
    record.writeUInt32LE(40 + payload.length, 8);
    record.writeUInt32LE(40 + payload.length, 12);
    const ip = record.subarray(16);
    ip.set([0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]);
    ip.writeUInt16BE(40 + payload.length, 2);
    ip.writeUInt16BE(40_000, 20);
    ip.writeUInt16BE(179, 22);
    ip.writeUInt32BE(sequence, 24);
    ip.set([0x50, 0x18], 32);
    sequence += payload.length;
    return Buffer.concat([record, payload]);
  });
  return Buffer.concat([header, ...records]);
};

const capture = pcap(octets(OPEN), octets(KEEPALIVE), octets(UPDATE));

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (args: readonly string[], input: Uint8Array | string = "", node: readonly string[] = []): Run => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, bundle, "explain", ...args], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: 60_000,
    input,
  });
  return { status, stdout, stderr };
};
const explain = (...args: readonly string[]): Run => run(args);

const document = ({ stdout }: Run): ExplainDocument => explainDocument.parse(JSON.parse(stdout));
const names = (of: Run): string[] => document(of).messages.map(({ name }) => name);

/** One line on standard error that says so, and exit code 2. */
const expectRefused = ({ status, stderr }: Run, says: RegExp): void => {
  expect(stderr).toMatch(/^kiln: .+\n$/);
  expect(stderr).toMatch(says);
  expect(status).toBe(2);
};

beforeAll(async () => {
  mkdirSync(join(bundle, ".."), { recursive: true });
  await build({
    entryPoints: [fileURLToPath(new URL("../src/cli/main.ts", import.meta.url))],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "error",
  });
  mkdirSync(at("folder"));
  const files: Readonly<Record<string, Uint8Array | string>> = {
    empty: "",
    text: "Roses are red.\n",
    // No octet of it is ff, so that there is no marker in it.
    garbage: Uint8Array.from({ length: 100_000 }, (_, i) => (i * i) % 251),
    "whole.pcap": capture,
    "cut.pcap": capture.subarray(0, -5),
    "header.pcap": capture.subarray(0, 24),
    "half-header.pcap": capture.subarray(0, 20),
    "magic.pcap": capture.subarray(0, 4),
    "garbage.pcap": Buffer.concat([capture.subarray(0, 24), Buffer.alloc(64, 0xab)]),
    "no-tcp.pcap": Buffer.concat([capture.subarray(0, 24), Buffer.alloc(8), Buffer.from([1, 0, 0, 0, 1, 0, 0, 0, 9])]),
    "magic.pcapng": octets("0a0d0d0a"),
    "empty.pcapng": octets("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000"),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(at(name), content);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(join(bundle, ".."), { recursive: true, force: true });
});

describe("what kiln explain can't read ends in one line and exit code 2:", () => {
  it.each<[line: string, says: RegExp]>([
    ["", /missing required argument 'input'/],
    ["empty", /empty is empty/],
    ["folder", /cannot read folder: it is a directory/],
    ["none", /there is no file none/],
    ["none.pcap", /there is no file none.pcap/],
    ["whole.pcap cut.pcap", /whole.pcap is no run of hexadecimal digits, and a file stands alone/],
    ["text", /text is neither a capture .* nor does it have hexadecimal digits/],
    ["garbage", /garbage is neither a capture/],
    ["header.pcap", /header.pcap has no BGP message in it; it has no packets/],
    ["half-header.pcap", /half-header.pcap has no BGP message in it; it ends within its header/],
    ["magic.pcap", /it ends within its header/],
    ["garbage.pcap", /garbage.pcap has no BGP message in it; it ends within a record, behind packet 0/],
    ["no-tcp.pcap", /none of the 1 packets has TCP over IP in it/],
    ["magic.pcapng", /it ends within a record, behind packet 0/],
    ["empty.pcapng", /it has no packets/],
    ["fff", /no run of whole octets in hexadecimal digits/],
    ["40010100", /command line has no BGP message in it; 4 octets without the marker/],
    [`--nosuch ${KEEPALIVE}`, /unknown option '--nosuch'/],
    [`--as2 --as4 ${KEEPALIVE}`, /'--as4' cannot be used with option '--as2'/],
    [`--internal --external ${KEEPALIVE}`, /cannot be used with/],
    [`--add-path nosuch ${KEEPALIVE}`, /"nosuch" is not one of ipv4-unicast/],
    ["-", /standard input is empty/],
  ])("kiln explain %s", (line, says) => {
    const args = line.split(" ").filter((word) => word !== "");
    const refused = explain(...args);
    expectRefused(refused, says);
    expect(refused.stdout).toBe("");
  });

  it("an empty argument", () => expectRefused(explain(""), /no run of whole octets/));

  it.skipIf(process.platform !== "linux")("a device that has no end", () => {
    expectRefused(explain("/dev/zero"), /\/dev\/zero is larger than 128 MiB/);
  });

  it.each([[[]], [["--json"]]])("a capture that is cut, after what it holds, with %j", (flags) => {
    const cut = explain(...flags, "cut.pcap");
    expectRefused(cut, /cut.pcap could not be read to its end: it ends within a record, behind packet 2/);
    if (flags.length === 0) expect(cut.stdout).toMatch(/^OPEN, 29 octets(.*\n)*KEEPALIVE, 19 octets/);
    else
      expect([names(cut), document(cut).trouble]).toEqual([["OPEN", "KEEPALIVE"], expect.stringMatching(/packet 2/)]);
  });
});

describe("the exit code", () => {
  it("is 0 when all is well formed, and 1 when a fault was found", () => {
    expect(explain(UPDATE)).toMatchObject({ status: 0, stderr: "" });
    const bad = explain(BAD_UPDATE);
    expect(bad).toMatchObject({ status: 1, stderr: "" });
    expect(bad.stdout).toMatch(/! origin\/undefined-value: treat-as-withdraw by RFC 7606 §7.1, octets 23-27/);
    expect(explain("--json", BAD_UPDATE).status).toBe(1);
    // A fault counts wherever it stands.
    expect(explain(BAD_UPDATE, KEEPALIVE).status).toBe(1);
  });

  it.each([
    ["a marker", MARKER, /^cut header, 16 octets\n/, 3],
    ["half a header", `${MARKER}0005`, /^cut header, 18 octets\n/, 1],
    ["an UPDATE", UPDATE.slice(0, -2), /^UPDATE, 46 octets\n/, 1],
    ["an UPDATE up to its header", UPDATE.slice(0, 38), /^UPDATE, 19 octets\n/, 28],
  ])("is 2 when %s is cut", (_what, digits, says, missing) => {
    const cut = explain(digits);
    expect(cut.stdout).toMatch(says);
    expect(cut.stdout).toContain(`${missing} octet${missing === 1 ? " is" : "s are"} missing`);
    expect(cut.stdout).not.toContain("well formed");
    expectRefused(cut, /^kiln: 1 of the messages in command line is not whole$/m);
    // What was judged counts for more.
    expect(explain(BAD_UPDATE, digits).status).toBe(1);
  });

  it("is that of the session the flags describe", () => {
    const attributes = "40010100 40020602010000fde9 400304c0000201 400504 00000064";
    const withLocalPref = `${MARKER}0036 02 0000 001b ${attributes} 18c63364`;
    expect(explain("--internal", withLocalPref).status).toBe(0);
    expect(explain("--external", withLocalPref).stdout).toContain("! local-pref/");
  });
});

describe("what kiln explain reads", () => {
  it.each<[what: string, text: string, messages: string[]]>([
    ["digits", UPDATE, ["UPDATE"]],
    ["digits of many lines", `${OPEN}\n${KEEPALIVE}\n${UPDATE}\n`, ["OPEN", "KEEPALIVE", "UPDATE"]],
    [
      "a log with a message in each line",
      `bgpd[412]: 192.0.2.1 [Error] bad UPDATE: ${UPDATE}\nbgpd[412]: 192.0.2.1 rcvd ${KEEPALIVE} (19)\n`,
      ["UPDATE", "KEEPALIVE"],
    ],
    [
      "a log with octets two by two",
      `<WARN> peer1: got ${UPDATE.replaceAll(/../g, "$& ")}from 192.0.2.1\n`,
      ["UPDATE"],
    ],
  ])("%s, on standard input", (_what, text, messages) => {
    const read = run(["--json", "-"], text);
    expect(read).toMatchObject({ status: 0, stderr: "" });
    expect(names(read)).toEqual(messages);
    expect(document(read).source).toBe("standard input");
  });

  it("a capture, from a file and from standard input", () => {
    for (const read of [explain("--json", "whole.pcap"), run(["--json", "-"], capture)]) {
      expect(read).toMatchObject({ status: 0, stderr: "" });
      expect(names(read)).toEqual(["OPEN", "KEEPALIVE", "UPDATE"]);
      expect(document(read).messages[2]).toMatchObject({ from: "192.0.2.1:40000", packet: 3 });
    }
  });

  const hasTshark = spawnSync("tshark", ["--version"]).status === 0;
  const without = hasTshark ? "" : " (skipped: no tshark; apt-get install tshark)";
  it.skipIf(!hasTshark)(`what tshark -x prints of a capture${without}`, () => {
    const { stdout } = spawnSync("tshark", ["-r", at("whole.pcap"), "-x"], { encoding: "utf8" });
    const read = run(["--json", "-"], stdout);
    expect(read.status).toBe(0);
    expect(names(read)).toEqual(["OPEN", "KEEPALIVE", "UPDATE"]);
  });
});

describe("large inputs", { timeout: 120_000 }, () => {
  // As many as were too much for one regular expression.
  it("with millions of octets behind a marker are no stack overflow", () => {
    writeFileSync(at("long.log"), `log: ${"ff ".repeat(16)}ff ff 02 ${"00 ".repeat(10_000_000)}\nend.\n`);
    const read = explain("long.log");
    expect(read.stderr).toBe("");
    expect(read.status).toBe(1);
  });

  it("with millions of digits in one line of a dump are none either", () => {
    writeFileSync(at("long.dump"), `0000 ${"ab ".repeat(10_000_000)}\nend.\n`);
    expectRefused(explain("long.dump"), /long.dump is neither/);
  });

  it.each([[[]], [["--json"]]])("with many messages are printed one by one, not held in memory, with %j", (flags) => {
    writeFileSync(at("many.hex"), KEEPALIVE.repeat(100_000));
    const read = run([...flags, "many.hex"], "", ["--max-old-space-size=160"]);
    expect(read.stderr).toBe("");
    expect(read.status).toBe(0);
    if (flags.length > 0) expect(names(read)).toHaveLength(100_000);
  });
});

describe("a reader that has seen enough", () => {
  it.each([[[]], [["--json"]]])("is no error, with %j", async (flags) => {
    writeFileSync(at("some.hex"), KEEPALIVE.repeat(20_000));
    const child = spawn(process.execPath, [bundle, "explain", ...flags, at("some.hex")], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.once("close", resolve));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});
