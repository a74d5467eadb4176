import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { decodeOpen } from "../codec/message/open.js";
import { parseConfig } from "./config.js";
import { Speaker } from "./speaker.js";

/** The codes of the capabilities that a speaker offers to a peer with these settings: it connects, and sends its OPEN. */
const offered = async (settings: object): Promise<readonly number[]> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const peer = { address: "127.0.0.1", port, as: 65001, ...settings };
  const config = parseConfig({ localAs: 65000, routerId: "192.0.2.1", peers: [peer] });
  const speaker = new Speaker(config, { version: "0.0.0-test", log: () => {} });
  try {
    await speaker.start();
    const [socket] = (await once(server, "connection")) as [Socket];
    // An OPEN on loopback comes in one piece.
    const [octets] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    return decodeOpen(octets, 0, octets.length).value?.capabilities.map(({ code }) => code) ?? [];
  } finally {
    await speaker.stop();
    server.close();
  }
};

describe("what a peer is told of TCP-AO", () => {
  it.each([
    ["nothing", {}, []],
    ["nothing", { tcpAoCapability: false }, []],
    ["code 239", { tcpAoCapability: true }, [239]],
    ["the code of the configuration", { tcpAoCapability: 254 }, [254]],
  ])("is %s with %o", async (_what, settings, codes) => {
    expect((await offered(settings)).filter((code) => code >= 239)).toEqual(codes);
  });
});
