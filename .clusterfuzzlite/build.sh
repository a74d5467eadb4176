#!/bin/bash -eu
# Builds every target of `kiln fuzz --list` for ClusterFuzzLite and OSS-Fuzz: Jazzer.js runs the very functions that
# Kiln's own engine runs, from the same seeds.
cd "$SRC/kiln"
npm ci
npm install --no-save @jazzer.js/core
npm run -s kiln -- fuzz --export fuzzers
for target in fuzzers/*.cjs; do
  name=$(basename "$target" .cjs)
  [ "$name" = targets ] && continue
  compile_javascript_fuzzer kiln "$target" -i fuzzers/targets.cjs --sync
  (cd "fuzzers/${name}_seed_corpus" && zip -q "$OUT/${name}_seed_corpus.zip" ./*)
done
