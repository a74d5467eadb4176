import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { MessageType } from "../../src/codec/iana.js";
import { nlriOf } from "../../src/codec/nlri/index.js";
import { u8, u16, u24, u32 } from "../../src/codec/octets.js";
import { EXTENDED_MAX_MESSAGE, type SessionContext } from "../../src/codec/session-context.js";
import { type RawMessage, readInput } from "../../src/explain/input.js";
import { Sessions } from "../../src/explain/sessions.js";
import { readOctets } from "../../src/table/mrt/input.js";
import { LONGEST_RECORD, readMrt } from "../../src/table/mrt/reader.js";
import { MRT_HEADER_LENGTH, type MrtRecord } from "../../src/table/mrt/record.js";
import { EngineError } from "../engines/job.js";
import { asWithdrawn } from "../targets/nlri.js";
import type { Target } from "../targets/target.js";

/** Inputs for targets, taken from files of others, and what was left out. */
export interface Imported {
  /** By the name of the target; each input once. */
  readonly inputs: ReadonlyMap<string, readonly Uint8Array[]>;
  readonly files: number;
  readonly notes: readonly string[];
}

/** Inputs of one target, and octets of one input, at most: more of the same says nothing new. */
export const MOST_INPUTS = 20_000;
const LONGEST_INPUT = EXTENDED_MAX_MESSAGE + 16;
const MOST_FILES = 200_000;

/**
 * Reads captures (pcap, pcapng), MRT files, octets or hexadecimal text with BGP messages, and folders of other fuzzers.
 * Messages go to the targets that take them, and so do the attributes, routes and capabilities in them. A file of a fuzzer
 * is an input as it is: of `named`, or of the target that a folder above it is called by.
 *
 * Throws EngineError for a file that is none of these.
 */
export const importedFrom = async (
  paths: readonly string[],
  targets: readonly Target[],
  named: Target | null,
): Promise<Imported> => {
  const gathered = new Gathered(targets);
  for (const path of paths) {
    const isFolder = statOf(path).isDirectory();
    for (const file of isFolder ? filesUnder(path) : [path]) await fromFile(file, gathered, named, isFolder);
  }
  return gathered;
};

const statOf = (path: string): ReturnType<typeof statSync> & object => {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new EngineError(`there is no ${path}`);
  return stat;
};

/** What AFL and libFuzzer write beside their inputs. */
const NO_INPUT =
  /^(\.|README|fuzzer_stats$|fuzzer_setup$|fuzz_bitmap$|plot_data$|cmdline$|target_hash$|.*\.(md|json|txt|log)$)/;

