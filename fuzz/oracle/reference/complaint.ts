import { type Fault, Verdict } from "../../../src/codec/fault.js";
import { ErrorCode } from "../../../src/codec/iana.js";
import { OracleViolation } from "../violation.js";
import { Bit, judgementOf, subcodeBit } from "./judgement.js";
import { shown } from "./octets.js";

/** Throws when the codec, which `fault` made decide, decided what `bits` do not allow. `code`: of a NOTIFICATION. */
export const decidesAs = (bits: number, fault: Fault | null, code: number, octets: Uint8Array): void => {
  const bit = bitOf(fault);
  if ((bits & bit) === 0) throw otherwise(bits, bit, fault, octets);
  if (fault !== null && bit === Bit.Reset && !isNotified(bits, fault.notify, code)) {
    throw new OracleViolation(
      "reference",
      "the NOTIFICATION has another code than the RFCs ask for",
      `${fault.id}: ${fault.notify.join("/")}, not ${judgementOf(bits, code)
        .notify.map((one) => one.join("/"))
        .join(" or ")}: ${shown(octets)}`,
    );
  }
};

/** The decision that a fault means. */
export const bitOf = (fault: Fault | null): number => (fault === null ? Bit.Accepted : (BITS[fault.verdict] ?? 0));

const BITS: Readonly<Record<number, number>> = {
  [Verdict.Discard]: Bit.Discard,
  [Verdict.TreatAsWithdraw]: Bit.Withdraw,
  [Verdict.SessionReset]: Bit.Reset,
};

const isNotified = (bits: number, [code, subcode]: Fault["notify"], own: number): boolean => {
  const notify = code === ErrorCode.MessageHeader && subcode === 2 ? Bit.Header : subcodeBit(subcode);
  return (bits & notify) !== 0 && (notify === Bit.Header || code === own);
};

const otherwise = (bits: number, bit: number, fault: Fault | null, octets: Uint8Array): OracleViolation =>
  new OracleViolation(
    "reference",
    `the codec decides ${judgementOf(bit, 0).decisions.join()}, the RFCs ${judgementOf(bits, 0).decisions.join(" or ")}`,
    `${fault?.id ?? "accepted"}: ${shown(octets)}`,
  );

/** What to throw: `what` is a fixed text, the octets and `beside` are shown with it. */
export const complaint = (what: string, octets: Uint8Array, beside = ""): OracleViolation =>
  new OracleViolation("reference", what, `${beside}${shown(octets)}`);
