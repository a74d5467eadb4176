import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { attributes } from "../../src/codec/attribute/index.js";
import type { AttributeSpec } from "../../src/codec/attribute.js";
import { nlriFamilies } from "../../src/codec/nlri/index.js";
import type { SessionContext } from "../../src/codec/session-context.js";
import { packageRoot } from "../../src/results/provenance.js";
import type { MicroCase } from "./case.js";
import { session } from "./inputs.js";

/** Every family, and an internal peer: LOCAL_PREF and its like may travel. */
const all: SessionContext = {
  ...session,
  external: false,
  peerAs: session.localAs,
  families: new Set(nlriFamilies.map(({ family }) => family)),
};

/** A seed of an attribute's target begins with two octets of context; see fuzz/targets/context.ts. */
const CONTEXT_OCTETS = 2;
const TIMES = 200;

/** Judges and reads the well-formed values among an attribute's seeds, TIMES times. */
const attributeCase = (spec: AttributeSpec<unknown>): MicroCase => ({
  name: `attribute-${spec.code}`,
  unit: `${spec.name}, judged and read`,
  setup() {
    const [session, values] = wellFormed(spec);
    return {
      ops: TIMES * values.length,
      octets: TIMES * values.reduce((sum, { length }) => sum + length, 0),
      run() {
        let sum = 0;
        for (let i = 0; i < TIMES; i++) {
          for (const octets of values) {
            if (spec.check(octets, 0, octets.length, session) !== null) return Number.NaN;
            sum += 1 + spec.size(spec.read(octets, 0, octets.length, session), session);
          }
        }
        return sum;
      },
    };
  },
});

/** The session in which most of an attribute's seeds are well formed, and those. */
const wellFormed = (spec: AttributeSpec<unknown>): readonly [SessionContext, readonly Uint8Array[]] => {
  const seeds = seedsOf(spec.code);
  const [today, twoOctets] = [all, { ...all, asnSize: 2 as const }].map((within): [SessionContext, Uint8Array[]] => [
    within,
    seeds.filter((octets) => spec.check(octets, 0, octets.length, within) === null),
  ]);
  if (today === undefined || twoOctets === undefined) return [all, []];
  // AS4_PATH and AS4_AGGREGATOR are for speakers of two-octet AS numbers only (RFC 6793 §6).
  return twoOctets[1].length > today[1].length ? twoOctets : today;
};

const seedsOf = (code: number): Uint8Array[] => {
  const root = join(packageRoot(), "corpus", "seeds");
  const folder = readdirSync(root).find((name) => name.startsWith(`attribute-${String(code).padStart(2, "0")}-`));
  if (folder === undefined) throw new Error(`attribute ${code} has no seeds: npm run seeds`);
  return readdirSync(join(root, folder))
    .filter((name) => name.startsWith("accepted-"))
    .map((name) => Uint8Array.from(readFileSync(join(root, folder, name))).subarray(CONTEXT_OCTETS));
};

/** One case for each attribute of the codec's table. */
export const attributeCases: readonly MicroCase[] = attributes.map(attributeCase);
