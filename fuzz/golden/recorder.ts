import { setTimeout as wait } from "node:timers/promises";
import { extendedMessage } from "../../src/codec/capability/06-extended-message.js";
import { Framer } from "../../src/codec/frame.js";
import { MessageType } from "../../src/codec/iana.js";
import { keepalive } from "../../src/codec/message/keepalive.js";
import { decodeNotification, describeNotification } from "../../src/codec/message/notification.js";
import { encodeOpen, type OpenToSend } from "../../src/codec/message/open.js";
import { copyOctets } from "../../src/codec/octets.js";
import { EXTENDED_MAX_MESSAGE } from "../../src/codec/session-context.js";
import { connect, type Stream } from "../../src/transport/index.js";

const CONNECT_PATIENCE_MS = 2000;
const ESTABLISH_PATIENCE_MS = 25_000;
const RETRY_MS = 200;

export interface RecorderPlace {
  /** Where the daemon listens. */
  readonly address: string;
  readonly port: number;
  /** Daemons tell their neighbours apart by this. */
  readonly localAddress: string;
}

/** Our end of a session that judges nothing: it opens, keeps alive and keeps what it was sent, octet for octet. */
export class Recorder {
  /** Whole messages, the daemon's OPEN first; of KEEPALIVEs the first only, since how many there are is a matter of time. */
  readonly messages: Uint8Array[] = [];
  readonly open: Uint8Array;
  #stream: Stream | null = null;
  #established = false;
  #closed: string | null = null;
  #lastAt = performance.now();
  readonly #framer = new Framer();

  private constructor(open: OpenToSend) {
    this.open = encodeOpen(open);
    // RFC 8654 §4: that we sent the capability is what lets the daemon send longer ones.
    const isExtended = open.capabilities.some(({ code }) => code === extendedMessage.code);
    if (isExtended) this.#framer.limit = EXTENDED_MAX_MESSAGE;
  }

  /** Dials until a session stands: daemons refuse while they start. Rejects with what the daemon said when none ever does. */
  static async establish(place: RecorderPlace, open: OpenToSend, signal: AbortSignal): Promise<Recorder> {
    const deadline = performance.now() + ESTABLISH_PATIENCE_MS;
    let reason = "nothing was tried";
    while (performance.now() < deadline && !signal.aborted) {
      const recorder = new Recorder(open);
      const failed = await recorder.#dial(place);
      while (failed === null && recorder.#closed === null && performance.now() < deadline && !signal.aborted) {
        if (recorder.#established) return recorder;
        await wait(10);
      }
      recorder.close();
      reason = failed ?? recorder.#closed ?? "the daemon did not confirm our OPEN";
      await wait(RETRY_MS);
    }
    throw new Error(`no session with the daemon: ${reason}`);
  }

  /** Why the session is over; null while it stands. */
  get closed(): string | null {
    return this.#closed;
  }

  send(octets: Uint8Array): void {
    this.#stream?.write(octets);
  }

  /** Resolves when nothing came for `quietMs`, or after `patienceMs`, or when the session is over. */
  async settled(quietMs: number, patienceMs: number, signal: AbortSignal): Promise<void> {
    const begun = performance.now();
    while (!signal.aborted && this.#closed === null && performance.now() - begun < patienceMs) {
      if (performance.now() - Math.max(this.#lastAt, begun) >= quietMs) return;
      await wait(20);
    }
  }

  close(): void {
    this.#stream?.destroy();
    this.#stream = null;
  }

  /** Null, or why there is no connection. */
  #dial(place: RecorderPlace): Promise<string | null> {
    return new Promise((resolve) => {
      connect(
        { ...place, transport: "tcp", timeoutMs: CONNECT_PATIENCE_MS },
        {
          connected: (stream) => {
            this.#stream = stream;
            stream.attach({
              data: (chunk) => this.#take(chunk),
              drain: () => undefined,
              closed: (reason) => {
                this.#closed ??= reason;
              },
            });
            stream.write(this.open.slice());
            resolve(null);
          },
          failed: resolve,
        },
      );
    });
  }

  #take(chunk: Uint8Array): void {
    const fault = this.#framer.push(chunk, (msg, start, end, type) => {
      this.#note(copyOctets(msg, start, end), type);
      return true;
    });
    if (fault === null) return;
    this.#closed = `what the daemon sent is no message: ${fault.fault.id}`;
    this.close();
  }

  #note(msg: Uint8Array, type: number): void {
    if (type === MessageType.Keepalive) {
      const isFirst = !this.#established;
      this.#established = true;
      this.send(keepalive);
      if (!isFirst) return;
    }
    if (type === MessageType.Open) this.send(keepalive);
    if (type === MessageType.Notification) {
      const { value } = decodeNotification(msg, 0, msg.length);
      if (value !== null) this.#closed = describeNotification(value);
    }
    this.#lastAt = performance.now();
    this.messages.push(msg);
  }
}
