import { linkSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createConnection, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { askControl, serveControl } from "./control.js";
import type { SpeakerStatus } from "./status.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-control-"));
const servers: Server[] = [];
let names = 0;
const path = (): string => join(folder, `ctl${names++}`);

const status = { schema: "kiln.speaker.status/1", routes: 7 } as unknown as SpeakerStatus;
let stops = 0;
const serve = async (at: string): Promise<void> => {
  servers.push(
    await serveControl(at, {
      status: () => status,
      stop: () => {
        stops++;
      },
    }),
  );
};

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What comes back for octets as one likes. */
const say = (at: string, ...parts: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = "";
    const socket = createConnection(at, async () => {
      for (const part of parts) {
        socket.write(part);
        await new Promise((next) => setImmediate(next));
      }
    });
    socket.on("error", reject);
    socket.setEncoding("utf8").on("data", (text: string) => {
      answer += text;
    });
    socket.on("end", () => resolve(answer));
  });

describe("the control socket", () => {
  it("answers status and stop with one document each", async () => {
    const at = path();
    await serve(at);
    expect(await askControl(at, "status")).toEqual(status);
    expect(stops).toBe(0);
    expect(await askControl(at, "stop")).toEqual({ stopping: true });
    await expect.poll(() => stops).toBe(1);
  });

  it("takes a request in pieces, and refuses what it does not know", async () => {
    const at = path();
    await serve(at);
    expect(JSON.parse(await say(at, "sta", "tus\n"))).toEqual(status);
    for (const request of ["reload\n", "\n", "status status\n"]) {
      expect(await say(at, request)).toContain("unknown request; known are status and stop");
    }
    expect(await say(at, "x".repeat(100_000))).toContain("unknown request");
    expect(await askControl(at, "status")).toEqual(status);
  });

  it("takes the place of a socket that a dead speaker left behind", async () => {
    const at = path();
    const dead = createServer();
    await new Promise<void>((listening) => dead.listen(at, listening));
    // Node removes the file of a server it closes: keep another name of it.
    linkSync(at, `${at}.kept`);
    await new Promise((closed) => dead.close(closed));
    renameSync(`${at}.kept`, at);
    expect(statSync(at).isSocket()).toBe(true);
    await serve(at);
    expect(await askControl(at, "status")).toEqual(status);
  });

  it("leaves alone a speaker that runs, another program, and a file", async () => {
    const at = path();
    await serve(at);
    await expect(serve(at)).rejects.toThrow("another program, perhaps a speaker, answers there");
    expect(await askControl(at, "status")).toEqual(status);

    const strange = path();
    const server = createServer((socket) => socket.on("error", () => undefined).end("hello"));
    servers.push(server);
    await new Promise<void>((listening) => server.listen(strange, listening));
    await expect(serve(strange)).rejects.toThrow("answers there");
    await expect(askControl(strange, "status")).rejects.toThrow("not the control socket of a Kiln speaker");

    const file = path();
    writeFileSync(file, "mine");
    await expect(serve(file)).rejects.toThrow(file);
    expect(statSync(file).size).toBe(4);
    rmSync(file);
  });

  it("says when nobody is there", async () => {
    await expect(askControl(path(), "status")).rejects.toThrow("ENOENT");
  });
});
