import { Framer } from "../../src/codec/frame.js";
import { afiOf, type Family, MessageType, safiOf } from "../../src/codec/iana.js";
import { hex, u8, u16 } from "../../src/codec/octets.js";
import { Rib } from "../../src/rib/rib.js";
import type { Clock } from "../../src/speaker/clock.js";
import type { PeerConfig, SpeakerConfig } from "../../src/speaker/settings.js";
import { SpeakerPeer } from "../../src/speaker/speaker-peer.js";
import { type ManualPump, manualPump, memoryPipe, type Stream } from "../../src/transport/index.js";
import { type Agreement, agree, readOpen } from "./session-agreement.js";
import { Routes } from "./speaker-routes.js";
import { OracleViolation } from "./violation.js";

/** A clock that stands still until it is moved. */
class HandClock implements Clock {
  #now = 1_000_000;
  readonly #timers = new Set<{ readonly at: number; readonly run: () => void }>();
  readonly #pump: ManualPump;

  constructor(pump: ManualPump) {
    this.#pump = pump;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  soon(run: () => void): void {
    this.#pump.schedule(run);
  }

  /** Moves it, and runs what falls due on the way, in order; then whatever that leads to. */
  pass(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      let first: { readonly at: number; readonly run: () => void } | null = null;
      for (const one of this.#timers) if (one.at <= until && (first === null || one.at < first.at)) first = one;
      if (first === null) break;
      this.#timers.delete(first);
      this.#now = Math.max(this.#now, first.at);
      first.run();
      this.#pump.pump();
    }
    this.#now = until;
  }
}

/** Two peers of one speaker: `honest` does as it should, `fuzzed` as the input has it. */
export type PeerName = "honest" | "fuzzed";

export interface BenchConfig {
  readonly speaker: SpeakerConfig;
  readonly honest: PeerConfig;
  readonly fuzzed: PeerConfig;
  /** Octets of a chunk at most; 0 for as many as there are. */
  readonly chunk: number;
}

/**
 * A speaker's peers and its RIB, without sockets and without time of their own: what they schedule runs when the bench is
 * told to go on.
 */
export class SpeakerBench {
  readonly config: BenchConfig;
  readonly rib: Rib;
  readonly peers: Readonly<Record<PeerName, SpeakerPeer>>;
  readonly #pump = manualPump();
  readonly #clock = new HandClock(this.#pump);
  #awake = false;

  constructor(config: BenchConfig) {
    this.config = config;
    // As small as can be: what grows is run as well.
    this.rib = new Rib(config.speaker.localAs, { ipv4: 16, ipv6: 16, attributeSets: 16 });
    const surroundings = {
      config: config.speaker,
      tls: undefined,
      rib: this.rib,
      softwareVersion: "Kiln under test",
      clock: this.#clock,
      random: () => 0.5,
      wake: () => this.#wake(),
      log: fitToPrint,
    };
    this.peers = {
      honest: new SpeakerPeer(config.honest, surroundings),
      fuzzed: new SpeakerPeer(config.fuzzed, surroundings),
    };
    for (const peer of Object.values(this.peers)) peer.start();
  }

  /** A connection that a peer makes: its end of it. */
  connect(from: PeerName): Stream {
    const { chunk } = this.config;
    const [ours, theirs] = memoryPipe({
      schedule: this.#pump.schedule,
      ends: [
        { address: "192.0.2.1", port: 179 },
        { address: this.config[from].address, port: 1024 },
      ],
      ...(chunk === 0 ? {} : { chunk: () => chunk }),
    });
    this.peers[from].accept(ours);
    return theirs;
  }

  /** Runs all that is there to be run. */
  settle(): void {
    if (this.#pump.pump(MOST_TURNS) === MOST_TURNS) violated("the speaker never comes to rest");
  }

  pass(ms: number): void {
    this.#clock.pass(ms);
    this.settle();
  }

  /** As `Speaker` does: once a turn, one buffer for each peer. */
  #wake(): void {
    if (this.#awake) return;
    this.#awake = true;
    this.#pump.schedule(() => {
      this.#awake = false;
      for (const peer of Object.values(this.peers)) {
        if (!peer.isPending) continue;
        peer.flush();
        if (peer.isPending) this.#wake();
      }
    });
  }
}

const MOST_TURNS = 200_000;

/** One connection from a peer's end: what it sends, what it is told, and what both mean by a reading of its own. */
export class FarEnd {
  /** What the speaker should hold of this peer, and what it told it. */
  readonly announced: Routes = new Routes();
  readonly told: Routes = new Routes();
  agreement: Agreement | null = null;
  /** As the speaker should see it. */
  phase: "OpenSent" | "OpenConfirm" | "Established" | "over" = "OpenSent";
  /** The connection is closed from the speaker's side. */
  isClosed = false;
  /** `2/2`: the NOTIFICATION that came. */
  notification: string | null = null;
  /** A route may be gone that was announced: a peer with graceful restart began a refresh (RFC 7313 §4). */
  isVague = false;
  /** Families of which the speaker sent a BoRR and no EoRR yet. */
  readonly refreshing: Set<Family> = new Set();
  readonly #stream: Stream;
  readonly #expected: { readonly peerAs: number; readonly strictRole: boolean };
  readonly #speaks = new Framer();
  readonly #hears = new Framer();
  /** Another connection of this peer has come far enough to win a collision. */
  readonly #isRivalled: () => boolean;
  #theirOpen: Uint8Array | null = null;

