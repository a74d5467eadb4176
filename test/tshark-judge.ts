import { hex } from "../src/codec/octets.js";
import type { TsharkException } from "./tshark-exceptions.js";
import { complaintsOf } from "./tshark-kit.js";
import type { Part } from "./tshark-parts.js";

/** What tshark said of messages. */
export interface Judgement {
  /** Messages of which it said that something is wrong. */
  readonly complained: number;
  /** Complaints that each exception covers, by its name: those of parts that it applies to. */
  readonly excused: ReadonlyMap<string, number>;
  /** How often it warned of something, by its words. */
  readonly warnings: ReadonlyMap<string, number>;
  /** Complaints that no exception covers: the part, the words and the octets. */
  readonly unexplained: readonly string[];
}

/** Shows messages to tshark, and looks into those that it complains about until each complaint has its exception or none. */
export const judge = async (parts: readonly Part[], exceptions: readonly TsharkException[]): Promise<Judgement> => {
  const found = new Found(exceptions);
  let level: readonly Suspect[] = parts.map((part) => new Suspect(part));
  const levels: (readonly Suspect[])[] = [];
  while (level.length > 0) {
    await complain(level, levels.length === 0 ? found.warnings : new Map());
    // An OPEN with extended parameters is looked into anyway: tshark does not see what is in it.
    const wrong = level.filter(
      ({ part: { subject }, errors }) => errors.size > 0 || (subject.kind === "open" && subject.isExtended),
    );
    levels.push(wrong);
    for (const one of wrong) one.open();
    level = wrong.flatMap(({ inside }) => inside);
  }
  for (const wrong of levels.toReversed()) for (const one of wrong) found.explain(one);
  const complained = levels[0]?.filter(({ errors }) => errors.size > 0).length ?? 0;
  return { complained, excused: found.excused, warnings: found.warnings, unexplained: found.unexplained };
};

/** A part, and what tshark has against it. */
class Suspect {
  readonly part: Part;
  readonly errors: Set<string> = new Set();
  /** The exceptions that it needed, itself or in its parts. */
  readonly excuses: Set<TsharkException> = new Set();
  inside: readonly Suspect[] = [];

  constructor(part: Part) {
    this.part = part;
  }

  open(): void {
    this.inside = this.part.parts().map((part) => new Suspect(part));
  }
}

class Found {
  readonly excused: Map<string, number> = new Map();
  readonly warnings: Map<string, number> = new Map();
  readonly unexplained: string[] = [];
  readonly #exceptions: readonly TsharkException[];

  constructor(exceptions: readonly TsharkException[]) {
    this.#exceptions = exceptions;
  }

  /** For parts whose own parts are explained already. */
  explain({ part, errors, excuses, inside }: Suspect): void {
    for (const one of inside) for (const excuse of one.excuses) excuses.add(excuse);
    for (const text of errors) {
      if ([...excuses].some(({ pattern, derails }) => derails === true || pattern.test(text))) continue;
      // Read on in a wrong place, tshark may find fault only with what follows, and alone the part has nothing behind it.
      if (inside.some((one) => this.#derails(one.part, text))) continue;
      const own = this.#exceptions.find(({ applies, pattern }) => applies(part.subject) && pattern.test(text));
      if (own === undefined) this.unexplained.push(`${part.name}: ${text}: ${hex(part.message.subarray(19, 400))}`);
      else {
        excuses.add(own);
        count(this.excused, own.name);
      }
    }
  }

  #derails({ subject }: Part, text: string): boolean {
    return this.#exceptions.some(
      ({ applies, derails, pattern }) => derails === true && applies(subject) && pattern.test(text),
    );
  }
}

const complain = async (suspects: readonly Suspect[], warnings: Map<string, number>): Promise<void> => {
  for (const asnSize of [2, 4] as const) {
    const some = suspects.filter(({ part }) => part.asnSize === asnSize);
    if (some.length === 0) continue;
    for (const { message, severity, text } of await complaintsOf(
      some.map(({ part }) => part.message),
      asnSize,
    )) {
      if (severity === "error") some[message]?.errors.add(text);
      else count(warnings, text.replace(/\d+/g, "N"));
    }
  }
};

const count = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1);
};
