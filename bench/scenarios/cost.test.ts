import { describe, expect, it } from "vitest";
import type { RunningTarget, Usage } from "../../src/target/target.js";
import { busiest, busyOf } from "./bottleneck.js";
import { type Cost, costFigures, costSince } from "./cost.js";

const usage = (cpuSeconds: number, peakRssBytes: number): Usage => ({ cpuSeconds, rssBytes: 1, peakRssBytes });

const target = (more: Partial<RunningTarget>): RunningTarget => ({
  name: "one",
  pid: 1,
  address: "127.0.0.1",
  port: 1,
  version: null,
  died: new Promise(() => undefined),
  halted: () => null,
  counts: () => Promise.reject(new Error("not asked")),
  usage: () => usage(0, 0),
  stop: async () => undefined,
  ...more,
});

/** Gives the values one after the other. */
const turns = (...values: readonly Usage[]): (() => Usage) => {
  let n = 0;
  return () => values[n++] ?? usage(Number.NaN, Number.NaN);
};

describe("costSince", () => {
  it("is CPU over the stretch and the peak at its end, the tunnel's apart", () => {
    const cost = costSince(
      target({ usage: turns(usage(1, 10), usage(4, 30)), tunnelUsage: turns(usage(2, 5), usage(2.5, 6)) }),
    );
    expect(cost()).toEqual({
      target: { cpuSeconds: 3, peakRssBytes: 30 },
      tunnel: { cpuSeconds: 0.5, peakRssBytes: 6 },
    });
  });

  it("asks nothing of a target that can't be seen, and has no 0 for it", () => {
    const hidden = target({
      unseen: { counts: true, usage: true, why: "hidden", advice: "" },
      usage: () => {
        throw new RangeError("it can't be seen");
      },
    });
    expect(costSince(hidden)()).toEqual({ target: null, tunnel: null });
  });
});

describe("costFigures", () => {
  const seen: Cost = { target: { cpuSeconds: 3, peakRssBytes: 30 }, tunnel: null };
  const behind: Cost = { ...seen, tunnel: { cpuSeconds: 9, peakRssBytes: 6 } };
  const hidden: Cost = { target: null, tunnel: null };

  it("has the tunnel's only where there is one", () => {
    expect(Object.keys(costFigures([seen]))).toEqual(["cpu_s", "peak_rss_bytes"]);
    expect(costFigures([behind, behind])).toMatchObject({
      cpu_s: { median: 3, samples: [3, 3] },
      tunnel_cpu_s: { median: 9, samples: [9, 9] },
      tunnel_peak_rss_bytes: { median: 6 },
    });
  });

  it("has none where one run's is missing", () => {
    expect(costFigures([seen, hidden])).toEqual({ cpu_s: undefined, peak_rss_bytes: undefined });
  });

  it("names no bottleneck where the target can't be seen, or where the tunnel has most to do", () => {
    expect(busiest({ ...busyOf([seen]), sender: 1, receiver: 1 })).toBe("target");
    expect(busiest({ ...busyOf([hidden]), sender: 1, receiver: 1 })).toBe("unclear");
    expect(busiest({ ...busyOf([behind]), sender: 1, receiver: 1 })).toBe("unclear");
    expect(busiest({ ...busyOf([seen]), sender: 9, receiver: 1 })).toBe("sender");
  });
});
