import { setTimeout as wait } from "node:timers/promises";
import type { RunningTarget, Target, TargetSetup, Transport } from "../../src/target/target.js";
import { makeCertificates } from "../../src/transport/certificates.js";
import type { TlsOptions } from "../../src/transport/index.js";
import type { SessionOptions } from "../tester/session.js";
import { TesterError } from "../tester/worker.js";
import type { Circumstances } from "./circumstances.js";
import { unlessHalted } from "./halted.js";
import { Interrupted, startTarget, TARGET_AS } from "./lab.js";
import { bindTo } from "./pinning.js";

const LAST_WORDS_MS = 500;

/** What both ends need for TLS, the server's certificate alone. */
export interface BenchTls {
  readonly target: NonNullable<TargetSetup["tls"]>;
  readonly tester: TlsOptions;
}

/** Null when no transport needs it. */
export const tlsFor = async (transports: readonly Transport[]): Promise<BenchTls | null> => {
  if (transports.every((transport) => transport === "tcp")) return null;
  const { ca, server } = await makeCertificates({ key: "p256", names: ["127.0.0.1"] });
  return { target: { ...server, ca, mutual: false }, tester: { ca } };
};

/** Where a peer of that name connects to, and whom it trusts there. */
export const wayTo = (
  target: RunningTarget,
  peer: string,
  tls: BenchTls | null,
): Pick<SessionOptions, "remote"> & { readonly tls?: TlsOptions } => {
  const { address, port, as = TARGET_AS, ca } = target;
  return {
    remote: { address, port: target.portFor?.(peer) ?? port, as },
    ...(tls === null ? {} : { tls: { ...tls.tester, ...(ca === undefined ? {} : { ca }) } }),
  };
};

export interface Around {
  readonly transport: Transport;
  readonly tls: BenchTls | null;
  readonly peers: TargetSetup["peers"];
  readonly signal: AbortSignal;
  readonly circumstances?: Circumstances | undefined;
  /** Ends the testers' sessions, before the target is stopped. */
  hangUp(): Promise<unknown>;
}

/** Starts tester processes where they shall run. */
export const onTestersCores = <T>(circumstances: Circumstances | undefined, start: () => T): T => {
  if (circumstances?.pin) bindTo(circumstances.pin.tester);
  return start();
};

/** What `Lab.run` does, for scenarios with testers of their own: rejects when the target dies and when interrupted. */
export const withTarget = async <T>(
  target: Target,
  { transport, tls, peers, signal, circumstances, hangUp }: Around,
  work: (running: RunningTarget) => Promise<T>,
): Promise<T> => {
  if (signal.aborted) throw new Interrupted();
  const given = transport === "tcp" || tls === null ? {} : { tls: tls.target };
  const running = await startTarget(target, { transport, peers, ...given }, circumstances);
  const died = running.died.then((reason): never => {
    throw new TesterError(reason);
  });
  died.catch(() => undefined);
  let stop: () => void = () => undefined;
  const interrupted = new Promise<never>((_, reject) => {
    stop = () => reject(new Interrupted());
    signal.addEventListener("abort", stop, { once: true });
  });
  interrupted.catch(() => undefined);
  try {
    return await Promise.race([unlessHalted(running, work(running)), died, interrupted]);
  } catch (error) {
    // Its sessions may be the first to tell that a target died, but not why.
    if (!(error instanceof Interrupted)) await Promise.race([died, wait(LAST_WORDS_MS)]);
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
    await hangUp();
    await running.stop();
  }
};
