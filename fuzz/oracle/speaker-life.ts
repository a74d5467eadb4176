import { keepalive } from "../../src/codec/message/keepalive.js";
import { State } from "../../src/session/types.js";
import { type BenchConfig, FarEnd, type PeerName, SpeakerBench } from "./speaker.js";
import { advertisingHolds, type Side, surelyHeld } from "./speaker-advertising.js";
import { OracleViolation } from "./violation.js";

/** What the honest peer has to say: its OPEN, and its routes, each with an attribute set of its own. */
export interface Honest {
  readonly open: Uint8Array;
  readonly routes: readonly { readonly announce: Uint8Array; readonly withdraw: Uint8Array }[];
}

/**
 * Milliseconds of a life at most: an input must not buy more. All timers expire in it several times, and KEEPALIVEs that
 * come an octet at a time take about half of the steps that any input may.
 */
const LONGEST_LIFE = 1_200_000;
/** How often the honest peer keeps its session alive. */
const KEEPALIVE_MS = 30_000;

/**
 * A speaker with two peers. One keeps to its script; the other does what the input says. Whatever that is, the first one's
 * session and routes are none of its business, it is told what the other one announced and no more, and nothing of the
 * other's is left behind.
 */
export class SpeakerLife {
  readonly #bench: SpeakerBench;
  readonly #honest: FarEnd;
  readonly #table: Honest["routes"];
  /** Which of the table's routes are announced. */
  readonly #isOut: boolean[];
  /** The fuzzed peer's connections, oldest first. */
  readonly #ends: FarEnd[] = [];
  readonly #paused = new Set<FarEnd>();
  #age = 0;

  constructor(config: BenchConfig, { open, routes }: Honest) {
    this.#bench = new SpeakerBench(config);
    this.#table = routes;
    this.#isOut = routes.map(() => true);
    this.#honest = new FarEnd(this.#bench.connect("honest"), config.honest, () => false);
    this.#bench.settle();
    for (const octets of [open, keepalive, ...routes.map(({ announce }) => announce)]) this.#honest.send(octets);
    this.#bench.settle();
    this.#honestIsUp();
    this.connect();
  }

  /** 0: the fuzzed peer's newest connection, 1: the one before. */
  pick(which: number): FarEnd | null {
    return this.#ends.at(-1 - which) ?? null;
  }

  connect(): void {
    const end: FarEnd = new FarEnd(this.#bench.connect("fuzzed"), this.#bench.config.fuzzed, () =>
      this.#ends.some((one) => one !== end && (one.phase === "OpenConfirm" || one.phase === "Established")),
    );
    this.#ends.push(end);
    this.#settle();
  }

  send(end: FarEnd, octets: Uint8Array): void {
    end.send(octets);
    this.#settle();
  }

  close(end: FarEnd, destroys: boolean): void {
    end.resume();
    this.#paused.delete(end);
    end.close(destroys);
    this.#settle();
  }

  /** The fuzzed peer reads no more; with `goesOn`, it reads again. */
  pause(end: FarEnd, goesOn: boolean): void {
    if (goesOn) end.resume();
    else end.pause();
    if (goesOn) this.#paused.delete(end);
    else this.#paused.add(end);
    this.#settle();
  }

