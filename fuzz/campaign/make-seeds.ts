import { targets } from "../targets/index.js";
import { seedsRoot } from "./campaign.js";
import { writeSeeds } from "./seeds.js";

// `npm run seeds`
const files = writeSeeds(targets, seedsRoot());
process.stdout.write(`${files} seeds for ${targets.length} targets under corpus/seeds\n`);
