import { equalOctets } from "../../src/codec/octets.js";
import { Random } from "../../src/table/random.js";
import { type Failure, failureFrom, type Origin } from "../campaign/failure.js";
import { minimising } from "../campaign/minimise.js";
import { EngineError } from "../engines/job.js";
import { asExpected } from "../oracle/expected.js";
import type { Outcome, Part, Target } from "../targets/target.js";
import { Corpus, type Entry } from "./corpus.js";
import { commonStack, KnownFailures, STACK_FRAMES } from "./failing.js";
import { type EdgeRange, FeatureMap } from "./features.js";
import { inferredParts } from "./mutate/infer.js";
import type { QueueFolder } from "./store.js";
import { Turns } from "./turns.js";
import type { EngineStats, Mutator, MutatorOptions, Parent, Runtime } from "./types.js";

/** One of the two builds, loaded. */
export interface LoadedBuild {
  readonly runtime: Runtime & {
    /** What was thrown first because the input did not account for it, even when the code under test caught it. */
    readonly exceeded: Error | null;
  };
  readonly target: Target;
}

/** An input with what a correct decoder makes of it, where that is known. */
export interface Sample {
  readonly data: Uint8Array;
  readonly expected: Outcome | null;
  /** `valid`: the arbitrary it was drawn from. */
  readonly from: string;
}

export interface EngineOptions {
  readonly seed: number;
  /** The edges that count. */
  readonly ranges: readonly EdgeRange[];
  readonly seeds: readonly Uint8Array[];
  /** So many samples more, with each call others. What it throws costs these samples. */
  samples(count: number): readonly Sample[];
  mutator(options: MutatorOptions): Mutator;
  readonly queue: QueueFolder;
  /** Ends after so many executions, or when nothing was kept for so many milliseconds. */
  readonly executions?: number;
  readonly plateauMs?: number;
  readonly timeMs: number;
  /** For targets that answer in a later turn of the event loop. */
  readonly hangMs: number;
  /** Inputs that brought a worker down, which are not run again, and parents that did so with several of their mutants. */
  readonly deadly?: readonly Uint8Array[];
  readonly dropped?: readonly string[];
  /** Milliseconds of a clock, and of CPU time since the first input. */
  now(): number;
  cpuMs(): number;
}

/** Who is told what runs, before it does: a hang or a death cannot report itself. */
export interface FlightRecorder {
  readonly stopped: boolean;
  /** These are run next, mutants of `parent`. */
  board(inputs: readonly Uint8Array[], parent: string | null): void;
  /** The one at `index` of them begins, and has ended. */
  enter(index: number): void;
  leave(): void;
}

export interface EngineListener {
  stats(stats: EngineStats): void;
  failure(failure: Failure): void;
}

/** What a whole run gave. */
export interface EngineResult {
  readonly stats: EngineStats;
  readonly outcomes: Readonly<Record<Outcome, number>>;
}

/**
 * Fuzzes one target until the time is up, or `recorder.stopped`. `counting` is run for each input, `comparing` only for
 * those that are kept. With the same options and corpus, a single worker does the same again, input for input: only
 * when it ends depends on the clock.
 *
 * Throws EngineError when no input to start from reaches code under test.
 */
export const fuzzTarget = (
  counting: LoadedBuild,
  comparing: LoadedBuild,
  options: EngineOptions,
  recorder: FlightRecorder,
  listener: EngineListener,
): Promise<EngineResult> => new Loop(counting, comparing, options, recorder, listener).run();

/** What became of one execution. */
type Run = "known" | "new" | "failed";

/** How an input came to be, for its finding. */
interface Made {
  readonly expected?: Outcome | null;
  readonly origin?: Partial<Origin>;
  /** Kept as it is, not trimmed. */
  readonly isWhole?: boolean;
}

/** An input that did something new, and what that was. */
interface Newcomer {
  readonly data: Uint8Array;
  /** Its place in the batch. */
  readonly index: number;
  readonly fresh: readonly number[];
  readonly outcome: Outcome;
  readonly isWhole: boolean;
  /** A mutant: looked into before what was there to start from. */
  readonly isFound: boolean;
}

type HowMade = (index: number) => Made;