/** Files of a folder and those below it; of AFL's output only its queues and crashes. */
const filesUnder = (folder: string): string[] => {
  const files: string[] = [];
  const queue = [folder];
  for (let next = queue.pop(); next !== undefined && files.length < MOST_FILES; next = queue.pop()) {
    const entries = readdirSync(next, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    const isAfl = entries.some((one) => one.isDirectory() && one.name === "queue");
    for (const entry of entries) {
      if (NO_INPUT.test(entry.name) || (isAfl && !["queue", "crashes"].includes(entry.name))) continue;
      const path = join(next, entry.name);
      if (entry.isDirectory()) queue.push(path);
      else if (entry.isFile()) files.push(path);
    }
  }
  return files.sort();
};

const fromFile = async (file: string, into: Gathered, named: Target | null, isInFolder: boolean): Promise<void> => {
  into.files++;
  const target = named ?? (isInFolder ? into.above(file) : null);
  if (target !== null) {
    into.add(target, Uint8Array.from(readFileSync(file)));
    return;
  }
  if (await fromMrt(file, into)) return;
  const input = readInput(Uint8Array.from(readFileSync(file)));
  if (input === null) {
    const why = `${file} is no capture, no MRT file and has no BGP messages: say with --target which decoder it is for`;
    if (!isInFolder) throw new EngineError(why);
    into.notes.push(why);
    return;
  }
  into.notes.push(...input.notes.map((note) => `${basename(file)}: ${note}`));
  const sessions = new Sessions({});
  for (const message of input.messages) {
    const { session } = sessions.of(message);
    sessions.note(message);
    into.message(message, session);
  }
};

/** Whether the file is an MRT file; then all that is readable of it was taken. */
const fromMrt = async (file: string, into: Gathered): Promise<boolean> => {
  const { mrt, stopped } = await readMrt(file, (record, octets) => {
    into.record(record, octets);
    return undefined;
  });
  if (mrt) await rawRecords(file, (octets) => into.rawRecord(octets));
  if (mrt && stopped !== null) into.notes.push(`${basename(file)}: ${stopped.why}, at octet ${stopped.offset}`);
  return mrt;
};

/** The records of an MRT file as they are, with their headers, up to the first that is out of reason. */
const rawRecords = async (file: string, take: (octets: Uint8Array) => void): Promise<void> => {
  let held: Uint8Array = new Uint8Array(0);
  await readOctets(file, (chunk) => {
    held = held.length === 0 ? chunk.slice() : Buffer.concat([held, chunk]);
    let at = 0;
    while (held.length - at >= MRT_HEADER_LENGTH) {
      const end = at + MRT_HEADER_LENGTH + Math.min(u32(held, at + 8), LONGEST_RECORD);
      if (end > held.length) break;
      take(held.subarray(at, end));
      at = end;
    }
    held = held.subarray(at);
    return undefined;
  });
};

class Gathered implements Imported {
  readonly inputs = new Map<string, Uint8Array[]>();
  readonly notes: string[] = [];
  files = 0;
  readonly #targets: readonly Target[];
  readonly #seen = new Map<string, Set<string>>();

  constructor(targets: readonly Target[]) {
    this.#targets = targets;
  }

  /** The target that a folder above a file is called by. */
  above(file: string): Target | null {
    const folders = file.split(/[\\/]/).slice(0, -1);
    return this.#targets.find(({ name }) => folders.includes(name)) ?? null;
  }

  add({ name }: Target, data: Uint8Array): void {
    const inputs = this.inputs.get(name) ?? [];
    const seen = this.#seen.get(name) ?? new Set();
    this.inputs.set(name, inputs);
    this.#seen.set(name, seen);
    const key = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("latin1");
    if (data.length > LONGEST_INPUT || seen.has(key)) return;
    if (inputs.length === MOST_INPUTS) {
      const note = `${name}: more than ${MOST_INPUTS} different inputs; the others were left out`;
      if (!this.notes.includes(note)) this.notes.push(note);
      return;
    }
    seen.add(key);
    inputs.push(data.slice());
  }

  message({ octets }: Pick<RawMessage, "octets">, session: SessionContext): void {
    this.#take("frame-stream", octets, session);
    if (octets.length < HEADER) return;
    const body = octets.subarray(HEADER);
    switch (u8(octets, HEADER - 1)) {
      case MessageType.Open:
        this.#take("message-open", body, session);
        this.#open(body, session);
        break;
      case MessageType.Update:
        this.#take("message-update", body, session);
        this.#update(body, session);
        break;
      case MessageType.Notification:
        this.#take("message-notification", body, session);
        break;
      case MessageType.RouteRefresh:
        this.#take("message-route-refresh", body, session);
        break;
      default:
    }
  }

  rawRecord(octets: Uint8Array): void {
    this.#take("mrt-record", octets, sessionOf(4, false));
  }

  record(record: MrtRecord, octets: Uint8Array): void {
    if (record.kind === "message") {
      const session = sessionOf(record.asnSize, record.addPath);
      this.message({ octets: octets.subarray(record.start, record.end) }, session);
    } else if (record.kind === "rib") {
      // RFC 6396 §4.3.4: AS numbers have four octets.
      for (const { attributes, attributesEnd } of record.entries) {
        this.#attributes(octets.subarray(attributes, attributesEnd), sessionOf(4, record.addPath));
      }
    } else if (record.kind === "table-dump") {
      this.#attributes(octets.subarray(record.attributes, record.attributesEnd), sessionOf(2, false));
    }
  }

  #take(name: string, octets: Uint8Array, session: SessionContext, made = (data: Uint8Array) => data): void {
    const target = this.#targets.find((one) => one.name === name);
    if (target !== undefined) this.add(target, made(target.input(octets, session)));
  }

  /** The row of a table with this code: `attribute-02-as-path`. */
  #coded(table: string, code: number, octets: Uint8Array, session: SessionContext): void {
    const start = `${table}-${String(code).padStart(2, "0")}-`;
    const name = this.#targets.find((one) => one.name.startsWith(start))?.name;
    if (name !== undefined) this.#take(name, octets, session);
  }

  /** RFC 4271 §4.3. */
  #update(body: Uint8Array, session: SessionContext): void {
    if (body.length < 4) return;
    const withdrawn = 2 + u16(body, 0);
    if (withdrawn + 2 > body.length) return;
    const attributes = withdrawn + 2 + u16(body, withdrawn);
    this.#take("nlri-ipv4-unicast", body.subarray(2, withdrawn), session, asWithdrawn);
    this.#attributes(body.subarray(withdrawn + 2, attributes), session);
    this.#take("nlri-ipv4-unicast", body.subarray(attributes), session);
  }

  #attributes(octets: Uint8Array, session: SessionContext): void {
    for (let at = 0; at + 3 <= octets.length; ) {
      const isLong = (u8(octets, at) & 0x10) !== 0;
      const value = at + (isLong ? 4 : 3);
      if (value > octets.length) return;
      const end = value + (isLong ? u16(octets, at + 2) : u8(octets, at + 2));
      const code = u8(octets, at + 1);
      this.#coded("attribute", code, octets.subarray(value, end), session);
      if (code === MP_REACH || code === MP_UNREACH) this.#routes(code, octets.subarray(value, end), session);
      at = end;
    }
  }

  /** RFC 4760 §3, §4. */
  #routes(code: number, value: Uint8Array, session: SessionContext): void {
    if (value.length < 5) return;
    const name = nlriOf(u24(value, 0))?.name;
    if (name === undefined) return;
    if (code === MP_UNREACH) this.#take(`nlri-${name}`, value.subarray(3), session, asWithdrawn);
    else this.#take(`nlri-${name}`, value.subarray(5 + u8(value, 3)), session);
  }

  /** RFC 4271 §4.2; RFC 9072 §2 for long parameters; RFC 5492 §4. */
  #open(body: Uint8Array, session: SessionContext): void {
    if (body.length < 12) return;
    const isLong = u8(body, 9) === 255 && u8(body, 10) === 255;
    const head = isLong ? 3 : 2;
    for (let at = isLong ? 13 : 10; at + head <= body.length; ) {
      const end = at + head + (isLong ? u16(body, at + 1) : u8(body, at + 1));
      if (u8(body, at) === CAPABILITIES) this.#capabilities(body.subarray(at + head, end), session);
      at = end;
    }
  }

  #capabilities(list: Uint8Array, session: SessionContext): void {
    this.#take("capability-list", list, session);
    for (let at = 0; at + 2 <= list.length; ) {
      const end = at + 2 + u8(list, at + 1);
      this.#coded("capability", u8(list, at), list.subarray(at + 2, end), session);
      at = end;
    }
  }
}

const HEADER = 19;
const MP_REACH = 14;
const MP_UNREACH = 15;
const CAPABILITIES = 2;

const sessionOf = (asnSize: 2 | 4, addPath: boolean): SessionContext => {
  const nothing = new Sessions({ asnSize }).of({ from: null, to: null, packet: 0, octets: new Uint8Array(HEADER) });
  return addPath ? { ...nothing.session, addPath: nothing.session.families } : nothing.session;
};
