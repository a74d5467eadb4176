import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { left, markdownTable, plain, right, tableOf, terminalTable } from "./table.js";

interface City {
  readonly name: string;
  readonly size: number;
  readonly remark?: string;
}
const cities: readonly City[] = [
  { name: "Oslo", size: 709 },
  { name: "Lü", size: 12_000 },
];
const columns = [
  left<City>("name", ({ name }) => name),
  right<City>("size", ({ size }) => String(size)),
  left<City>("remark", ({ remark }) => remark ?? ""),
];

describe("terminalTable", () => {
  it("lines words up to the left and numbers to the right", () => {
    expect(terminalTable(tableOf(cities, columns))).toBe(
      ["name   size", "----  -----", "Oslo    709", "Lü    12000"].join("\n"),
    );
  });

  it("leaves out a column in which nothing stands, but not of an empty table", () => {
    expect(terminalTable(tableOf([{ name: "Ulm", size: 1, remark: "old" }], columns)).split("\n")).toEqual([
      "name  size  remark",
      "----  ----  ------",
      "Ulm      1  old",
    ]);
    expect(terminalTable(tableOf([], columns))).toBe("name  size  remark\n----  ----  ------");
  });

  it("keeps a row one line, and the terminal unsteered, whatever stands in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const text = terminalTable(tableOf([{ name, size: 1 }], columns));
        expect(text.split(/[\n\r\u2028\u2029]/)).toHaveLength(3);
        expect(plain(text.replaceAll("\n", ""))).toBe(text.replaceAll("\n", ""));
      }),
    );
    expect(plain("BIRD\u001b[31m 2\r\n\u202e")).toBe("BIRD [31m 2 ");
  });
});

describe("markdownTable", () => {
  it("marks the columns of numbers", () => {
    expect(markdownTable(tableOf(cities, columns)).split("\n")).toEqual([
      "| name | size |",
      "| --- | ---: |",
      "| Oslo | 709 |",
      "| Lü | 12000 |",
    ]);
  });

  it("shows markup as text", () => {
    const [, , row] = markdownTable(tableOf([{ name: "a|b <b> `c` \\ *d*\ne", size: 1 }], columns)).split("\n");
    expect(row).toBe("| a\\|b \\<b\\> \\`c\\` \\\\ \\*d\\* e | 1 |");
  });
});
