import type * as acorn from "acorn";

export type Constant = number | string;

/** What the names at the top of a bundle stand for, where that is a constant: `Ipv4Unicast`, `Type.Update`. */
export class Constants {
  readonly #values = new Map<string, Constant>();

  constructor(program: acorn.Program) {
    for (const statement of program.body) {
      if (statement.type !== "VariableDeclaration") continue;
      for (const { id, init } of statement.declarations)
        if (id.type === "Identifier" && init) this.#learn(id.name, init);
    }
  }

  /** The value of an expression, or null where it takes more than folding to know it. */
  of(node: acorn.Node): Constant | null {
    const own = node as acorn.AnyNode;
    switch (own.type) {
      case "Literal":
        if (typeof own.value === "bigint") return Number.isSafeInteger(Number(own.value)) ? Number(own.value) : null;
        return typeof own.value === "number" || typeof own.value === "string" ? own.value : null;
      case "Identifier":
        return this.#values.get(own.name) ?? null;
      case "MemberExpression":
        if (own.computed || own.object.type !== "Identifier" || own.property.type !== "Identifier") return null;
        return this.#values.get(`${own.object.name}.${own.property.name}`) ?? null;
      case "UnaryExpression":
        return own.operator === "-" ? number(this.of(own.argument), (value) => -value) : null;
      case "BinaryExpression": {
        const fold = FOLDS[own.operator];
        if (fold === undefined) return null;
        return number(this.of(own.left), (left) => number(this.of(own.right), (right) => fold(left, right)));
      }
      default:
        return null;
    }
  }

  #learn(name: string, init: acorn.Expression): void {
    const value = this.of(init);
    if (value !== null) this.#values.set(name, value);
    const object = init.type === "CallExpression" ? init.arguments[0] : init;
    if (object?.type !== "ObjectExpression") return;
    for (const one of object.properties) {
      if (one.type !== "Property" || one.key.type !== "Identifier" || one.computed) continue;
      const member = this.of(one.value);
      if (member !== null) this.#values.set(`${name}.${one.key.name}`, member);
    }
  }
}

const FOLDS: Readonly<Record<string, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "**": (left, right) => left ** right,
  "<<": (left, right) => left << right,
  ">>>": (left, right) => left >>> right,
  "|": (left, right) => left | right,
  "&": (left, right) => left & right,
};

const number = (value: Constant | null, then: (value: number) => Constant | null): Constant | null =>
  typeof value === "number" ? then(value) : null;
