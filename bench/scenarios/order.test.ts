import { describe, expect, it } from "vitest";
import { busiest } from "./bottleneck.js";
import { counterbalanced } from "./order.js";

describe("counterbalanced", () => {
  it("runs the cells ABBA", () => {
    expect(counterbalanced(["A", "B"], 4).join("")).toBe("ABBAABBA");
    expect(counterbalanced(["A", "B", "C"], 2).join("")).toBe("ABCCBA");
  });

  it("runs each cell equally often", () => {
    expect(counterbalanced(["A"], 3)).toEqual(["A", "A", "A"]);
    expect(counterbalanced([], 3)).toEqual([]);
  });
});

describe("busiest", () => {
  it("names the process that had clearly the most to do", () => {
    expect(busiest({ target: 1, sender: 0.1, receiver: 0.3 })).toBe("target");
    expect(busiest({ target: 0.2, sender: 0.1, receiver: 0.3 })).toBe("receiver");
    expect(busiest({ target: 0.2, sender: 0.9, receiver: 0.3 })).toBe("sender");
  });

  it("does not choose between two that were about as busy", () => {
    expect(busiest({ target: 0.31, sender: 0.1, receiver: 0.3 })).toBe("unclear");
    expect(busiest({ target: 0, sender: 0, receiver: 0 })).toBe("unclear");
  });
});
