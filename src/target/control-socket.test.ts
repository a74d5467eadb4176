import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ControlSocket } from "./control-socket.js";

let folder: string;
let path: string;
let server: Server | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kiln-control-test-"));
  path = join(folder, "ctl");
});
afterEach(() => {
  server?.close();
  server = null;
  rmSync(folder, { recursive: true });
});

const lineEnd = (text: string): number => text.indexOf("\n") + 1 || -1;

const serve = async (answer: (socket: Socket, asked: string) => void): Promise<ControlSocket> => {
  const made = createServer((socket) => socket.on("data", (octets) => answer(socket, String(octets))));
  server = made;
  await new Promise<void>((resolve) => made.listen(path, resolve));
  const socket = await ControlSocket.open("daemon", path, lineEnd);
  if (socket === null) throw new Error("nobody listens");
  return socket;
};

describe("ControlSocket", () => {
  it("is null while nobody listens", async () => {
    expect(await ControlSocket.open("daemon", path, lineEnd)).toBeNull();
  });

  it("gives whole replies, in whatever pieces they come", async () => {
    const socket = await serve((peer) => {
      peer.write("one, ");
      setTimeout(() => peer.write("whole\nand the next"), 20);
      setTimeout(() => peer.write(" one\n"), 40);
    });
    expect(await socket.ask("?")).toBe("one, whole\n");
    expect(await socket.reply()).toBe("and the next one\n");
    socket.close();
  });

  it("gives a reply that came before it was waited for", async () => {
    const socket = await serve((peer) => peer.write("first\nsecond\n"));
    expect(await socket.ask("?")).toBe("first\n");
    expect(await socket.reply()).toBe("second\n");
    socket.close();
  });

  it("says that it was closed, then and later", async () => {
    const socket = await serve((peer) => peer.destroy());
    await expect(socket.ask("?")).rejects.toThrow("daemon: its control socket was closed");
    await expect(socket.ask("?")).rejects.toThrow("daemon: its control socket was closed");
  });

  it("takes one question at a time", async () => {
    const socket = await serve(() => undefined);
    void socket.ask("?").catch(() => undefined);
    expect(() => socket.ask("?")).toThrow(RangeError);
    socket.close();
  });
});
