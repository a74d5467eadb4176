import { expect, it } from "vitest";
import { Recording } from "./recording.js";

it("keeps messages of any size whole, in order, over many chunks", () => {
  const recording = new Recording();
  const source = Uint8Array.from({ length: 70_000 }, (_, i) => i * 31);
  const sizes = [19, 23, 4096, 65_535, 159, 160, 161];
  const added: Uint8Array[] = [];
  for (let i = 0; i < 700; i++) {
    const size = sizes[i % sizes.length] ?? 19;
    recording.add(source, i, i + size);
    added.push(source.slice(i, i + size));
  }
  expect([...recording.chunks()].length).toBeGreaterThan(1);
  expect(Buffer.concat([...recording.chunks()]).equals(Buffer.concat(added))).toBe(true);
  recording.clear();
  expect([...recording.chunks()]).toEqual([]);
});
