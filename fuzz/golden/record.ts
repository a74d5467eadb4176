import { hex } from "../../src/codec/octets.js";
import { freePort } from "../../src/target/listening.js";
import type { Place } from "../../src/target/program.js";
import { kindOf } from "./kind.js";
import { Recorder } from "./recorder.js";
import type { GoldenSession } from "./session.js";
import { FEEDER, type GoldenSpeaker, RECORDER, type RunningSpeaker, type Scenario, type Step } from "./speaker.js";

/** Daemons gather routes for some hundred milliseconds, and exabgp waits a second between its rounds. */
const QUIET_MS = 1300;
const STEP_QUIET_MS = 400;
const PATIENCE_MS = 8000;

/** Runs one scenario with a fresh process. Rejects when there is no session; the process is gone in any case. */
export const record = async (
  speaker: GoldenSpeaker,
  scenario: Scenario,
  signal: AbortSignal,
): Promise<GoldenSession> => {
  const place: Place = { address: "127.0.0.1", port: await freePort("127.0.0.1") };
  const running = await speaker.start(scenario.config, place);
  const open: Recorder[] = [];
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  running.died.then((reason) => over.abort(new Error(reason)));
  try {
    const recorder = await play(running, scenario, place, open, either);
    either.throwIfAborted();
    return sessionOf(speaker, scenario, recorder);
  } catch (error) {
    throw either.aborted ? either.reason : error;
  } finally {
    await running.stop();
    for (const one of open) one.close();
  }
};

/** The whole session; `open` is given what is to be closed. */
const play = async (
  running: RunningSpeaker,
  { open: ours, feeder: theirs, steps }: Scenario,
  place: Place,
  open: Recorder[],
  signal: AbortSignal,
): Promise<Recorder> => {
  const recorder = await Recorder.establish({ ...place, localAddress: RECORDER }, ours, signal);
  open.push(recorder);
  await recorder.settled(QUIET_MS, PATIENCE_MS, signal);
  let feeder: Recorder | null = null;
  if (theirs !== undefined) {
    feeder = await Recorder.establish({ ...place, localAddress: FEEDER }, theirs, signal);
    open.push(feeder);
    await recorder.settled(QUIET_MS, PATIENCE_MS, signal);
  }
  for (const step of steps) {
    if (signal.aborted) break;
    await take(step, running, recorder, feeder);
    await recorder.settled(STEP_QUIET_MS, PATIENCE_MS, signal);
    if (feeder !== null && feeder.closed !== null && step.type !== "stop") {
      throw new Error(`the feeder's session ended: ${feeder.closed}`);
    }
  }
  await recorder.settled(QUIET_MS, PATIENCE_MS, signal);
  return recorder;
};

const take = async (
  step: Step,
  running: RunningSpeaker,
  recorder: Recorder,
  feeder: Recorder | null,
): Promise<void> => {
  if (step.type === "command") return running.command(step.text);
  if (step.type === "stop") return running.stop();
  (step.by === "recorder" ? recorder : feeder)?.send(step.octets.slice());
};

const sessionOf = (speaker: GoldenSpeaker, scenario: Scenario, recorder: Recorder): GoldenSession => {
  const [theirs, ...messages] = recorder.messages;
  if (theirs === undefined) throw new Error("the daemon sent no OPEN");
  return {
    schema: "kiln-golden-1",
    speaker: speaker.name,
    version: speaker.version(),
    scenario: scenario.name,
    what: scenario.what,
    config: scenario.config.trim().split("\n"),
    steps: scenario.steps.map(stepText),
    opens: { ours: hex(recorder.open), theirs: hex(theirs) },
    messages: messages.map((msg) => ({ kind: kindOf(msg), hex: hex(msg) })),
  };
};

const stepText = (step: Step): string => {
  if (step.type === "command") return step.text;
  if (step.type === "stop") return "(the daemon is asked to end)";
  return `(the ${step.by} sends ${step.what}: ${hex(step.octets)})`;
};
