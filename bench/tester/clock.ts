/**
 * Milliseconds on a clock that all processes of this machine share: Linux's CLOCK_MONOTONIC, which is what both
 * `process.hrtime` and `performance.now` read; the latter counts from the start of the process and allocates nothing.
 */
export const monotonicMs = (): number => performance.now() + offset;

const offset = Number(process.hrtime.bigint()) / 1e6 - performance.now();
