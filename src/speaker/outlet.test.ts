import { describe, expect, it } from "vitest";
import { type AdjRibOut, FILL_CAPACITY } from "../rib/adj-rib-out.js";
import type { Stream } from "../transport/index.js";
import { Outlet } from "./outlet.js";

/** A stream that takes nothing until told to, and a RIB that has so many octets to say at a time. */
const rig = (sizes: number[]) => {
  const written: Uint8Array[] = [];
  const stream = { pending: 0 };
  const rib = {
    get isPending(): boolean {
      return sizes.length > 0;
    },
    fill(out: Uint8Array): number {
      const size = sizes.shift() ?? 0;
      out.fill(written.length + 1, 0, size);
      return size;
    },
    close: () => undefined,
  };
  const outlet = new Outlet([rib as unknown as AdjRibOut], stream as Stream, (octets) => {
    written.push(octets);
    stream.pending += octets.length;
    return stream.pending < FILL_CAPACITY;
  });
  return { outlet, written, stream };
};

/** Octets that are kept from the garbage collector by what was written. */
const heldBy = (written: readonly Uint8Array[]): number =>
  [...new Set(written.map(({ buffer }) => buffer))].reduce((sum, { byteLength }) => sum + byteLength, 0);

describe("an outlet", () => {
  it("holds little for a peer that takes nothing of the little there is", () => {
    const { outlet, written } = rig(Array.from({ length: 2000 }, () => 100));
    for (let i = 0; i < 2000; i++) outlet.flush();
    expect(written).toHaveLength(2000);
    expect(heldBy(written)).toBe(200_000);
  });

  it("stops when the stream says wait, and goes on after it has drained", () => {
    const { outlet, written, stream } = rig([200_000, 200_000, 200_000]);
    outlet.flush();
    expect(outlet.isPending).toBe(true);
    outlet.flush();
    expect(outlet.isPending).toBe(false);
    outlet.flush();
    expect(written).toHaveLength(2);
    stream.pending = 0;
    outlet.drained();
    expect(outlet.isPending).toBe(true);
    outlet.flush();
    expect(written).toHaveLength(3);
    expect(outlet.isPending).toBe(false);
  });

  it("leaves what was written alone while it waits", () => {
    const { outlet, written } = rig([100_000, 50, 100_000]);
    for (let i = 0; i < 3; i++) outlet.flush();
    expect(written.map((octets) => [octets.length, new Set(octets)])).toEqual([
      [100_000, new Set([1])],
      [50, new Set([2])],
      [100_000, new Set([3])],
    ]);
  });

  it("writes nothing when there turns out to be nothing to say", () => {
    const { outlet, written } = rig([0, 0]);
    outlet.flush();
    outlet.flush();
    expect(written).toEqual([]);
  });
});
