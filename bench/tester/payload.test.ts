import { describe, expect, it } from "vitest";
import { Ipv4Unicast, Ipv6Unicast } from "../../src/codec/iana.js";
import { decodeUpdate } from "../../src/codec/message/update.js";
import type { SessionContext } from "../../src/codec/session-context.js";
import { generateTable } from "../../src/table/generate.js";
import { eachUpdate } from "../../src/table/prepared.js";
import { endOfRib4, endOfRib6, type Form, payloadOf } from "./payload.js";

const session: SessionContext = {
  asnSize: 4,
  localAs: 65550,
  peerAs: 65001,
  external: true,
  families: new Set([Ipv4Unicast, Ipv6Unicast]),
  addPath: new Set(),
  maxMessage: 4096,
  extendedNextHop: new Set(),
  multipleLabels: new Set(),
};

const table = generateTable({ prefixes: 3000, family: "both", seed: 1 });

const updatesOf = (form: Form): number => {
  const payload = payloadOf(table.messages, form);
  let updates = 0;
  for (const chunk of payload.chunks) {
    eachUpdate(chunk, ({ start, end }) => {
      updates++;
      expect(end - start).toBeLessThanOrEqual(4096);
      const { value, found } = decodeUpdate(chunk, start, end, session);
      expect(found).toEqual([]);
      expect(value).not.toBeNull();
    });
  }
  expect(updates).toBe(payload.updates);
  return updates;
};

describe("payloadOf", () => {
  it("sends the table as it is", () => {
    expect(updatesOf("packed")).toBe(table.count);
    expect(Buffer.concat(payloadOf(table.messages, "packed").chunks).equals(table.messages)).toBe(true);
    expect(payloadOf(table.messages, "packed").prefixes).toBe(table.prefixes);
  });

  it("sends each prefix in a well-formed UPDATE of its own", () => {
    expect(updatesOf("single")).toBe(table.prefixes);
    expect(payloadOf(table.messages, "single").prefixes).toBe(table.prefixes);
  });

  it("withdraws in few well-formed UPDATEs", () => {
    expect(updatesOf("withdraw")).toBeLessThan(table.prefixes / 200);
  });

  it("has End-of-RIB markers that the codec reads as UPDATEs without routes", () => {
    for (const marker of [endOfRib4, endOfRib6]) {
      const { value, found } = decodeUpdate(marker, 0, marker.length, session);
      expect(found).toEqual([]);
      expect([value?.nlri.length, value?.withdrawn.length]).toEqual([0, 0]);
    }
  });
});
