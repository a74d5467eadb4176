import type { Family } from "../../src/codec/iana.js";
import type { OpenToSend } from "../../src/codec/message/open.js";
import type { Place } from "../../src/target/program.js";

/** A BGP daemon whose messages are recorded. */
export interface GoldenSpeaker {
  /** Its folder in the corpus begins with it: `bird`. */
  readonly name: string;
  readonly scenarios: readonly Scenario[];
  /** Null when it is installed; else what is missing and how to get it, in one line. */
  missing(): string | null;
  /** As the program tells it: `2.0.12`. */
  version(): string;
  /** Starts a fresh process with `config`. Rejects with a `TargetError` when it dies at once; nothing is left behind then. */
  start(config: string, place: Place): Promise<RunningSpeaker>;
}

export interface RunningSpeaker {
  /** Resolves, with the reason in one line, if it ends though nobody called `stop`. */
  readonly died: Promise<string>;
  /** Whatever its control program takes. Rejects when that refuses it. */
  command(text: string): Promise<void>;
  /** Ends it the way it says goodbye to its peers, and removes its files. */
  stop(): Promise<void>;
}

/** One session with one daemon. */
export interface Scenario {
  /** Its folder in the corpus: `ibgp-add-path`. */
  readonly name: string;
  readonly what: string;
  /** Something in it is at fault by the daemon's own doing: it lies under `corpus/malformed`. */
  readonly malformed?: true;
  /** `{address}`, `{port}` and `{directory}` are filled in when the daemon starts. */
  readonly config: string;
  /** What the recorder offers. */
  readonly open: OpenToSend;
  /** A second peer, whose routes the daemon passes on. */
  readonly feeder?: OpenToSend;
  /** Done one by one, each when what the last one caused has come. */
  readonly steps: readonly Step[];
}

export type Step =
  | { readonly type: "command"; readonly text: string }
  /** The recorder or the feeder sends a message. */
  | { readonly type: "send"; readonly by: "recorder" | "feeder"; readonly what: string; readonly octets: Uint8Array }
  /** The daemon is asked to end, and what it says then is recorded. */
  | { readonly type: "stop" };

/** Loopback addresses of the recorder and of the feeder: daemons tell peers apart by them. */
export const RECORDER = "127.0.6.1";
export const FEEDER = "127.0.6.2";

/** AS numbers for documentation, RFC 5398. The recorder's end of an internal session is in `DAEMON_AS` as well. */
export const DAEMON_AS = 64496;
export const RECORDER_AS = 64497;
/** The daemon's where it needs four octets. */
export const WIDE_AS = 65536;

export const filledIn = (config: string, { address, port }: Place, directory: string): string =>
  config.replaceAll("{address}", address).replaceAll("{port}", String(port)).replaceAll("{directory}", directory);

/** `AFI/SAFI` pairs as families. */
export const pairs = (...list: readonly (readonly [afi: number, safi: number])[]): readonly Family[] =>
  list.map(([afi, safi]) => (afi << 8) | safi);
