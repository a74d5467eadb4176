import { ControlSocket } from "./control-socket.js";
import { type PeerCounts, TargetError } from "./target.js";

/**
 * The control socket of BIRD (doc/reply_codes): commands are lines; a reply is lines `NNNN-text`, lines that begin with
 * a space go on with the code before, and the line with a space after its code is the last.
 */
export class BirdControl {
  readonly #socket: ControlSocket;

  private constructor(socket: ControlSocket) {
    this.#socket = socket;
  }

  /** Null when nobody listens at `path` (yet). */
  static async open(path: string): Promise<BirdControl | null> {
    const socket = await ControlSocket.open("bird", path, replyEnd);
    await socket?.reply();
    return socket === null ? null : new BirdControl(socket);
  }

  /** One command at a time. Rejects when BIRD refuses it, goes away, or says nothing for a minute. */
  async ask(command: string): Promise<string> {
    const text = await this.#socket.ask(`${command}\n`);
    // 8xxx are run-time errors, 9xxx errors of the command itself.
    const refused = /^[89]\d{3} (.*)$/m.exec(text);
    if (refused !== null) throw new TargetError(`bird: "${command}" was refused: ${refused[1]}`);
    return text;
  }

  close(): void {
    this.#socket.close();
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
