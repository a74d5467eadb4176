import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { Reader } from "../../test/transport-kit.js";
import { SocketStream } from "./socket-stream.js";

describe("a stream of a socket that is gone already", () => {
  const remote = { address: "127.0.0.1", port: 179 };

  it.each([
    ["without an error", undefined, "the peer closed the connection"],
    [
      "with one that nobody was told of",
      Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }),
      "connection reset by the peer",
    ],
  ] as const)("%s says why it ended", async (_, error, reason) => {
    const socket = new Socket();
    socket.on("error", () => {});
    const gone = new Promise((resolve) => socket.once("close", resolve));
    socket.destroy(error);
    await gone;
    const stream = new SocketStream(socket, null, remote);
    expect(await new Reader(stream).closed).toBe(reason);
  });
});
