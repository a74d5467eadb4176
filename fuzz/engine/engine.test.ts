import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Random } from "../../src/table/random.js";
import type { Failure } from "../campaign/failure.js";
import { ACCEPTED, type Target } from "../targets/target.js";
import { type EngineOptions, type EngineResult, fuzzTarget, type LoadedBuild } from "./engine.js";
import { createRuntime, StepsExceeded } from "./instrument/runtime.js";
import { QueueFolder } from "./store.js";
import type { Mutator } from "./types.js";

const root = mkdtempSync(join(tmpdir(), "kiln-engine-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const folder = (): string => mkdtempSync(join(root, "queue-"));

const EDGES = 64;

type Code = (data: Uint8Array, take: (edge: number) => void) => string;

/** A target that takes the edges of its code by hand: what instrumentation would make it do. */
const built = (code: Code): LoadedBuild => {
  const runtime = createRuntime(EDGES);
  const take = (edge: number): void => {
    runtime.counters[edge] = (runtime.counters[edge] ?? 0) + 1;
  };
  const fuzz = (data: Uint8Array): string => code(data, take);
  return {
    runtime,
    target: { name: "toy", module: "src/toy.ts", faults: [], fuzz, input: (data) => data } satisfies Target,
  };
};

/** Octets set at random, one longer or shorter at times. */
const mutator = (random: Random): Mutator => {
  let said: string[] = [];
  let out = new Uint8Array(0);
  const vary = (): Uint8Array => {
    const at = random.below(out.length + 1);
    out[at] = random.next();
    said.push(`octet at ${at}`);
    return out;
  };
  return {
    learn: () => {},
    word: () => {},
    credit: () => {},
    mutate({ data }) {
      out = new Uint8Array(Math.max(0, data.length + random.below(3) - 1));
      out.set(data.subarray(0, out.length));
      said = [];
      return vary();
    },
    vary,
    trail: () => [...said],
    answers: () => [],
  };
};

interface Fuzzed extends EngineResult {
  readonly failures: readonly Failure[];
  readonly inputs: readonly string[];
}

const fuzz = async (
  build: LoadedBuild,
  options: Partial<EngineOptions> = {},
  entered: (executions: number) => void = () => {},
  compared: Target = { ...build.target, fuzz: () => ACCEPTED },
): Promise<Fuzzed> => {
  const failures: Failure[] = [];
  const inputs: string[] = [];
  let boarded: readonly Uint8Array[] = [];
  const result = await fuzzTarget(
    build,
    // A runtime of its own, as the compare build has.
    { runtime: createRuntime(EDGES), target: compared },
    {
      seed: 1,
      ranges: [{ first: 0, end: EDGES }],
      seeds: [Uint8Array.of(0)],
      samples: () => [],
      mutator: ({ random }) => mutator(random),
      queue: new QueueFolder(folder()),
      executions: 20_000,
      timeMs: 60_000,
      hangMs: 200,
      now: () => inputs.length,
      cpuMs: () => 0,
      ...options,
    },
    {
      stopped: false,
      board(next) {
        boarded = next;
      },
      enter(index) {
        inputs.push((boarded[index] ?? []).toString());
        entered(inputs.length);
      },
      leave: () => {},
    },
    { stats: () => {}, failure: (failure) => failures.push(failure) },
  );
  return { ...result, failures, inputs };
};

/** A door behind each octet: only who keeps what opened one comes to the last. */
const doors = (data: Uint8Array, take: (edge: number) => void): string => {
  take(0);
  for (const [i, octet] of [7, 77, 177, 17].entries()) {
    if (data[i] !== octet) return ACCEPTED;
    take(i + 1);
  }
  throw new TypeError("behind the last door");
};

describe("the loop", () => {
  it("comes through four doors, which octets at random would not in four thousand million tries", async () => {
    const { stats, failures } = await fuzz(built(doors), { executions: 60_000 });
    expect(stats).toMatchObject({ edges: 4, edgesTotal: EDGES, corpus: 4 });
    expect(failures[0]).toMatchObject({
      kind: "crash",
      what: "TypeError: behind the last door",
      origin: { engine: "kiln", seed: 1, parent: expect.stringMatching(/^[0-9a-f]{16}$/) },
    });
    expect(failures[0]?.origin.trail?.[0]).toMatch(/^octet at \d$/);
    expect([...(failures[0]?.input ?? [])].slice(0, 4)).toEqual([7, 77, 177, 17]);
  });

  it("goes on without samples that the code under test does not let be made", async () => {
    let drawn = 0;
    const samples = (): { data: Uint8Array; expected: null; from: string }[] => {
      if (drawn++ % 2 === 0) throw new TypeError("while it was encoded");
      return [{ data: Uint8Array.of(7, 77, 177), expected: null, from: "valid" }];
    };
    const { stats, failures } = await fuzz(built(doors), { executions: 60_000, samples });
    expect(drawn).toBeGreaterThan(10);
    expect(stats.edges).toBe(4);
    expect(failures.map(({ what }) => what)).toContain("TypeError: behind the last door");
  });

  it("does the same again with the same seed, input for input, and something else with another", async () => {
    const [one, same, other] = [
      await fuzz(built(doors), { executions: 5_000 }),
      await fuzz(built(doors), { executions: 5_000 }),
      await fuzz(built(doors), { executions: 5_000, seed: 2 }),
    ];
    expect(same.inputs).toEqual(one.inputs);
    expect({ ...same.stats, rssMb: 0 }).toEqual({ ...one.stats, rssMb: 0 });
    expect(other.inputs).not.toEqual(one.inputs);
  });

  it("learns what is compared from one run without oracles, where the target has such a one", async () => {
    const build = built(doors);
    let learned = 0;
    const once = (): void => {
      learned++;
    };
    const judged = (): never => {
      throw new Error("oracles are not asked");
    };
    await fuzz(build, { executions: 2_000 }, () => {}, { ...build.target, fuzz: judged, once });
    expect(learned).toBeGreaterThan(0);
  });

  it("keeps an outcome that is new, and another number of rounds, each trimmed to what it takes", async () => {
    const queue = folder();
    const rounds = built((data, take) => {
      for (const octet of data) if (octet > 127) take(0);
      return data.length > 3 ? "long" : ACCEPTED;
    });
    const seeds = [Uint8Array.of(200, 0, 0)];
    const samples = (): { data: Uint8Array; expected: null; from: string }[] => [
      { data: Uint8Array.of(0, 1, 200, 2, 3, 200, 4), expected: null, from: "valid" },
    ];
    const { stats } = await fuzz(rounds, { queue: new QueueFolder(queue), seeds, samples, executions: 600 });
    // One octet above 127, two in a long one; more come by mutation.
    expect(stats.features).toBeGreaterThanOrEqual(4);
    expect(stats.corpus).toBe(readdirSync(queue).length);
  });

  it("refuses a target of which no seed takes an edge", async () => {
    await expect(fuzz(built(() => ACCEPTED))).rejects.toThrow(/no input to start from takes an edge of src\/toy\.ts/);
  });

  it("counts only the edges it was given", async () => {
    const { stats } = await fuzz(built(doors), { ranges: [{ first: 0, end: 2 }], executions: 3_000 });
    expect(stats).toMatchObject({ edges: 2, edgesTotal: 2 });
  });

  it("hands on an answer that is not what an input was made for", async () => {
    const samples = (): { data: Uint8Array; expected: string; from: string }[] => [
      { data: Uint8Array.of(1), expected: "toy/one", from: "broken" },
    ];
    const { failures } = await fuzz(built(doors), { samples, executions: 100 });
    expect(failures[0]).toMatchObject({ kind: "oracle", expected: "toy/one", origin: { arbitrary: "broken" } });
  });

  it("knows a hang although the code under test catches what ends it, and says which function loops", async () => {
    const looping = built((data, take) => {
      take(0);
      if (data.length > 1) round();
      return ACCEPTED;
    });
    const { runtime } = looping;
    const step = (): void => {
      const left = (runtime as unknown as { left: Int32Array }).left;
      left[0] = (left[0] ?? 0) - 1;
      if ((left[0] ?? 0) <= 0) (runtime as unknown as { out(): void }).out();
    };
    const round = (): void => {
      for (;;) {
        try {
          for (;;) inner();
        } catch (error) {
          expect(error).toBeInstanceOf(StepsExceeded);
          return;
        }
      }
    };
    const inner = (): void => {
      step();
      step();
    };
    const { failures } = await fuzz(looping, { executions: 400 });
    expect(failures[0]).toMatchObject({ kind: "hang" });
  });

  it("does not run what is known to be deadly", async () => {
    const { inputs } = await fuzz(built(doors), {
      executions: 2_000,
      deadly: [Uint8Array.of(7, 0)],
      seeds: [Uint8Array.of(7)],
    });
    expect(inputs).not.toContain("7,0");
  });

  it("waits for answers, and not for ever", async () => {
    const slow = built(() => ACCEPTED);
    const fuzzAsync = async (data: Uint8Array): Promise<string> => {
      slow.runtime.counters[data.length] = 1;
      await new Promise((resolve) => setTimeout(resolve, data.length > 1 ? 60_000 : 0).unref());
      return ACCEPTED;
    };
    const build = { ...slow, target: { ...slow.target, fuzzAsync } };
    const { failures, stats } = await fuzz(build, { executions: 60, hangMs: 20 });
    expect(failures[0]).toMatchObject({ kind: "hang", message: "no answer within 20 ms" });
    expect(stats.corpus).toBeGreaterThan(1);
  });
});

describe("the queue", () => {
  it("gives others what one keeps, and to none what is half written", async () => {
    const shared = folder();
    const [ours, theirs] = [new QueueFolder(shared), new QueueFolder(shared)];
    writeFileSync(join(shared, ".unfinished-999999999-0"), "half");
    writeFileSync(join(shared, "0123456789abcdef"), "not what its name says");
    const name = ours.save(Uint8Array.of(1, 2));
    expect(name).toMatch(/^[0-9a-f]{16}$/);
    expect(theirs.arrivals()).toEqual([Uint8Array.of(1, 2)]);
    expect(theirs.arrivals()).toEqual([]);
    expect(ours.arrivals()).toEqual([]);
    void new QueueFolder(shared);
    expect(readdirSync(shared).filter((file) => file.startsWith("."))).toEqual([]);
  });

  it("is read while the loop runs, so that workers on one target help each other", async () => {
    const shared = folder();
    const far = Uint8Array.of(7, 77, 177);
    const alone = await fuzz(built(doors), { executions: 4_100, seed: 5 });
    const helped = await fuzz(
      built(doors),
      { queue: new QueueFolder(shared), executions: 4_100, seed: 5 },
      (executions) => {
        if (executions === 100) new QueueFolder(shared).save(far);
      },
    );
    expect(helped.inputs).toContain(far.toString());
    expect(helped.stats.edges).toBeGreaterThanOrEqual(alone.stats.edges);
    expect(helped.stats.edges).toBe(4);
  });
});
