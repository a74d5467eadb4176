import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { listeners, listeningProcess } from "./listening-process.js";

/** /proc/net/tcp and tcp6 of a little-endian machine, shortened on the right: 127.0.0.1:1790, 0.0.0.0:179, a connection. */
const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:06FE 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 101 1 0000000000000000
   1: 00000000:00B3 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 102 1 0000000000000000
   2: 0100007F:06FE 0101007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 103 1 0000000000000000
   3: 0000000000000000FFFF00000100007F:06FF 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 104 1
   4: 00000000000000000000000000000000:06FF 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 105 1
`;

describe("listeners", () => {
  it.each([
    ["127.0.0.1", 1790, ["101"]],
    ["127.0.0.2", 1790, []],
    ["127.0.0.2", 179, ["102"]],
    ["127.0.0.1", 1791, ["104", "105"]],
    ["127.0.0.1", 1792, []],
  ])("finds who listens at %s port %i, by that address or by all", (address, port, inodes) => {
    expect(listeners(TABLE, address, port)).toEqual(inodes);
  });

  it("makes nothing of text that is no such table", () => {
    expect(listeners("", "127.0.0.1", 1790)).toEqual([]);
    expect(listeners("one two\nthree", "127.0.0.1", 1790)).toEqual([]);
  });
});

describe.skipIf(process.platform !== "linux")("listeningProcess", () => {
  it("finds the process of a socket, and says why not when nobody is there", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    expect(listeningProcess("127.0.0.1", port)).toEqual({ pid: process.pid });
    await new Promise((resolve) => server.close(resolve));
    expect(listeningProcess("127.0.0.1", port)).toEqual({ hidden: expect.stringContaining("/proc/net/tcp") });
  });
});