class Loop {
  readonly #counting: LoadedBuild;
  readonly #comparing: LoadedBuild;
  readonly #options: EngineOptions;
  readonly #recorder: FlightRecorder;
  readonly #listener: EngineListener;
  readonly #map: FeatureMap;
  readonly #corpus: Corpus;
  readonly #random: Random;
  readonly #mutantRandom: MutantRandom;
  readonly #mutator: Mutator;
  readonly #failures = new KnownFailures();
  readonly #deadly = new Map<number, Uint8Array[]>();
  readonly #maxLength: number;
  /** The inputs of a batch: an array of its own for each would keep the garbage collector busy. */
  readonly #arena: Uint8Array;
  #arenaUsed = 0;
  /** What `#partsOf` was asked for last, and its answer. */
  #dissected: Parent = { data: new Uint8Array(0), parts: [] };
  /** See `#lengthLimit`; and at which execution the limit was grown, or something new came. */
  readonly #few: number;
  #limit: number;
  #grownAt = 0;
  /** At which execution the last input was kept. */
  #keptAt = 0;
  /** Inputs that did something new and are not in the corpus yet. */
  #newcomers: Newcomer[] = [];
  /** Entries whose comparisons were not answered yet: those that were found, and those to start from. */
  readonly #unanswered: Entry[] = [];
  readonly #unansweredSeeds: Entry[] = [];
  #executions = 0;
  #mutants = 0;
  readonly #turns = new Turns();
  #outcome: Outcome = "";
  /** Some input failed in code under test. */
  #isFailing = false;
  readonly #began: number;
  #lastNew: number;
  #told: number;
  #synced: number;

  constructor(
    counting: LoadedBuild,
    comparing: LoadedBuild,
    options: EngineOptions,
    recorder: FlightRecorder,
    listener: EngineListener,
  ) {
    this.#counting = counting;
    this.#comparing = comparing;
    this.#options = options;
    this.#recorder = recorder;
    this.#listener = listener;
    this.#map = new FeatureMap(counting.runtime.counters, options.ranges, counting.runtime.memory);
    this.#corpus = new Corpus(this.#map, new Set(options.dropped));
    this.#random = new Random(options.seed, SCHEDULE_STREAM);
    const lengths = options.seeds.map(({ length }) => length).sort((a, b) => a - b);
    this.#maxLength = Math.max(MAX_LENGTH, ...lengths);
    this.#arena = new Uint8Array(BATCH_OCTETS + this.#maxLength);
    this.#few = Math.max(FEW, 2 * (lengths[(lengths.length * 3) >> 2] ?? 0));
    this.#limit = this.#few;
    this.#mutantRandom = new MutantRandom(options.seed);
    this.#mutator = options.mutator({ random: this.#mutantRandom, maxLength: this.#maxLength });
    for (const data of options.deadly ?? []) {
      this.#deadly.set(data.length, [...(this.#deadly.get(data.length) ?? []), data]);
    }
    this.#began = options.now();
    this.#lastNew = this.#began;
    this.#told = this.#began;
    this.#synced = this.#began;
  }

  async run(): Promise<EngineResult> {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      await this.#start();
      while (!this.#isOver()) {
        await this.#turn();
        await this.#welcome();
        this.#tell();
        await this.#sync();
      }
      return { stats: this.#stats(), outcomes: this.#map.outcomes };
    } finally {
      Error.stackTraceLimit = limit;
    }
  }

