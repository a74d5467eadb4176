/**
 * An oracle's "no": the decoder or encoder under test did what must not happen.
 *
 * `oracle` and `what` are fixed texts, so that the same bug found twice is folded into one finding; `shown` holds what
 * differs from input to input.
 */
export class OracleViolation extends Error {
  readonly oracle: string;
  readonly what: string;

  constructor(oracle: string, what: string, shown = "") {
    super(`${oracle}: ${what}${shown === "" ? "" : ` (${shown})`}`);
    this.name = "OracleViolation";
    this.oracle = oracle;
    this.what = what;
  }
}
