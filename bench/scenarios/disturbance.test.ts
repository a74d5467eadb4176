import { describe, expect, it } from "vitest";
import { suspicion } from "../../src/results/index.js";
import { disturbanceOf, disturbedBy, parseCpuTimes } from "./disturbance.js";

const stat = (...ticks: number[]): string =>
  `cpu  ${ticks.join(" ")}\ncpu0 1 2 3 4 5 6 7 8 9 10\nintr 5 0\nctxt 99\nbtime 1\n`;

describe("parseCpuTimes", () => {
  it("adds up what is work, and counts guests once", () => {
    // user nice system idle iowait irq softirq steal guest guest_nice
    expect(parseCpuTimes(stat(100, 20, 30, 800, 40, 1, 9, 50, 70, 5))).toEqual({ busy: 1.6, steal: 0.5, total: 10.5 });
  });

  it("takes the short line of an old kernel, and nothing from none", () => {
    expect(parseCpuTimes("cpu  100 0 50 850\n")).toEqual({ busy: 1.5, steal: 0, total: 10 });
    expect(parseCpuTimes("")).toEqual({ busy: 0, steal: 0, total: 0 });
  });
});

describe("disturbedBy", () => {
  const at = (busy: number, steal: number, total: number): ReturnType<typeof parseCpuTimes> => ({ busy, steal, total });

  it("is what was neither ours nor nobody's, over all cores", () => {
    expect(disturbedBy(at(10, 1, 100), at(16, 2, 110), 4)).toEqual({ foreignCpu: 0.2, steal: 0.1 });
  });

  it("is never less than nothing, though the kernel counts us in other steps than the machine", () => {
    expect(disturbedBy(at(10, 0, 100), at(11, 0, 102), 1.5)).toEqual({ foreignCpu: 0, steal: 0 });
    expect(disturbedBy(at(10, 0, 100), at(10, 0, 100), 0)).toEqual({ foreignCpu: 0, steal: 0 });
  });
});

describe("suspicion", () => {
  it("begins above a tenth in any run", () => {
    const fine = disturbanceOf([
      { foreignCpu: 0.1, steal: 0 },
      { foreignCpu: 0.02, steal: 0.1 },
    ]);
    expect(fine && suspicion(fine)).toBeNull();
    const foreign = disturbanceOf([
      { foreignCpu: 0.01, steal: 0 },
      { foreignCpu: 0.34, steal: 0.2 },
    ]);
    expect(foreign && suspicion(foreign)).toBe("foreign CPU up to 34%, steal up to 20%");
  });
});
