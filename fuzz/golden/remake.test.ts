import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { record } from "./record.js";
import { loadSession } from "./session.js";
import { speakers } from "./speakers/index.js";

const root = fileURLToPath(new URL("../../corpus/golden", import.meta.url));

/** Every speaker has this scenario, and it takes a few seconds. */
const QUICK = "two-octet";

/** The stored session, of whatever version: kinds of messages do not change with it. */
const stored = (speaker: string): readonly string[] => {
  const folder = readdirSync(root).find((name) => name.startsWith(`${speaker}-`));
  if (folder === undefined) throw new Error(`no golden messages of ${speaker}`);
  return kinds(loadSession(join(root, folder, QUICK, "session.json")).messages);
};

const kinds = (messages: readonly { readonly kind: string }[]): readonly string[] =>
  [...new Set(messages.map(({ kind }) => kind))].sort();

describe.concurrent("golden messages, made again", () => {
  for (const speaker of speakers) {
    const missing = speaker.missing();
    const title = missing === null ? speaker.name : `${speaker.name}: SKIPPED, ${missing}`;
    it.skipIf(missing !== null)(title, async () => {
      const scenario = speaker.scenarios.find(({ name }) => name === QUICK);
      if (scenario === undefined) throw new Error(`${speaker.name} has no scenario ${QUICK}`);
      const { messages } = await record(speaker, scenario, new AbortController().signal);
      expect(kinds(messages)).toEqual(stored(speaker.name));
    });
  }
});
