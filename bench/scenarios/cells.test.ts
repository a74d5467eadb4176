import { describe, expect, it } from "vitest";
import { stunnelMissing } from "../../src/target/stunnel.js";
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

  it("have a tunnel in front of what speaks TCP, and say why not in front of what does not", async () => {
    const only: Target = { ...target("only"), transports: ["tls"] };
    const cells = await cellsOf([target("plain"), only, target("absent", "not installed")], ["tls-stunnel"]);
    expect(cells.map(({ target: { name, transports } }) => [name, transports])).toEqual([
      ["plain", ["tls-stunnel"]],
      ["only", []],
      ["absent", ["tls-stunnel"]],
    ]);
    expect(cells.map(({ skipped }) => skipped)).toEqual([
      stunnelMissing(),
      stunnelMissing() ?? "no TCP, so stunnel can't reach it",
      "not installed",
    ]);
  });

  it("keep the figures that could be had when others could not", async () => {
    const [cell] = await cellsOf<number>([target("plain")], ["tcp"]);
    if (cell === undefined) throw new Error("there is a cell");
    cell.samples.push(1, 2);
    cell.unseen = "nobody knows its process";
    const row = cell.row<object, { readonly a: number; readonly b: number; readonly c?: number }>({}, ([a = 0]) => ({
      a,
      b: undefined,
    }));
    expect(row).toEqual({ skipped: "nobody knows its process", partial: { a: 1 } });
    expect(cell.row<object, { readonly a: number }>({}, ([a = 0]) => ({ a }))).toEqual({ a: 1 });
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
