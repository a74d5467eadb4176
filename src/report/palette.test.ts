import { describe, expect, it } from "vitest";
import { byDay, customProperties, series } from "./palette.js";

type Rgb = readonly [number, number, number];

/** sRGB to linear light, IEC 61966-2-1. */
const linear = (hex: string): Rgb => {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
};

const times = (matrix: readonly Rgb[], [r, g, b]: Rgb): Rgb =>
  matrix.map((row) => Math.min(1, Math.max(0, row[0] * r + row[1] * g + row[2] * b))) as unknown as Rgb;

/** Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", 2009, severity 1. */
const sights: Readonly<Record<string, readonly Rgb[]>> = {
  "all cones": [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Oklab (Ottosson 2020): distances are about as large as they look. */
const oklab = ([r, g, b]: Rgb): Rgb => {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
};

const luminance = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

describe.each([
  ["day", "#fbfbfa"],
  ["night", "#14171a"],
] as const)("colours of targets by %s", (time, ground) => {
  it("stand out from the ground by 3:1", () => {
    for (const one of series) {
      const [a = 0, b = 0] = [luminance(linear(one[time])), luminance(linear(ground))].sort((x, y) => y - x);
      expect((a + 0.05) / (b + 0.05), one[time]).toBeGreaterThanOrEqual(3);
    }
  });

  it.each(Object.keys(sights))("are told apart with %s", (sight) => {
    const seen = series.map((one) => oklab(times(sights[sight] ?? [], linear(one[time]))));
    const close = seen.flatMap((a, i) =>
      seen.slice(i + 1).flatMap((b, j) => {
        const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        return distance < 0.12 ? [`${series[i]?.[time]} ${series[i + 1 + j]?.[time]} ${distance.toFixed(3)}`] : [];
      }),
    );
    expect(close).toEqual([]);
  });
});

describe("colours", () => {
  it("of a chart in a file of its own are those of the day", () => {
    expect(customProperties).toContain(`--series-0:${series[0]?.day}`);
    expect(byDay('<path stroke="var(--series-0)" fill="var(--unknown)"/>')).toBe(
      `<path stroke="${series[0]?.day}" fill="var(--unknown)"/>`,
    );
  });
});