  async #turn(): Promise<void> {
    const areUnanswered = this.#unanswered.length + this.#unansweredSeeds.length > 0;
    const way = this.#corpus.entries.length === 0 ? "samples" : this.#turns.next(areUnanswered);
    if (way === "mutants") return this.#mutate();
    if (way === "samples") return this.#sample(SAMPLES);
    const entry = this.#nextUnanswered() ?? this.#unansweredSeeds.shift();
    if (entry !== undefined) await this.#answer(entry);
  }

  // ---- where it begins

  async #start(): Promise<void> {
    const { seeds, queue } = this.#options;
    await this.#runAll([...seeds].sort(byLength), { isWhole: true, origin: { trail: ["as it was given"] } });
    await this.#runAll(queue.arrivals().sort(byLength), { isWhole: true });
    await this.#sample(FIRST_SAMPLES);
    if (this.#map.features === 0 && !this.#isFailing) {
      // Something for the mutator to begin with, and no more than that.
      await this.#runAll([new Uint8Array(0)], {});
    }
    if (this.#map.edges === 0 && !this.#isFailing && this.#executions > 0 && !this.#recorder.stopped) {
      throw new EngineError(
        `no input to start from takes an edge of ${this.#counting.target.module}: the target does not run it, or it is not instrumented`,
      );
    }
  }

  /** Fresh values of the arbitraries, whose verdict is known. Of those that do the same the shortest is kept. */
  async #sample(count: number): Promise<void> {
    const { seed } = this.#options;
    const samples: Sample[] = [];
    const before = this.#corpus.entries.length;
    this.#counting.runtime.begin(AMPLE);
    for (let drawn = 0; drawn < count; drawn += SAMPLES) {
      try {
        samples.push(...this.#options.samples(SAMPLES));
      } catch {
        // Arbitraries encode and decode: what the code under test does wrong there must not end the run. Mutants get there.
      }
    }
    this.#map.clear();
    samples.sort((a, b) => byLength(a.data, b.data));
    let work = count * STEPS_DRAWN;
    for (const { data, expected, from } of samples) {
      work += await this.#runAll([data], { expected, origin: { seed, arbitrary: from } });
    }
    this.#turns.count("samples", work, this.#corpus.entries.length - before);
  }

  // ---- where inputs come from

  async #mutate(): Promise<void> {
    const limit = this.#lengthLimit();
    let parent = this.#corpus.pick(this.#random);
    for (let i = 0; i < REPICKS && parent.data.length > limit; i++) parent = this.#corpus.pick(this.#random);
    const most = this.#executions - this.#keptAt < QUIET ? batchSizeOf(parent) : QUIET_BATCH;
    const inputs: Uint8Array[] = [];
    const numbers: number[] = [];
    this.#arenaUsed = 0;
    for (let tries = 0; tries < 2 * most && inputs.length < most && this.#arenaUsed < BATCH_OCTETS; tries++) {
      const number = this.#mutants++;
      // The one before a variant was made just now, unless the batch begins with it.
      const isVariant = number % familyOf(parent) !== 0;
      const mutant = tries > 0 && isVariant ? this.#mutator.vary() : this.#mutantOf(parent, number);
      if (mutant.length > limit && mutant.length > parent.data.length) continue;
      inputs.push(this.#inArena(mutant));
      numbers.push(number);
    }
    const made = (i: number): Made => ({
      origin: { parent: parent.name, trail: this.#trailOf(parent, numbers[i] ?? 0, inputs[i]) },
    });
    const before = this.#newcomers.length;
    const work = await this.#runBatch(inputs, parent, made);
    this.#turns.count("mutants", work, this.#newcomers.length - before);
    for (const { data, index } of this.#newcomers.slice(before)) {
      // What another one was credited with may have changed what comes of the same numbers.
      if (equalOctets(this.#mutantOf(parent, numbers[index] ?? 0), data)) this.#mutator.credit();
    }
  }

  /** The mutant of that number: a new one, or one that varies what was made with the numbers before. */
  #mutantOf(parent: Entry, number: number): Uint8Array {
    const family = familyOf(parent);
    this.#mutantRandom.begin(Math.floor(number / family));
    let mutant = this.#mutator.mutate(parent);
    for (let variant = number % family; variant > 0; variant--) mutant = this.#mutator.vary();
    return mutant;
  }

  #inArena(data: Uint8Array): Uint8Array {
    const from = this.#arenaUsed;
    this.#arenaUsed += data.length;
    this.#arena.set(data, from);
    return this.#arena.subarray(from, this.#arenaUsed);
  }

  /**
   * Octets of the mutants of this turn: few in half of the turns, up to twice as many in half of the rest, and so on, so
   * that each size has its share of the work. Short ones show most of what there is to see many times faster: only when
   * nothing new has come for a while there are longer ones (libFuzzer's `len_control`).
   */
  #lengthLimit(): number {
    if (this.#executions - this.#grownAt > GROWN_AFTER) {
      this.#grownAt = this.#executions;
      this.#limit = Math.min(this.#maxLength, Math.ceil(this.#limit * 1.25));
    }
    return Math.min(this.#limit, this.#few * 2 ** Math.clz32(this.#random.next() | 1));
  }

  /** How a mutant came about, learned by making it again: to note it for each would cost more than it is worth. */
  #trailOf(parent: Entry, mutant: number, data: Uint8Array = new Uint8Array(0)): readonly string[] {
    return equalOctets(this.#mutantOf(parent, mutant), data) ? this.#mutator.trail() : [];
  }

  /** The cheapest of the latest. */
  #nextUnanswered(): Entry | undefined {
    const entries = this.#unanswered;
    let best = entries.length - 1;
    for (let i = best - 1; i >= 0 && i > entries.length - LATEST; i--) {
      if ((entries[i]?.cost ?? 0) < (entries[best]?.cost ?? 0)) best = i;
    }
    return best < 0 ? undefined : entries.splice(best, 1)[0];
  }

  /** Inputs that answer what the code under test compared an entry's octets with. */
  async #answer(entry: Entry): Promise<void> {
    this.#turns.count("answers", STEPS_SOUGHT, 0);
    if (!this.#compare(entry)) return;
    const { compares } = this.#comparing.runtime;
    compares.forEach((left, right) => {
      this.#mutator.word(left);
      this.#mutator.word(right);
    });
    let inputs: Uint8Array[] = [];
    let answers: { readonly trail: readonly string[] }[] = [];
    let left = Math.min(MOST_ANSWERS, ANSWER_WORK / entry.cost);
    this.#arenaUsed = 0;
    const flush = async (): Promise<void> => {
      const [given, how] = [inputs, answers];
      inputs = [];
      answers = [];
      this.#arenaUsed = 0;
      const before = this.#newcomers.length;
      const made: HowMade = (i) => ({ origin: { parent: entry.name, trail: how[i]?.trail ?? [] } });
      const work = await this.#runBatch(given, entry, made);
      this.#turns.count("answers", work, this.#newcomers.length - before);
    };
    for (const answer of this.#mutator.answers(entry, compares)) {
      if (left-- <= 0) break;
      if (answer.data.length > this.#maxLength) continue;
      inputs.push(this.#inArena(answer.data));
      answers.push(answer);
      if (inputs.length < BATCH && this.#arenaUsed < BATCH_OCTETS) continue;
      await flush();
      if (this.#isOver()) return;
    }
    await flush();
  }

  /** What the others of this target kept. */
  async #sync(): Promise<void> {
    const now = this.#options.now();
    if (now - this.#synced < SYNC_MS) return;
    this.#synced = now;
    await this.#runAll(this.#options.queue.arrivals(), { isWhole: true });
  }

  // ---- what is kept

  async #welcome(): Promise<void> {
    for (let newcomer = this.#newcomers.shift(); newcomer !== undefined; newcomer = this.#newcomers.shift()) {
      await this.#keep(newcomer);
      if (this.#recorder.stopped) break;
    }
  }

  async #keep({ data, fresh, outcome, isWhole, isFound }: Newcomer): Promise<void> {
    const trimmed = isWhole ? data : await this.#trimmed(data, fresh, outcome);
    this.#recorder.board([trimmed], null);
    // Once more, for all that it does: in the loop only what is new was looked at.
    if (!(await this.#once(this.#counting, trimmed))) return;
    const { runtime, target } = this.#counting;
    const { steps } = runtime;
    const features = this.#map.collect(outcome);
    const parent: Parent = { data: trimmed, parts: target.parts === undefined ? [] : this.#partsOf(trimmed) };
    const entry = this.#corpus.add(parent, this.#options.queue.save(trimmed), features, steps);
    this.#mutator.learn(parent);
    (isFound ? this.#unanswered : this.#unansweredSeeds).push(entry);
    this.#lastNew = this.#options.now();
    this.#grownAt = this.#executions;
    this.#keptAt = this.#executions;
  }

  /** The least of a few smaller inputs that still does what was new; several in a row that don't end the search. */
  async #trimmed(data: Uint8Array, fresh: readonly number[], outcome: Outcome): Promise<Uint8Array> {
    let least = data;
    const smaller = minimising(data, (one) => this.#partsOf(one));
    let next = smaller.next();
    let vain = 0;
    for (
      let tries = 0;
      tries < TRIM_TRIES && vain < VAIN_TRIES && next.done !== true && least.length > SMALL;
      tries++
    ) {
      this.#recorder.board([next.value], null);
      const isSame = (await this.#once(this.#counting, next.value)) && this.#does(fresh, outcome);
      vain = isSame ? 0 : vain + 1;
      if (isSame) least = next.value;
      next = smaller.next(isSame);
    }
    return least;
  }

  /** Whether the run whose features lie in the counters has these, too. */
  #does(fresh: readonly number[], outcome: Outcome): boolean {
    const isSame = this.#outcome === outcome && this.#map.holds(fresh);
    this.#map.clear();
    return isSame;
  }

  #partsOf(data: Uint8Array): readonly Part[] {
    const { runtime, target } = this.#counting;
    if (target.parts === undefined) return inferredParts(data);
    if (this.#dissected.data === data) return this.#dissected.parts;
    runtime.begin(AMPLE);
    const parts = target.parts(data);
    this.#map.clear();
    this.#dissected = { data, parts };
    return parts;
  }

  /** Whether the comparisons of an entry's run lie in the log now. Only where the answer comes at once. */
  #compare({ data }: Parent): boolean {
    const { runtime, target } = this.#comparing;
    if (target.fuzzAsync !== undefined) return false;
    this.#recorder.board([data], null);
    this.#recorder.enter(0);
    runtime.begin(data.length);
    try {
      if (target.once === undefined) target.fuzz(data);
      else target.once(data);
      return runtime.exceeded === null;
    } catch {
      return false;
    } finally {
      this.#recorder.leave();
    }
  }

  // ---- how inputs are run

  /** Gives the work of it, as `#runBatch` does. */
  async #runAll(inputs: readonly Uint8Array[], made: Made): Promise<number> {
    let work = 0;
    for (let at = 0; at < inputs.length && !this.#isOver(); at += BATCH) {
      work += await this.#runBatch(inputs.slice(at, at + BATCH), null, () => made, made.expected);
      await this.#welcome();
      this.#tell();
    }
    return work;
  }

  /** Gives the work of it: the steps taken, and as many as making an input and looking at its counters are worth. */
  async #runBatch(
    inputs: readonly Uint8Array[],
    parent: Entry | null,
    made: HowMade,
    expected: Outcome | null = null,
  ): Promise<number> {
    const recorder = this.#recorder;
    let work = 0;
    recorder.board(inputs, parent?.name ?? null);
    const isAsync = this.#counting.target.fuzzAsync !== undefined;
    for (let i = 0; i < inputs.length; i++) {
      const data = inputs[i];
      if (data === undefined || this.#isDeadly(data)) continue;
      recorder.enter(i);
      const run = isAsync ? await this.#runAsync(data, expected, made, i) : this.#runSync(data, expected, made, i);
      recorder.leave();
      work += STEPS_BESIDE + this.#counting.runtime.steps;
      if (parent !== null) {
        parent.mutants++;
        if (run === "failed") parent.failed++;
      }
      if (run === "new") {
        const isWhole = parent === null && made(i).isWhole === true;
        const fresh = [...this.#map.fresh];
        const outcome = this.#outcome;
        this.#newcomers.push({ data: data.slice(), index: i, fresh, outcome, isWhole, isFound: parent !== null });
      }
    }
    return work;
  }

  #runSync(data: Uint8Array, expected: Outcome | null, made: HowMade, index: number): Run {
    const { runtime, target } = this.#counting;
    this.#executions++;
    runtime.begin(data.length);
    let outcome: Outcome;
    try {
      outcome = target.fuzz(data);
    } catch (error) {
      return this.#failed(error, data, made(index));
    }
    if (runtime.exceeded !== null) return this.#failed(runtime.exceeded, data, made(index));
    if (outcome !== expected && expected !== null) this.#unexpected(outcome, expected, data, made(index));
    return this.#passed(outcome);
  }

  async #runAsync(data: Uint8Array, expected: Outcome | null, made: HowMade, index: number): Promise<Run> {
    const { runtime, target } = this.#counting;
    this.#executions++;
    runtime.begin(data.length);
    let outcome: Outcome;
    try {
      outcome = await inTime(target.fuzzAsync?.(data), this.#options.hangMs);
    } catch (error) {
      return this.#failed(error, data, made(index));
    }
    if (runtime.exceeded !== null) return this.#failed(runtime.exceeded, data, made(index));
    if (outcome !== expected && expected !== null) this.#unexpected(outcome, expected, data, made(index));
    return this.#passed(outcome);
  }

  #passed(outcome: Outcome): Run {
    this.#outcome = outcome;
    return this.#map.merge(outcome) ? "new" : "known";
  }

  #unexpected(outcome: Outcome, expected: Outcome, data: Uint8Array, made: Made): void {
    try {
      asExpected(outcome, expected);
    } catch (error) {
      if (this.#failures.isWorthAStack(error, data, false)) this.#report(error, data, made);
    }
  }

  #failed(error: unknown, data: Uint8Array, made: Made): Run {
    const isNewWay = this.#map.mergeFailing();
    this.#isFailing ||= isNewWay;
    if (!this.#failures.isWorthAStack(error, data, isNewWay)) return "failed";
    if (this.#counting.target.fuzzAsync !== undefined) this.#report(error, data, made);
    else this.#report(this.#thrownAgain(data) ?? error, data, made);
    return "failed";
  }

  /** What an input throws, now with a stack; null when it passes this time. */
  #thrownAgain(data: Uint8Array, allowance = 0): unknown {
    const { runtime, target } = this.#counting;
    Error.stackTraceLimit = STACK_FRAMES;
    runtime.begin(data.length + allowance);
    try {
      target.fuzz(data);
      return runtime.exceeded;
    } catch (error) {
      // Made when it is first asked for.
      if (error instanceof Error) void error.stack;
      return runtime.exceeded ?? error;
    } finally {
      Error.stackTraceLimit = 0;
      this.#map.clear();
    }
  }

  #report(error: unknown, input: Uint8Array, { expected = null, origin }: Made): void {
    const circumstances = {
      target: this.#counting.target.name,
      input: input.slice(),
      expected,
      origin: { engine: "kiln", seed: this.#options.seed, ...origin },
    };
    const failure = failureFrom(error, circumstances);
    const isLooping = failure.kind === "hang" && failure.stack.length > 0;
    // Stopped after a few steps more it is elsewhere in its loop.
    const others = (isLooping ? [1, 3, 7] : []).map(
      (allowance) => failureFrom(this.#thrownAgain(input, allowance), circumstances).stack,
    );
    this.#listener.failure({ ...failure, stack: commonStack([failure.stack, ...others]) });
  }

  /** Runs an input outside of the count, its features left in the counters and its outcome in `#outcome`. */
  async #once({ runtime, target }: LoadedBuild, data: Uint8Array): Promise<boolean> {
    this.#executions++;
    this.#recorder.enter(0);
    runtime.begin(data.length);
    try {
      this.#outcome =
        target.fuzzAsync === undefined ? target.fuzz(data) : await inTime(target.fuzzAsync(data), this.#options.hangMs);
      if (runtime.exceeded === null) return true;
    } catch {
      // As below.
    } finally {
      this.#recorder.leave();
    }
    this.#map.clear();
    return false;
  }

  #isDeadly(data: Uint8Array): boolean {
    const alike = this.#deadly.size === 0 ? undefined : this.#deadly.get(data.length);
    return alike?.some((one) => equalOctets(one, data)) ?? false;
  }

  // ---- when it ends, and what is told

  #isOver(): boolean {
    const { executions = Number.POSITIVE_INFINITY, plateauMs = Number.POSITIVE_INFINITY, timeMs, now } = this.#options;
    if (this.#recorder.stopped || this.#executions >= executions) return true;
    const time = now();
    return time - this.#began >= timeMs || time - this.#lastNew >= plateauMs;
  }

  #tell(): void {
    const now = this.#options.now();
    if (now - this.#told < TELL_MS) return;
    this.#told = now;
    this.#listener.stats(this.#stats());
  }

  #stats(): EngineStats {
    const now = this.#options.now();
    return {
      executions: this.#executions,
      edges: this.#map.edges,
      edgesTotal: this.#map.total,
      features: this.#map.features,
      corpus: this.#corpus.entries.length,
      lastNewMs: Math.round(this.#lastNew - this.#began),
      elapsedMs: Math.round(now - this.#began),
      cpuMs: Math.round(this.#options.cpuMs()),
      rssMb: Math.round(process.memoryUsage.rss() / 0x10_0000),
    };
  }
}

/**
 * A new mutant and its variants, together: a variant costs a tenth of a new one and shows a tenth of what is new, which is
 * worth it only where to make a new one takes as long as to run it.
 */
const familyOf = (parent: Entry): number => (parent.cost < CHEAP ? FAMILY : 1);

/** Mutants that are made together: the cheaper to run, the more, for what is done once for all of them weighs more then. */
const batchSizeOf = (parent: Entry): number =>
  Math.max(BATCH, Math.min(MOST_BATCH, Math.floor(BATCH_WORK / parent.cost)));

const byLength = (a: Uint8Array, b: Uint8Array): number => a.length - b.length;

const FAMILY = 3;
/** What a run costs at most that is as cheap as to make a mutant, as `Entry.cost` has it. */
const CHEAP = 2048;
/**
 * Inputs of one parent that are made together, then run: so many at least, and at most, as long as they cost no more than
 * this as `Entry.cost` has it; and how many when nothing was kept for so many executions.
 */
const BATCH = 64;
const MOST_BATCH = 256;
const BATCH_WORK = 0x8_0000;
const QUIET_BATCH = 512;
const QUIET = 4096;
const BATCH_OCTETS = 0x4_0000;
/** Octets of the longest input, unless a seed is longer: more than an ordinary message, so that limits are passed, too. */
const MAX_LENGTH = 8192;
/** Picks more, at most, when an entry is longer than the limit of its turn. */
const REPICKS = 4;
/** The limit of short mutants where seeds are short, and executions without anything new after which the longest grow. */
const FEW = 128;
const GROWN_AFTER = 4096;
/** Tries to make a newcomer smaller, those in a row that come to nothing, and octets below which it is not worth any. */
const TRIM_TRIES = 24;
const VAIN_TRIES = 12;
const SMALL = 32;
/** Answers of one entry, and what they may cost as `Entry.cost` has it. */
const MOST_ANSWERS = 512;
const ANSWER_WORK = 0x4_0000;
/** So many of the latest are compared for the cheapest. */
const LATEST = 64;
/** What an execution costs beside its own steps. */
const STEPS_BESIDE = 128;
/** What it costs to draw one from the arbitraries: many values are made and encoded for it. */
const STEPS_DRAWN = 0x3000;
/** What it costs to find out what an input was compared with, and where in it the other side may stand. */
const STEPS_SOUGHT = 0xa000;
const FIRST_SAMPLES = 192;
const SAMPLES = 8;
const SCHEDULE_STREAM = 0xffff_ffff;
const TELL_MS = 450;
const SYNC_MS = 3_000;
/** What is run between inputs has steps and memory as if for an input of so many octets. */
const AMPLE = 3_000_000;

/** Randomness in a stream of its own for each mutant, so that any one can be made again. */
class MutantRandom extends Random {
  readonly #seed: number;

  constructor(seed: number) {
    super(seed, 0);
    this.#seed = seed;
  }

  begin(mutant: number): void {
    this.restart(this.#seed, mutant);
  }

  /** A product: the remainder of 32 bits is a call into C each time, and a mutant takes dozens. */
  override below(limit: number): number {
    return Math.floor(this.next() * (limit / 0x1_0000_0000));
  }
}

/** An answer that does not come within `ms` is a hang. */
class Unanswered extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
    this.name = "StepsExceeded";
  }
}

const inTime = async (answer: Promise<Outcome> | undefined, ms: number): Promise<Outcome> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unanswered(ms)), ms);
  });
  try {
    return await Promise.race([answer ?? "", late]);
  } finally {
    clearTimeout(timer);
  }
};
