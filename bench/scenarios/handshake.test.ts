import { describe, expect, it } from "vitest";
import { type HandshakeRow, parseDocument, provenance } from "../../src/results/index.js";
import { type Target, TargetError } from "../../src/target/target.js";
import { type HandshakeOptions, handshake, lackOf } from "./handshake.js";

const target = (more: Partial<Target>): Target => ({
  name: "other",
  transports: ["tcp", "tls"],
  comparability: { mrai: "", damping: "", threads: "", policy: "", fib: "", notes: [] },
  available: async () => null,
  start: () => Promise.reject(new TargetError("other: it does not start")),
  ...more,
});

const options = (targets: readonly Target[], more: Partial<HandshakeOptions> = {}): HandshakeOptions => ({
  targets,
  transports: ["tcp", "tls"],
  versions: ["1.2", "1.3"],
  keys: ["p256"],
  authentications: ["server", "mutual"],
  resumed: [false, true],
  groups: ["X25519"],
  until: "established",
  runs: 2,
  count: 10,
  warmUp: 0,
  rates: [null],
  arrivals: "poisson",
  seed: 1,
  concurrency: 2,
  signal: new AbortController().signal,
  progress: () => undefined,
  ...more,
});

const last = async (scenario: AsyncIterable<readonly HandshakeRow[]>): Promise<readonly HandshakeRow[]> => {
  let rows: readonly HandshakeRow[] = [];
  for await (rows of scenario);
  const document = { schema: "kiln.bench.handshake/2", provenance: provenance(), rows };
  expect(parseDocument(document, "rows")).toEqual(document);
  return rows;
};

describe("handshake", () => {
  it("has one row over TCP and one for each kind of TLS handshake", async () => {
    const rows = await last(handshake(options([target({})])));
    expect(rows.map(({ tls }) => tls && `${tls.version} ${tls.authentication} ${tls.resumed}`)).toEqual([
      null,
      "1.2 server false",
      "1.2 server true",
      "1.2 mutual false",
      "1.2 mutual true",
      "1.3 server false",
      "1.3 server true",
      "1.3 mutual false",
      "1.3 mutual true",
    ]);
    for (const row of rows) expect(row).toMatchObject({ failed: "other: it does not start" });
  });

  it("says of a daemon without TLS that it has none, once", async () => {
    const rows = await last(handshake(options([target({ transports: ["tcp"] })])));
    expect(rows).toEqual([
      expect.objectContaining({ transport: "tcp", failed: "other: it does not start" }),
      expect.objectContaining({ transport: "tls", tls: null, skipped: "no TLS" }),
    ]);
  });

  it("says of a target that is not installed how to get it", async () => {
    const available = async (): Promise<string> => "other: not installed; apt-get install other";
    const rows = await last(handshake(options([target({ available })], { transports: ["tcp"] })));
    expect(rows).toEqual([expect.objectContaining({ skipped: "other: not installed; apt-get install other" })]);
  });

  it("tries a target that failed no second time, and the others still", async () => {
    const started: string[] = [];
    const failing = (name: string): Target =>
      target({
        name,
        start: () => {
          started.push(name);
          return Promise.reject(new TargetError(name));
        },
      });
    await last(handshake(options([failing("a"), failing("b")], { transports: ["tcp"] })));
    expect(started).toEqual(["a", "b"]);
  });

  it("starts nothing more once it was interrupted", async () => {
    const controller = new AbortController();
    controller.abort();
    const rows = await last(handshake(options([target({})], { transports: ["tcp"], signal: controller.signal })));
    expect(rows).toEqual([expect.objectContaining({ failed: "not measured: interrupted" })]);
  });

  it("has a row for each group and rate, and says of those that cannot be why", async () => {
    const one = { transports: ["tcp", "tls"], authentications: ["server"], resumed: [false] } as const;
    const more = { groups: ["P-256", "X25519MLKEM768"], rates: [10, 20], until: "tls" } as const;
    const rows = await last(handshake(options([target({})], { ...one, ...more, versions: ["1.2"] })));
    const shown = rows.map((row) => [row.tls?.group ?? null, row.rate, "skipped" in row ? row.skipped : "tried"]);
    expect(shown).toEqual([
      [null, 10, "no TLS handshake over TCP"],
      [null, 20, "no TLS handshake over TCP"],
      ["P-256", 10, "tried"],
      ["P-256", 20, "tried"],
      ["X25519MLKEM768", 10, "X25519MLKEM768 is a group of TLS 1.3 only"],
      ["X25519MLKEM768", 20, "X25519MLKEM768 is a group of TLS 1.3 only"],
    ]);
  });
});

describe("lackOf", () => {
  it("knows which OpenSSL has the hybrid group", () => {
    const lacks = (openssl: string): string | null => lackOf({ version: "1.3", group: "X25519MLKEM768" }, openssl);
    expect(lacks("3.0.19+quic")).toMatch(/needs OpenSSL 3\.5, this Node has 3\.0\.19:/);
    expect(lacks("3.4.9")).not.toBeNull();
    expect(lacks("3.5.0")).toBeNull();
    expect(lacks("3.10.0")).toBeNull();
    expect(lacks("4.0.0")).toBeNull();
    expect(lackOf({ version: "1.3", group: "X25519" }, "3.0.19")).toBeNull();
  });
});
