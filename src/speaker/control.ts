import { rmSync, statSync } from "node:fs";
import { createConnection, createServer, type Server } from "node:net";
import type { SpeakerStatus } from "./status.js";

/** What the control socket of a speaker can be asked. */
export interface Controlled {
  status(): SpeakerStatus;
  stop(): void;
}

/** A request is one short line. */
const LONGEST_REQUEST = 64;
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Answers on a unix socket: a line with a command in, one JSON document out, then the end.
 *
 * Rejects when the path is taken by a program that runs; a socket that a dead one left behind is replaced.
 */
export const serveControl = async (path: string, controlled: Controlled): Promise<Server> => {
  if (statSync(path, { throwIfNoEntry: false })?.isSocket()) {
    if (await isAnswered(path)) throw new Error(`${path}: another program, perhaps a speaker, answers there`);
    rmSync(path);
  }
  const server = createServer((socket) => {
    let request = "";
    socket.setTimeout(REQUEST_TIMEOUT_MS, () => socket.destroy());
    socket.on("error", () => socket.destroy());
    socket.setEncoding("utf8").on("data", (text: string) => {
      request += text;
      const line = /^[^\n]*(?=\n)/.exec(request)?.[0];
      if (line === undefined && request.length <= LONGEST_REQUEST) return;
      socket.removeAllListeners("data");
      if (line === "status") socket.end(`${JSON.stringify(controlled.status())}\n`);
      else if (line === "stop") socket.end('{"stopping":true}\n', () => controlled.stop());
      else socket.end('{"error":"unknown request; known are status and stop"}\n');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
  return server;
};

/** Asks a running speaker. Rejects when none answers at that path. */
export const askControl = (path: string, request: "status" | "stop"): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const socket = createConnection(path, () => socket.write(`${request}\n`));
    let answer = "";
    socket.setTimeout(REQUEST_TIMEOUT_MS, () => socket.destroy(new Error(`${path}: no answer`)));
    socket.on("error", reject);
    socket.setEncoding("utf8").on("data", (text: string) => {
      answer += text;
    });
    socket.on("end", () => {
      socket.end();
      try {
        resolve(JSON.parse(answer));
      } catch {
        reject(new Error(`${path}: this is not the control socket of a Kiln speaker`));
      }
    });
  });

/** Whether somebody listens there, a speaker or not. */
const isAnswered = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
