import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Daemon } from "./daemon.js";
import { freePort, isListening, whyNotListen } from "./listening.js";
import { type Control, isExecutable, type Place, type Program } from "./program.js";
import {
  type Comparability,
  checkSetup,
  type PeerCounts,
  type RunningTarget,
  type Target,
  TargetError,
  type TargetSetup,
} from "./target.js";

/** What a daemon needs beside its program to be a target. */
export interface DaemonTarget {
  readonly program: Program;
  readonly comparability: Comparability;
  /** Why it cannot be set up so, in a few words; null when it can. */
  refuses?(setup: TargetSetup): string | null;
  /** `{directory}` in it stands for the daemon's own. */
  config(setup: TargetSetup, place: Place): string;
  /** More files for its directory, by name. */
  files?(setup: TargetSetup, place: Place): Readonly<Record<string, string>>;
  /** By the daemon's own counters. Peers that it does not know are left out. */
  counts(control: Control, setup: TargetSetup): Promise<ReadonlyMap<string, PeerCounts>>;
  /** False where the program is a script, whose version says it all. */
  readonly isBinary?: false;
}

/** A target that is one of the daemons, started with a configuration of its own on a loopback address. */
export const daemonTarget = (of: DaemonTarget): Target => {
  const { name } = of.program;
  return {
    name,
    transports: ["tcp"],
    comparability: of.comparability,

    async available() {
      return of.program.missing();
    },

    async start(setup) {
      checkSetup(setup);
      const file = programOf(of.program, setup);
      if (setup.transport !== "tcp") throw new TargetError(`${name}: no TLS`);
      const refusal = of.refuses?.(setup) ?? null;
      if (refusal !== null) throw new TargetError(`${name}: ${refusal}`);
      const address = setup.address ?? "127.0.0.1";
      const place = { address, port: setup.port ?? (await freePort(address)) };
      const hindrance = await whyNotListen(place);
      if (hindrance !== null) throw cannotListen(name, place, hindrance);

      const daemon = new Daemon(name);
      try {
        const digest = of.isBinary === false ? Promise.resolve(null) : digestOf(file);
        digest.catch(() => undefined);
        for (const [path, text] of Object.entries(of.files?.(setup, place) ?? {})) daemon.write(path, text);
        const config = of.config(setup, place).replaceAll("{directory}", daemon.directory);
        const control = await of.program.start(daemon, file, config, place);
        await ready(of, daemon, control, setup, place);
        return running(of, daemon, control, setup, place, await digest);
      } catch (error) {
        await daemon.stop();
        throw error;
      }
    },
  };
};

const programOf = (program: Program, { program: other }: TargetSetup): string => {
  const file = other ?? program.file();
  if (other !== undefined && !isExecutable(other)) {
    throw new TargetError(`${program.name}: ${other} is no program that can be run`);
  }
  const missing = other === undefined ? program.missing() : null;
  if (file === null || missing !== null) throw new TargetError(`${program.name}: ${missing ?? "not installed"}`);
  return file;
};

/** How long it may take to listen once it answers. */
const LISTEN_PATIENCE_MS = 3000;

/** It answers by now. It must have taken in all peers, and listen: it may run on without either and say nothing. */
const ready = async (
  of: DaemonTarget,
  daemon: Daemon,
  control: Control,
  setup: TargetSetup,
  place: Place,
): Promise<void> => {
  const { name } = of.program;
  const deadline = performance.now() + LISTEN_PATIENCE_MS;
  await daemon.ready(async () => {
    if (isListening(daemon.pids(), place)) return true;
    if (performance.now() > deadline)
      throw cannotListen(name, place, daemon.words("it runs and does not listen there"));
    return null;
  });
  const known = await of.counts(control, setup);
  const unknown = setup.peers.filter((peer) => !known.has(peer.name)).map((peer) => peer.address);
  if (unknown.length > 0) {
    throw new TargetError(`${name}: ${daemon.words(`it has not taken in the configuration of ${unknown.join(", ")}`)}`);
  }
};

const cannotListen = (name: string, { address, port }: Place, why: string): TargetError =>
  new TargetError(`${name}: it cannot listen at ${address} port ${port}: ${why}`);

const running = (
  of: DaemonTarget,
  daemon: Daemon,
  control: Control,
  setup: TargetSetup,
  { address, port }: Place,
  binaryDigest: string | null,
): RunningTarget => ({
  name: of.program.name,
  pid: daemon.pid,
  address,
  port,
  version: control.version,
  binaryDigest,
  died: daemon.died,
  halted() {
    return daemon.halted();
  },
  async counts() {
    return await of.counts(control, setup);
  },
  usage() {
    return daemon.usage();
  },
  async stop() {
    control.close();
    await daemon.stop();
  },
});

const digestOf = async (file: string): Promise<string> => {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
};