  constructor(stream: Stream, peer: PeerConfig, isRivalled: () => boolean) {
    this.#stream = stream;
    this.#expected = { peerAs: peer.as, strictRole: peer.strictRole ?? false };
    this.#isRivalled = isRivalled;
    stream.attach({
      data: (chunk) => {
        const found = this.#hears.push(chunk, (msg, start, end, kind) => this.#hear(msg.slice(start, end), kind));
        if (found !== null) violated("the speaker sends a bad header", found.fault.id);
      },
      drain: () => undefined,
      closed: () => {
        this.isClosed = true;
      },
    });
  }

  /** Sends octets, which are read on this side as well: what must follow from them is known before the speaker says it. */
  send(octets: Uint8Array): void {
    this.#stream.write(octets.slice());
    const found = this.#speaks.push(octets, (msg, start, end, kind) => {
      this.#say(msg.subarray(start, end), kind);
      return this.phase !== "over";
    });
    if (found !== null) this.end();
  }

  /** The session is over. */
  end(): void {
    this.phase = "over";
    this.announced.clear();
  }

  close(destroys: boolean): void {
    this.end();
    if (destroys) this.#stream.destroy();
    else this.#stream.end();
  }

  /** An OPEN of the speaker's came. */
  get wasGreeted(): boolean {
    return this.#theirOpen !== null;
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  /** What the speaker, which is to have read all before, makes of a message. */
  #say(msg: Uint8Array, kind: number): void {
    if (this.phase === "OpenSent" && kind === MessageType.Open) this.#offer(msg);
    else if (this.phase === "OpenConfirm" && kind === MessageType.Keepalive) this.phase = "Established";
    else if (this.phase === "Established" && this.agreement !== null) this.#talk(msg, kind, this.agreement);
    else this.end();
  }

  #offer(msg: Uint8Array): void {
    if (this.#theirOpen === null) {
      violated("a connection without an OPEN");
      return;
    }
    const { agreement } = agree(readOpen(this.#theirOpen), readOpen(msg), this.#expected);
    if (agreement === null || this.#isRivalled()) {
      this.end();
      return;
    }
    this.agreement = agreement;
    this.#speaks.limit = agreement.receive.maxMessage;
    this.#hears.limit = agreement.send.maxMessage;
    this.phase = "OpenConfirm";
  }

  #talk(msg: Uint8Array, kind: number, { receive, routeRefresh, enhancedRefresh, restarts }: Agreement): void {
    if (kind === MessageType.Update) {
      if (this.announced.take(msg, receive).resets) this.end();
    } else if (kind === MessageType.RouteRefresh) {
      const subtype = enhancedRefresh ? u8(msg, 21) : 0;
      const family = (u16(msg, 19) << 8) | u8(msg, 22);
      if (subtype !== 1 && subtype !== 2) return;
      if (msg.length !== 23) this.end();
      else if (!routeRefresh || !receive.families.has(family)) return;
      else if (restarts !== null) this.isVague = true;
      else if (subtype === 1) this.announced.markStale(family);
      else this.announced.purgeStale(family);
    } else if (kind !== MessageType.Keepalive) this.end();
  }

  /** What the speaker sends must be sound, whoever it goes to. */
  #hear(msg: Uint8Array, kind: number): boolean {
    if (this.notification !== null) violated("the speaker sends something after a NOTIFICATION");
    if (kind === MessageType.Open) this.#theirOpen = msg;
    else if (kind === MessageType.Notification) this.notification = `${u8(msg, 19)}/${u8(msg, 20)}`;
    else if (kind === MessageType.Update) this.#hearUpdate(msg);
    else if (kind === MessageType.RouteRefresh) this.#hearRefresh(msg);
    return true;
  }

  /** RFC 7313 §4: BoRR and EoRR come in pairs, and only where that was negotiated. */
  #hearRefresh(msg: Uint8Array): void {
    const subtype = u8(msg, 21);
    if (subtype === 0) return;
    if (this.agreement?.enhancedRefresh !== true) violated("a BoRR or EoRR that was not negotiated", hex(msg));
    const family = (u16(msg, 19) << 8) | u8(msg, 22);
    if (this.refreshing.has(family) !== (subtype === 2)) violated("BoRR and EoRR are not in turn", hex(msg));
    if (subtype === 1) this.refreshing.add(family);
    else this.refreshing.delete(family);
  }

  #hearUpdate(msg: Uint8Array): void {
    const { agreement } = this;
    if (agreement === null) {
      violated("the speaker sends an UPDATE before a session");
      return;
    }
    // What it wrote is judged whole: a fault that only costs an attribute is one as well.
    const { fault, families } = this.told.take(msg, agreement.send);
    if (fault !== null) violated("the speaker advertises what its peer must find fault with", `${fault}: ${hex(msg)}`);
    for (const family of families) {
      if (!agreement.send.families.has(family)) {
        violated("the speaker advertises a family that was not negotiated", `${afiOf(family)}/${safiOf(family)}`);
      }
    }
  }
}

const UNFIT_TO_PRINT = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const fitToPrint = (line: string): void => {
  if (UNFIT_TO_PRINT.test(line)) violated("a log line has control characters", hex(Buffer.from(line)));
};

const violated = (what: string, shown = ""): never => {
  throw new OracleViolation("speaker", what, shown);
};
