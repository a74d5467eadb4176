import { Verdict } from "./fault.js";

/** A verdict in words, as RFC 7606 §2 has it. */
export const verdictName = (verdict: Verdict): VerdictName => NAMES[verdict];

export type VerdictName = "discard" | "treat-as-withdraw" | "afi-safi-disable" | "session-reset";

const NAMES: Readonly<Record<Verdict, VerdictName>> = {
  [Verdict.Discard]: "discard",
  [Verdict.TreatAsWithdraw]: "treat-as-withdraw",
  [Verdict.AfiSafiDisable]: "afi-safi-disable",
  [Verdict.SessionReset]: "session-reset",
};
