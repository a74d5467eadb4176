import { createConnection, type Socket } from "node:net";
import { type PeerCounts, TargetError } from "./target.js";

const REPLY_PATIENCE_MS = 60_000;

/**
 * The control socket of BIRD (doc/reply_codes): commands are lines; a reply is lines `NNNN-text`, lines that begin with
 * a space go on with the code before, and the line with a space after its code is the last.
 */
export class BirdControl {
  readonly #socket: Socket;
  #text = "";
  #waiting: { resolve: (reply: string) => void; reject: (error: Error) => void } | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      this.#text += text;
      const end = replyEnd(this.#text);
      if (end < 0 || this.#waiting === null) return;
      const reply = this.#text.slice(0, end);
      this.#text = this.#text.slice(end);
      this.#waiting.resolve(reply);
      this.#waiting = null;
    });
    socket.once("close", () => {
      this.#waiting?.reject(new TargetError("bird: its control socket was closed"));
      this.#waiting = null;
    });
    socket.on("error", () => socket.destroy());
  }

  /** Null when nobody listens at `path` (yet). */
  static async open(path: string): Promise<BirdControl | null> {
    const socket = await new Promise<Socket | null>((resolve) => {
      const candidate = createConnection(path);
      candidate.once("connect", () => resolve(candidate));
      candidate.once("error", () => resolve(null));
    });
    if (socket === null) return null;
    const control = new BirdControl(socket);
    await control.#reply();
    return control;
  }

  /** One command at a time. Rejects when BIRD refuses it, goes away, or says nothing for a minute. */
  async ask(command: string): Promise<string> {
    if (this.#waiting !== null) throw new RangeError("a command is still being answered");
    const reply = this.#reply();
    this.#socket.write(`${command}\n`);
    const text = await reply;
    // 8xxx are run-time errors, 9xxx errors of the command itself.
    const refused = /^[89]\d{3} (.*)$/m.exec(text);
    if (refused !== null) throw new TargetError(`bird: "${command}" was refused: ${refused[1]}`);
    return text;
  }

  close(): void {
    this.#socket.destroy();
  }

  #reply(): Promise<string> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting = null;
        reject(new TargetError(`bird: no answer on its control socket for ${REPLY_PATIENCE_MS / 1000} s`));
      }, REPLY_PATIENCE_MS);
      this.#waiting = {
        resolve: (reply) => {
          clearTimeout(late);
          resolve(reply);
        },
        reject: (error) => {
          clearTimeout(late);
          reject(error);
        },
      };
    });
  }
}

/** The offset after the first whole reply, or -1 while its last line is missing. */
export const replyEnd = (text: string): number => {
  const last = /^\d{4} .*\n/m.exec(text);
  return last === null ? -1 : last.index + last[0].length;
};

/** Of `show status`: `BIRD 2.0.12`. */
export const parseVersion = (reply: string): string | null => /^1000-(BIRD .+)$/m.exec(reply)?.[1]?.trim() ?? null;

/** Of `show protocols all`: what each BGP protocol counts, its channels added up. */
export const parseProtocols = (reply: string): Map<string, PeerCounts> => {
  const counts = new Map<string, PeerCounts>();
  for (const [, name, detail] of reply.matchAll(/^1002-(\S+) +BGP .*\n((?:(?!1002-).*\n?)*)/gm)) {
    if (name === undefined || detail === undefined) continue;
    let received = 0;
    let accepted = 0;
    let sent = 0;
    // `filtered` stands there only when rejected routes are kept.
    const routes = /^ +Routes: +(\d+) imported, (?:(\d+) filtered, )?(\d+) exported/gm;
    for (const [, imported, filtered, exported] of detail.matchAll(routes)) {
      accepted += Number(imported);
      received += Number(imported) + Number(filtered ?? 0);
      sent += Number(exported);
    }
    counts.set(name, { state: /BGP state: +(\S+)/.exec(detail)?.[1] ?? "", received, accepted, sent });
  }
  return counts;
};
