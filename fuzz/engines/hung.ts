import { existsSync, readFileSync } from "node:fs";
import { Session } from "node:inspector";
import { SourceMap } from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { framesOf } from "../campaign/failure.js";
import { commonStack } from "../engine/failing.js";

/**
 * Where the other thread of this process hangs: paused by its debugger a few times, and what its stacks have in common,
 * in TypeScript lines, innermost first. Empty when it cannot be paused: long work in native code is not interrupted.
 */
export const stackOfOtherThread = async (patienceMs = 2_000): Promise<readonly string[]> => {
  const session = new Session();
  session.connect();
  const stacks: (readonly string[])[] = [];
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, patienceMs);
    const scripts = new Map<string, string>();
    let id = 0;
    session.on("NodeWorker.attachedToWorker", ({ params: { sessionId } }) => {
      const send = (method: string): void => {
        session.post("NodeWorker.sendMessageToWorker", { sessionId, message: JSON.stringify({ id: ++id, method }) });
      };
      session.on("NodeWorker.receivedMessageFromWorker", ({ params: { message } }) => {
        const { method, params } = JSON.parse(message) as Message;
        if (method === "Debugger.scriptParsed") scripts.set(params.scriptId, params.url);
        if (method !== "Debugger.paused") return;
        stacks.push(framesOf(params.callFrames.map((frame) => frameText(frame, scripts)).join("\n")));
        send("Debugger.resume");
        if (stacks.length === PAUSES) {
          clearTimeout(timer);
          resolve();
        } else setTimeout(() => send("Debugger.pause"), APART_MS * stacks.length);
      });
      send("Debugger.enable");
      send("Debugger.pause");
    });
    session.post("NodeWorker.enable", { waitForDebuggerOnStart: false });
  });
  session.disconnect();
  return commonStack(stacks);
};

const PAUSES = 4;
/** Not evenly, so that they don't all fall on the same place of a loop. */
const APART_MS = 7;

/** Of the inspector's protocol, as far as it is read here. */
type Message =
  | { readonly method: "Debugger.scriptParsed"; readonly params: { readonly scriptId: string; readonly url: string } }
  | { readonly method: "Debugger.paused"; readonly params: { readonly callFrames: readonly CallFrame[] } }
  | { readonly method?: never; readonly params?: never };

interface CallFrame {
  readonly functionName: string;
  /** Counted from 0. */
  readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber?: number };
}

/** As a line of an error's stack. */
const frameText = ({ functionName, location }: CallFrame, scripts: ReadonlyMap<string, string>): string => {
  const { scriptId, lineNumber, columnNumber = 0 } = location;
  const url = scripts.get(scriptId) ?? "";
  const file = url.startsWith("file:") ? fileURLToPath(url) : url;
  const place = placeIn(file, lineNumber, columnNumber) ?? `${file}:${lineNumber + 1}:${columnNumber + 1}`;
  return `    at ${functionName || "anonymous"} (${place})`;
};

const maps = new Map<string, SourceMap | null>();

const placeIn = (file: string, line: number, column: number): string | null => {
  let map = maps.get(file);
  if (map === undefined) {
    map = existsSync(`${file}.map`) ? new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8"))) : null;
    maps.set(file, map);
  }
  const entry = map?.findEntry(line, column);
  if (entry === undefined || !("originalSource" in entry)) return null;
  return `${resolve(dirname(file), entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
};
