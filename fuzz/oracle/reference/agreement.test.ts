import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decisive } from "../../../src/codec/fault.js";
import { decodeUpdate } from "../../../src/codec/message/update.js";
import { Random } from "../../../src/table/random.js";
import { mutated, randomOctets } from "../../engines/mutate.js";
import { contextOf as contextIn, loadSession, octetsOf } from "../../golden/session.js";
import { arbitrariesOf } from "../../properties/arbitraries.js";
import { targets } from "../../targets/index.js";
import type { Target } from "../../targets/target.js";
import { updateAgrees } from "./update.js";

const corpus = fileURLToPath(new URL("../../../corpus", import.meta.url));
const SEED = 7606;

/** Those whose `fuzz` asks the reference. */
const asking = targets.filter(({ name }) => /^(frame-stream|message|capability|attribute|nlri|rtr)/.test(name));

/** Seeds, then what the arbitraries make: valid, nearly valid and broken. */
const poolOf = ({ name }: Target, each: number): Uint8Array[] => {
  const { valid, nearValid, broken } = arbitrariesOf(name);
  const drawn = (arb: fc.Arbitrary<Uint8Array>): Uint8Array[] => fc.sample(arb, { seed: SEED, numRuns: each });
  const folder = join(corpus, "seeds", name);
  return [
    ...readdirSync(folder).map((file) => Uint8Array.from(readFileSync(join(folder, file)))),
    ...drawn(valid),
    ...drawn(nearValid),
    ...(broken === null ? [] : drawn(broken.map(({ data }) => data))),
  ];
};

describe("the codec and the reference agree", () => {
  it.each(asking.map((target) => [target.name, target] as const))("on %s", (name, target) => {
    const isMessage = /^(message|frame)/.test(name);
    const pool = poolOf(target, isMessage ? 150 : 30);
    for (const data of pool) target.fuzz(data);
    const random = new Random(SEED, 0);
    for (let i = 0; i < (isMessage ? 1000 : 150); i++) {
      target.fuzz(mutated(pool[random.below(pool.length)] ?? new Uint8Array(0), random));
      if (i % 10 === 0) target.fuzz(randomOctets(random));
    }
  });

  it("on the UPDATEs of other speakers, in the sessions that their OPENs made", () => {
    let updates = 0;
    for (const root of ["golden", "malformed"]) {
      for (const file of readdirSync(join(corpus, root), { recursive: true, encoding: "utf8" })) {
        if (!file.endsWith("session.json")) continue;
        const session = loadSession(join(corpus, root, file));
        for (const { hex } of session.messages) {
          const msg = octetsOf(hex);
          if (msg[18] !== 2) continue;
          const { value, found } = decodeUpdate(msg, 0, msg.length, contextIn(session));
          updateAgrees(msg, contextIn(session), decisive(found)?.fault ?? null, () => value);
          updates++;
        }
      }
    }
    expect(updates).toBeGreaterThan(250);
  });
});
