import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { freePort } from "./listening.js";
import { TargetError } from "./target.js";

// As it is, but it can be told what to give.
vi.mock("node:crypto", async (original) => {
  const crypto = await original<typeof import("node:crypto")>();
  return { ...crypto, randomInt: vi.fn(crypto.randomInt) };
});

const listenAt = async (port: number): Promise<void> => {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
};

describe("freePort", () => {
  it("gives a port that one can listen on, none of those that the kernel gives out", async () => {
    const port = await freePort("127.0.0.1");
    expect(port).toBeLessThan(32_768);
    await listenAt(port);
  });

  it("passes over a port that somebody listens on", async () => {
    const taken = await freePort("127.0.0.1");
    await listenAt(taken);
    vi.mocked(randomInt).mockImplementationOnce(() => taken);
    expect(await freePort("127.0.0.1")).not.toBe(taken);
  });

  it("says so where nobody can listen", async () => {
    const port = freePort("192.0.2.1");
    await expect(port).rejects.toThrow(TargetError);
    await expect(port).rejects.toThrow("no free port at 192.0.2.1: this machine does not have the address");
  });
});
