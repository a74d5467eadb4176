import { createConnection, type Socket } from "node:net";
import { TargetError } from "./target.js";

const REPLY_PATIENCE_MS = 60_000;

/** A daemon's Unix socket that is asked one thing at a time: no process of a control program for each question. */
export class ControlSocket {
  readonly #name: string;
  readonly #socket: Socket;
  readonly #replyEnd: (text: string) => number;
  #text = "";
  #waiting: { resolve: (reply: string) => void; reject: (error: Error) => void } | null = null;

  /** `replyEnd`: the offset after the first whole reply in what has come, or -1 while there is none. */
  private constructor(name: string, socket: Socket, replyEnd: (text: string) => number) {
    this.#name = name;
    this.#socket = socket;
    this.#replyEnd = replyEnd;
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      this.#text += text;
      this.#deliver();
    });
    socket.once("close", () => {
      this.#waiting?.reject(new TargetError(`${name}: its control socket was closed`));
      this.#waiting = null;
    });
    socket.on("error", () => socket.destroy());
  }

  /** Null when nobody listens at `path` (yet). */
  static async open(name: string, path: string, replyEnd: (text: string) => number): Promise<ControlSocket | null> {
    const socket = await new Promise<Socket | null>((resolve) => {
      const candidate = createConnection(path);
      candidate.once("connect", () => resolve(candidate));
      candidate.once("error", () => resolve(null));
    });
    return socket === null ? null : new ControlSocket(name, socket, replyEnd);
  }

  /** Writes `octets` and waits for the reply. Rejects when the daemon goes away, or says nothing for a minute. */
  ask(octets: string): Promise<string> {
    const reply = this.reply();
    this.#socket.write(octets);
    return reply;
  }

  /** The next reply, such as a greeting. */
  reply(): Promise<string> {
    if (this.#waiting !== null) throw new RangeError("a command is still being answered");
    if (this.#socket.destroyed) return Promise.reject(new TargetError(`${this.#name}: its control socket was closed`));
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting = null;
        reject(new TargetError(`${this.#name}: no answer on its control socket for ${REPLY_PATIENCE_MS / 1000} s`));
      }, REPLY_PATIENCE_MS);
      this.#waiting = {
        resolve: (text) => {
          clearTimeout(late);
          resolve(text);
        },
        reject: (error) => {
          clearTimeout(late);
          reject(error);
        },
      };
      this.#deliver();
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #deliver(): void {
    const end = this.#waiting === null ? -1 : this.#replyEnd(this.#text);
    if (end < 0) return;
    const reply = this.#text.slice(0, end);
    this.#text = this.#text.slice(end);
    this.#waiting?.resolve(reply);
    this.#waiting = null;
  }
}
