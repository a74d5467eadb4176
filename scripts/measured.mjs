// `npm run measured`: writes the figures of results/baseline into the README.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { withMeasured } from "../dist/src/report/index.js";
import { loadDocument } from "../dist/src/results/index.js";

const readme = new URL("../README.md", import.meta.url);
const baseline = new URL("../results/baseline/", import.meta.url);
const runs = readdirSync(baseline)
  .sort()
  .map((name) => loadDocument(new URL(name, baseline).pathname));
writeFileSync(readme, withMeasured(readFileSync(readme, "utf8"), runs));
