import { expect, it } from "vitest";
import { monotonicMs } from "./clock.js";

it("agrees with the system's monotonic clock, which other processes read too", () => {
  // Whatever the system does in between, the value lies between two readings of that clock.
  for (let i = 0; i < 100; i++) {
    const before = Number(process.hrtime.bigint()) / 1e6;
    const now = monotonicMs();
    const after = Number(process.hrtime.bigint()) / 1e6;
    // The offset was halved from a bracket: a fiftieth of a millisecond is far more than it may be off.
    expect(now).toBeGreaterThan(before - 0.02);
    expect(now).toBeLessThan(after + 0.02);
  }
});