  pass(ms: number): void {
    let left = Math.min(ms, LONGEST_LIFE - this.#age);
    this.#age += left;
    while (left > 0) {
      const slice = Math.min(left, KEEPALIVE_MS);
      this.#bench.pass(slice);
      this.#honest.send(keepalive);
      left -= slice;
    }
    this.#settle();
  }

  /** The honest peer withdraws a route, or announces it again. */
  toggle(which: number): void {
    const i = which % this.#table.length;
    const route = this.#table[i];
    if (route === undefined) return;
    const isOut = this.#isOut[i] === true;
    this.#honest.send(isOut ? route.withdraw : route.announce);
    this.#isOut[i] = !isOut;
    this.#settle();
  }

  /** The honest peer sends a message beside its routes: it asks for a refresh. */
  ask(message: Uint8Array): void {
    this.#honest.send(message);
    this.#settle();
  }

  /** What is to hold when all has been said; then the fuzzed peer goes. Gives its state and the last NOTIFICATION it got. */
  finish(): { readonly state: string; readonly notification: string | null } {
    const { localAs } = this.#bench.config.speaker;
    const honest = this.#side("honest", this.#honest);
    const established = this.#ends.find(({ phase }) => phase === "Established");
    const ended = {
      state: this.#bench.peers.fuzzed.status().state,
      notification: this.#ends.findLast((one) => one.notification !== null)?.notification ?? null,
    };
    if ((ended.state === State.Established) !== (established !== undefined)) {
      violated("the state of the session is not what its messages make it", ended.state);
    }
    if (this.#honest.refreshing.size > 0) violated("a refresh is not brought to an end");
    const last = established ?? this.#ends.at(-1);
    if (last !== undefined) {
      const fuzzed = this.#side("fuzzed", last);
      advertisingHolds(fuzzed, honest, localAs);
      // Who does not read knows nothing of late.
      if (established !== undefined && !this.#paused.has(established)) advertisingHolds(honest, fuzzed, localAs);
      this.#holdsWhatCame(fuzzed, localAs);
    }
    for (const one of this.#ends) this.close(one, true);
    this.#leavesNothing();
    return ended;
  }

  #side(name: PeerName, end: FarEnd): Side {
    const { config } = this.#bench;
    return { end, config: config[name], external: config[name].as !== config.speaker.localAs };
  }

  #settle(): void {
    this.#bench.settle();
    this.#honestIsUp();
    for (const end of this.#ends) this.#follow(end);
  }

  /** The speaker ends a session when it must, and not without a reason that this side knows. */
  #follow(end: FarEnd): void {
    if (!end.isClosed && end.notification === null) {
      if (!this.#paused.has(end)) {
        if (end.phase === "over") violated("the speaker goes on with a session that must end");
      } else if (end.phase === "Established" && this.#bench.peers.fuzzed.status().state !== State.Established) {
        // It cannot hear why.
        end.end();
      }
      return;
    }
    if (end.phase === "over") return;
    const { notification } = end;
    const isReason =
      notification === null ? !end.wasGreeted || this.#age > 0 : ["4/0", "8/0", "6/5"].includes(notification);
    if (!isReason) violated("the speaker ends a session without a reason", notification ?? "no NOTIFICATION");
    end.end();
  }

  #honestIsUp(): void {
    const { notification, phase, isClosed } = this.#honest;
    if (isClosed || notification !== null || phase !== "Established") {
      violated("the honest peer loses its session", notification ?? "no NOTIFICATION");
    }
  }

  #holdsWhatCame(fuzzed: Side, localAs: number): void {
    const { received } = this.#bench.peers.fuzzed.status();
    const { end } = fuzzed;
    if (received > end.announced.count) violated("the RIB holds more than the peer announced", String(received));
    if (!end.isVague && received < surelyHeld(fuzzed, localAs)) {
      violated("the RIB holds less than the peer announced", String(received));
    }
    const own = this.#bench.peers.honest.status().received;
    if (own !== this.#alive) violated("the honest peer's routes are not held", `${own} of ${this.#alive}`);
  }

  /** Routes and attribute sets of the honest peer are all that is left. (Ids of prefixes are freed when the log is tidied.) */
  #leavesNothing(): void {
    const { rib } = this.#bench;
    const alive = this.#alive;
    if (this.#honest.told.count > 0) violated("routes are not withdrawn when their peer has gone");
    if (rib.count !== alive) violated("routes stay when their peer has gone", `${rib.count} of ${alive}`);
    if (rib.store.count !== alive) violated("attribute sets stay when their peer has gone", `${rib.store.count}`);
  }

  get #alive(): number {
    return this.#isOut.filter((one) => one).length;
  }
}

const violated = (what: string, shown = ""): never => {
  throw new OracleViolation("speaker", what, shown);
};
