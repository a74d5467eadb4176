import { expect, it } from "vitest";
import { hex } from "../octets.js";
import { keepalive } from "./keepalive.js";

it("a KEEPALIVE is its header, RFC 4271 §4.4", () => {
  expect(hex(keepalive)).toBe(`${"ff".repeat(16)}001304`);
});
