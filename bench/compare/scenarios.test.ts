import { describe, expect, it } from "vitest";
import { judgedFigures } from "../../src/results/index.js";
import { comparedScenarios } from "./scenarios.js";

describe.each(comparedScenarios.map((one) => [one.name, one] as const))("%s", (_, { schema, headline }) => {
  it("is decided by a figure that is compared, and of which less is better", () => {
    expect(judgedFigures(schema)).toHaveProperty(headline, "less");
  });
});
