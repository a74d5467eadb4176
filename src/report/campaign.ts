import type { AnyDocument, Finding, FuzzEnd, FuzzRow, Provenance } from "../results/index.js";

/** All that a night or a campaign came to, as plain data. */
export interface CampaignReport {
  /** `Kiln nightly 20260202T000000Z-nightly` */
  readonly title: string;
  readonly provenance: Provenance;
  readonly durationMs: number;
  /** What ended the fuzzing: with `signal` what is there is true, but not all. */
  readonly endedBy: FuzzEnd | null;
  readonly benchmarks: readonly AnyDocument[];
  readonly fuzz: readonly FuzzRow[];
  /** One line for each finding: of fuzzing and of benchmarks. */
  readonly findings: readonly FindingLine[];
  /** What there is to show of those that fuzzing found. */
  readonly details: readonly FindingDetail[];
  /** What went wrong with the run itself, one line each. */
  readonly problems: readonly string[];
  /** The last run of this kind: null when there is none, `unreadable` with the reason when it can't be read. Absent where none is looked for. */
  readonly previous?: PreviousRun | { readonly unreadable: string } | null;
}

export interface FindingLine {
  /** Short and stable: the same fault has the same id in every run. */
  readonly id: string;
  readonly target: string;
  /** One line: what is wrong. */
  readonly what: string;
  /** The command that shows it again. */
  readonly reproduce: string;
  /** Seen by an earlier run already. */
  readonly known: boolean;
}

export interface FindingDetail {
  readonly finding: Finding;
  readonly known: boolean;
  /** It had been closed, and came back. */
  readonly regression: boolean;
  /** The command that shows it again. */
  readonly reproduce: string;
  /** Path of the input from the root of the sources, with slashes; null where it lies elsewhere. */
  readonly file: string | null;
  /** The smallest input there is. */
  readonly input: Uint8Array;
  /** The input field by field, as text; empty where nothing is known of it. */
  readonly view: readonly string[];
}

export interface PreviousRun {
  readonly run: string;
  readonly provenance: Provenance;
  readonly benchmarks: readonly AnyDocument[];
  readonly fuzz: readonly FuzzRow[];
}

/** Where a frame of a finding's stack is: `readAsPath src/codec/attribute/02-as-path.ts:66`. */
export interface Place {
  readonly name: string;
  readonly path: string;
  readonly line: number;
}

/** Null for what is no such frame. */
export const placeOf = (frame: string): Place | null => {
  const [, name = "", path, line] = /^(?:(.*) )?(\S+):(\d+)$/.exec(frame) ?? [];
  return path === undefined ? null : { name, path, line: Number(line) };
};
