import { alertName } from "../../src/transport/alert.js";
import { explain } from "../../src/transport/failure.js";
import type { Endpoint } from "../../src/transport/index.js";

/** An attempt that came to nothing. */
export interface FailedAttempt {
  /** What failures are counted by: `refused`, `reset`, `timeout`, `alert certificate_required`, `NOTIFICATION …`. */
  readonly kind: string;
  /** One sentence for people. */
  readonly reason: string;
}

export const failed = (kind: string, reason: string): FailedAttempt => ({ kind, reason });

/** What an error of a client's socket was: the transport's kinds, but resets apart, and each TLS alert by its name. */
export const failureOf = (error: NodeJS.ErrnoException, target: Endpoint): FailedAttempt => {
  const { kind, reason } = explain(error, target, "client");
  const alert = /SSL alert number (\d+)/.exec(error.message)?.[1];
  if (alert !== undefined) return failed(`alert ${alertName(Number(alert))}`, reason);
  if (error.code === "ECONNRESET" || error.code === "EPIPE") return failed("reset", reason);
  return failed(kind, reason);
};
