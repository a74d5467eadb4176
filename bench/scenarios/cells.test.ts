import { describe, expect, it } from "vitest";
import { type Target, TargetError } from "../../src/target/target.js";
import { cellsOf, measureCells } from "./cells.js";
import { Interrupted } from "./lab.js";

const target = (name: string, missing: string | null = null): Target => ({
  name,
  transports: name === "both" ? ["tcp", "tls"] : ["tcp"],
  comparability: { mrai: "", damping: "", threads: "", policy: "", fib: "", notes: [] },
  available: async () => missing,
  start: () => Promise.reject(new TargetError("not to be started here")),
});

const measured = async (
  targets: readonly Target[],
  runs: number,
  measure: (name: string, run: number) => number,
): Promise<object[]> => {
  const cells = await cellsOf<number>(targets, ["tcp", "tls"]);
  let count = 0;
  for await (const _ of measureCells(
    cells,
    runs,
    async ({ target: { name }, transport }) => measure(`${name} ${transport}`, count++),
    () => undefined,
  ));
  return cells.map((cell) => cell.row(cell.key, (samples) => ({ samples })));
};

describe("cells", () => {
  it("go on with the others where one is missing or has no TLS", async () => {
    const rows = await measured([target("both"), target("plain"), target("absent", "not installed")], 1, () => 1);
    expect(rows).toEqual([
      { target: "both", version: null, transport: "tcp", samples: [1] },
      { target: "both", version: null, transport: "tls", samples: [1] },
      { target: "plain", version: null, transport: "tcp", samples: [1] },
      { target: "plain", version: null, transport: "tls", skipped: "no TLS" },
      { target: "absent", version: null, transport: "tcp", skipped: "not installed" },
      { target: "absent", version: null, transport: "tls", skipped: "not installed" },
    ]);
  });

  it("keep the runs before a failure and leave that target alone", async () => {
    const order: string[] = [];
    const rows = await measured([target("both"), target("plain")], 3, (name, run) => {
      order.push(name);
      if (run === 4) throw new TargetError("it died");
      return run;
    });
    expect(order.slice(0, 6)).toEqual(["both tcp", "both tls", "plain tcp", "plain tcp", "both tls", "both tcp"]);
    expect(rows[1]).toMatchObject({ samples: [1], note: "run 2: it died" });
    expect(order.filter((name) => name === "both tls").length).toBe(2);
    expect(rows[2]).toMatchObject({ samples: [2, 3, 7] });
  });

  it("end early, with what they have, when the user interrupts", async () => {
    const rows = await measured([target("both")], 2, (_, run) => {
      if (run === 1) throw new Interrupted();
      return run;
    });
    expect(rows[0]).toMatchObject({ samples: [0] });
    expect(rows[1]).toMatchObject({ failed: "not measured: interrupted" });
  });

  it("pass on what is not the target's fault", async () => {
    const broken = measured([target("both")], 1, () => {
      throw new RangeError("ours");
    });
    await expect(broken).rejects.toThrow("ours");
  });
});
