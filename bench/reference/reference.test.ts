import { connect, type TLSSocket } from "node:tls";
import { beforeAll, describe, expect, it } from "vitest";
import { findProgram } from "../../src/target/daemon.js";
import type { TargetSetup } from "../../src/target/target.js";
import { type Certificates, makeCertificates } from "../../src/transport/certificates.js";
import { opensslServer } from "./openssl-server.js";

const has = findProgram("openssl") !== null;
const lack = has ? "" : " (SKIPPED: no openssl; apt-get install openssl)";

let made: Certificates;
beforeAll(async () => {
  made = await makeCertificates({ key: "p256", names: ["127.0.0.1"] });
});

const setup = (mutual: boolean): TargetSetup => ({
  transport: "tls",
  as: 65550,
  routerId: "10.0.2.1",
  peers: [],
  tls: { ...made.server, ca: made.ca, mutual },
});

/** The protocol agreed on, once the server has ended in answer to us; or what went wrong. */
const handshake = (port: number, identity: object): Promise<string> =>
  new Promise((resolve) => {
    const options = { host: "127.0.0.1", port, ca: made.ca, ALPNProtocols: ["botls"], ...identity };
    const socket: TLSSocket = connect(options, () => socket.end());
    let said = "";
    socket.once("secureConnect", () => {
      said = `${socket.getProtocol()} ${socket.alpnProtocol}`;
    });
    socket.once("error", (error) => {
      said = error.message;
    });
    socket.resume();
    socket.once("close", () => resolve(said));
  });

describe.skipIf(!has)(`openssl s_server as a reference${lack}`, () => {
  it("serves one handshake after the other, and is gone when it was stopped", async () => {
    const running = await opensslServer.start(setup(false));
    expect(running.version).toMatch(/^OpenSSL \d/);
    for (let n = 0; n < 3; n++) expect(await handshake(running.port, {})).toBe("TLSv1.3 botls");
    expect(running.usage().cpuSeconds).toBeGreaterThanOrEqual(0);
    const pid = running.pid ?? 0;
    expect(pid).toBeGreaterThan(0);
    await running.stop();
    expect(() => process.kill(pid ?? 0, 0)).toThrow(/ESRCH/);
  });

  it("wants a certificate of the client where both sides show one", async () => {
    const running = await opensslServer.start(setup(true));
    try {
      expect(await handshake(running.port, made.client)).toBe("TLSv1.3 botls");
      expect(await handshake(running.port, {})).toMatch(/certificate required|alert number 116/);
    } finally {
      await running.stop();
    }
  });
});
