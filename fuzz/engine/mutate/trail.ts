import type { Names } from "./names.js";

/** What was done, by a number: said in words only when somebody asks. */
export const Step = {
  Drop: 0,
  Duplicate: 1,
  Swap: 2,
  Move: 3,
  Replace: 4,
  Insert: 5,
  Nest: 6,
  Shorten: 7,
  Lengthen: 8,
  Truncate: 9,
  Append: 10,
  Splice: 11,
  Fill: 12,
  Seen: 13,
  Interesting: 14,
  Add: 15,
  Word: 16,
  Flip: 17,
  Family: 18,
  Length: 19,
  Same: 20,
  Context: 21,
  OctetFlip: 22,
  OctetSet: 23,
  OctetAdd: 24,
  OctetsDrop: 25,
  OctetsCopy: 26,
  OctetsInsert: 27,
  OctetsWord: 28,
  OctetsFrom: 29,
  LengthOff: 30,
  Unmended: 31,
  InnerMended: 32,
  OuterMended: 33,
  Answer: 34,
  Resize: 35,
} as const;
export type Step = (typeof Step)[keyof typeof Step];

type Say = (name: string, at: number, by: number) => string;

const SAY: Readonly<Record<Step, Say>> = {
  [Step.Drop]: (name, at) => `drop ${name} at ${at}`,
  [Step.Duplicate]: (name, at, by) => `duplicate ${name} at ${at}${by === 1 ? "" : ` ${by} times`}`,
  [Step.Swap]: (name, at, by) => `swap ${name} at ${at} with what is at ${by}`,
  [Step.Move]: (name, at, by) => `move ${name} from ${at} to ${by}`,
  [Step.Replace]: (name, at) => `replace by another ${name} at ${at}`,
  [Step.Insert]: (name, at) => `insert ${name} at ${at}`,
  [Step.Nest]: (name, at) => `put ${name} where it does not belong at ${at}`,
  [Step.Shorten]: (name, at, by) => `shorten ${name} at ${at} to ${by}`,
  [Step.Lengthen]: (name, at, by) => `lengthen ${name} at ${at} by ${by}`,
  [Step.Truncate]: (_name, at) => `cut off at ${at}`,
  [Step.Append]: (name, at, by) => `insert ${by} parts of another ${name} at ${at}`,
  [Step.Splice]: (_name, at, by) => `from ${at} on, another input from ${by} on`,
  [Step.Fill]: (name, at) => `fill with ${name} at ${at}`,
  [Step.Seen]: (name, at) => `another value of ${name} at ${at}`,
  [Step.Interesting]: (name, at, by) => `${name} = ${by} at ${at}`,
  [Step.Add]: (name, at, by) => `${name} ${signed(by)} at ${at}`,
  [Step.Word]: (name, at) => `a compared value as ${name} at ${at}`,
  [Step.Flip]: (name, at, by) => `flip bit ${by} of ${name} at ${at}`,
  [Step.Family]: (_name, at) => `another family at ${at}`,
  [Step.Length]: (name, at, by) => `${name} = ${by} at ${at}`,
  [Step.Same]: (name, at, by) => `${name} at ${at} as at ${by}`,
  [Step.Context]: (name, at, by) => `flip bit ${by} of ${name} at ${at}`,
  [Step.OctetFlip]: (_name, at, by) => `flip bit ${by} at ${at}`,
  [Step.OctetSet]: (_name, at, by) => `octet ${by} at ${at}`,
  [Step.OctetAdd]: (_name, at, by) => `add ${signed(by)} at ${at}`,
  [Step.OctetsDrop]: (_name, at, by) => `drop ${by} octets at ${at}`,
  [Step.OctetsCopy]: (_name, at, by) => `overwrite ${by} octets at ${at}`,
  [Step.OctetsInsert]: (_name, at, by) => `insert ${by} octets at ${at}`,
  [Step.OctetsWord]: (_name, at) => `a compared value at ${at}`,
  [Step.OctetsFrom]: (_name, at, by) => `${by} octets of another input at ${at}`,
  [Step.LengthOff]: (name, at, by) => `${name} ${signed(by)} at ${at}`,
  [Step.Unmended]: () => "no length mended",
  [Step.InnerMended]: () => "only inner lengths mended",
  [Step.OuterMended]: () => "only outer lengths mended",
  [Step.Answer]: (name, at) => `the other side of a comparison as ${name} at ${at}`,
  [Step.Resize]: (name, at, by) => `${name} at ${at} made ${by} octets long`,
};

const signed = (by: number): string => (by < 0 ? `${by}` : `+${by}`);

const MOST_STEPS = 96;

/** The steps of one mutant. */
export class Trail {
  readonly #names: Names;
  readonly #step: Int32Array = new Int32Array(MOST_STEPS);
  readonly #name: Int32Array = new Int32Array(MOST_STEPS);
  readonly #at: Int32Array = new Int32Array(MOST_STEPS);
  readonly #by: Float64Array = new Float64Array(MOST_STEPS);
  #count = 0;

  constructor(names: Names) {
    this.#names = names;
  }

  get count(): number {
    return this.#count;
  }

  /** Forgets all steps but the first `count`. */
  cut(count: number): void {
    this.#count = count;
  }

  add(step: Step, name: number, at: number, by: number): void {
    if (this.#count === MOST_STEPS) return;
    this.#step[this.#count] = step;
    this.#name[this.#count] = name;
    this.#at[this.#count] = at;
    this.#by[this.#count++] = by;
  }

  texts(): readonly string[] {
    return Array.from({ length: this.#count }, (_, i) =>
      stepText(this.#step[i] as Step, this.#names.text(this.#name[i] ?? 0), this.#at[i] ?? 0, this.#by[i] ?? 0),
    );
  }
}

export const stepText = (step: Step, name: string, at: number, by: number): string => SAY[step](name, at, by);
