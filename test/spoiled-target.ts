import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { Framer } from "../src/codec/frame.js";
import { MessageType } from "../src/codec/iana.js";
import { eachUpdate } from "../src/table/prepared.js";
import type { RunningTarget, Target, TargetSetup } from "../src/target/target.js";

/** Where the receiver of every benchmark connects from. */
const RECEIVER = "127.0.2.1";

export type Spoil = (update: Uint8Array) => Uint8Array | null | false;

/**
 * A target that does one thing wrong: between it and the tester stands a relay, and the first UPDATE that goes to the
 * receiver after the act has begun comes out as `spoil` makes it: null leaves it out, false waits for the next one. The
 * act begins when a peer sends an UPDATE behind its End-of-RIB, ends its session, or connects once more.
 */
export const spoiled = (target: Target, spoil: Spoil): Target => ({
  ...target,
  async start(setup: TargetSetup): Promise<RunningTarget> {
    const running = await target.start(setup);
    let acting = false;
    let done = false;
    const known = new Set<string>();
    const sockets = new Set<Socket>();
    const relay = createServer((client) => {
      const from = (client.remoteAddress ?? "").replace("::ffff:", "");
      const server = connect({ host: running.address, port: running.port, localAddress: from });
      for (const socket of [client, server]) sockets.add(socket.on("error", () => undefined));
      client.once("close", () => server.destroy());
      server.once("close", () => client.destroy());
      const isReceiver = from === RECEIVER;
      if (!isReceiver && known.has(from)) acting = true;
      known.add(from);
      let hasAll = false;
      relayMessages(client, server, (message, type) => {
        if (isReceiver) return message;
        if (type === MessageType.Notification) acting = true;
        if (type !== MessageType.Update) return message;
        if (!hasRoutes(message)) hasAll = true;
        else if (hasAll) acting = true;
        return message;
      });
      relayMessages(server, client, (message, type) => {
        if (!isReceiver || !acting || done || type !== MessageType.Update || !hasRoutes(message)) return message;
        const out = spoil(message);
        done = out !== false;
        return out === false ? message : out;
      });
    });
    relay.listen(0, "127.0.0.1");
    await once(relay, "listening");
    const address = relay.address();
    return {
      ...running,
      port: typeof address === "object" && address !== null ? address.port : 0,
      usage: () => running.usage(),
      counts: () => running.counts(),
      halted: () => running.halted(),
      async stop() {
        relay.close();
        for (const socket of sockets) socket.destroy();
        await running.stop();
      },
    };
  },
});

const relayMessages = (
  from: Socket,
  to: Socket,
  change: (message: Uint8Array, type: number) => Uint8Array | null,
): void => {
  const framer = new Framer();
  from.on("data", (chunk) => {
    framer.push(chunk, (msg, start, end, type) => {
      const out = change(msg.slice(start, end), type);
      if (out !== null) to.write(out);
      return true;
    });
  });
};

/** End-of-RIB markers have none (RFC 4724 §2). */
const hasRoutes = (update: Uint8Array): boolean => update.length > 29;

/** The same routes with another ORIGIN; only withdrawals have none. */
export const withOtherOrigin: Spoil = (update) => {
  let changed = false;
  eachUpdate(update, ({ attributes, attributesEnd }) => {
    for (let at = attributes; at < attributesEnd; ) {
      const isLong = ((update[at] ?? 0) & 0x10) !== 0;
      const next = isLong
        ? at + 4 + (update[at + 2] ?? 0) * 256 + (update[at + 3] ?? 0)
        : at + 3 + (update[at + 2] ?? 0);
      if (update[at + 1] === 1) {
        update[next - 1] = ((update[next - 1] ?? 0) + 1) % 3;
        changed = true;
      }
      at = next;
    }
  });
  return changed && update;
};
