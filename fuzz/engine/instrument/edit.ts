import type * as acorn from "acorn";
import type { EdgePlace } from "../types.js";
import { argumentsOfAllocation } from "./allocation.js";
import { partsOf } from "./syntax.js";

/** Where text goes in. Calls come in the order in which the text is to stand. */
export interface Editor {
  insert(at: number, text: string): void;
  replace(start: number, end: number, text: string): void;
}

/** Counts what is met; the same for both builds, so that edges and sites have the same numbers in both. */
export interface Numbers {
  /** The number of a new edge at `at` of the bundle. */
  edge(at: number, kind: EdgePlace["kind"]): number;
  /** The number of a new comparison with these operands. */
  site(...operands: readonly acorn.Node[]): number;
}

/** What the text is and how its additions are called. */
export interface EditOptions {
  readonly source: string;
  /** Begins each name that is added. */
  readonly prefix: string;
  readonly compares: boolean;
}

/**
 * Adds counters, steps, allowances for memory and (in the compare build) calls that log, to the functions in a statement
 * of the top of a bundle. What they do otherwise stays as it was: operands are evaluated once and in their order,
 * functions keep their names. What runs when a module is loaded is left alone: no input makes it run.
 */
export const edit = (statement: acorn.Node, editor: Editor, numbers: Numbers, options: EditOptions): void => {
  new Editing(editor, numbers, options).visit(statement);
};

const COMPARISONS: Readonly<Record<string, string>> = {
  "===": "same",
  "!==": "differs",
  "==": "alike",
  "!=": "unlike",
  "<": "less",
  "<=": "most",
  ">": "more",
  ">=": "least",
};

const LOOKUPS: ReadonlySet<string> = new Set(["has", "get", "includes", "indexOf", "startsWith"]);

class Editing {
  readonly #to: Editor;
  readonly #numbers: Numbers;
  readonly #source: string;
  readonly #prefix: string;
  readonly #compares: boolean;
  /** Of the functions around, how many. */
  #depth = 0;

  constructor(to: Editor, numbers: Numbers, { source, prefix, compares }: EditOptions) {
    this.#to = to;
    this.#numbers = numbers;
    this.#source = source;
    this.#prefix = prefix;
    this.#compares = compares;
  }

  visit(node: acorn.Node): void {
    const own = node as acorn.AnyNode;
    switch (own.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        this.#depth++;
        this.#function(own);
        this.#depth--;
        return;
      case "PropertyDefinition":
        // What stands in it runs for each object.
        if (!own.static) this.#depth++;
        this.#parts(own);
        if (!own.static) this.#depth--;
        return;
      case "CallExpression":
        if (this.#depth === 0 && isModule(own)) {
          this.#module(own);
          return;
        }
        break;
      default:
    }
    if (this.#depth === 0) this.#parts(own);
    else this.#inside(own);
  }

  #inside(own: acorn.AnyNode): void {
    switch (own.type) {
      case "IfStatement":
        this.#if(own);
        return;
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
      case "WhileStatement":
      case "DoWhileStatement":
        this.#loop(own);
        return;
      case "SwitchStatement":
        this.#switch(own);
        return;
      case "CatchClause":
        if (own.param) this.visit(own.param);
        this.#to.insert(own.body.start + 1, `${this.#count(own.body, "branch")};`);
        this.#parts(own.body);
        return;
      case "ConditionalExpression":
        this.visit(own.test);
        this.#counted(this.#after("?", own.test.end), own.consequent, this.#before(":", own.consequent.end), "branch");
        this.#counted(this.#after(":", own.consequent.end), own.alternate, own.end, "branch");
        return;
      case "LogicalExpression":
        this.visit(own.left);
        this.#counted(this.#after(own.operator, own.left.end), own.right, own.end, "logical");
        return;
      case "AssignmentExpression":
        if (!["&&=", "||=", "??="].includes(own.operator) || isNamedByPlace(own.right)) {
          this.#parts(own);
          return;
        }
        this.visit(own.left);
        this.#counted(this.#after(own.operator, own.left.end), own.right, own.end, "logical");
        return;
      case "AssignmentPattern":
        if (isNamedByPlace(own.right)) {
          this.#parts(own);
          return;
        }
        this.visit(own.left);
        this.#counted(this.#after("=", own.left.end), own.right, own.end, "branch");
        return;
      case "BinaryExpression":
        this.#binary(own);
        return;
      case "CallExpression":
      case "NewExpression":
        this.#call(own);
        return;
      default:
        this.#parts(own);
        return;
    }
  }

  #parts(node: acorn.Node): void {
    for (const part of partsOf(node)) this.visit(part);
  }

  /** The body of a CommonJS module. */
  #module(call: acorn.CallExpression): void {
    for (const wrapper of call.arguments.flatMap(partsOf).flatMap(partsOf)) {
      if (/Function/.test(wrapper.type)) this.#parts(wrapper);
    }
  }

  #function(node: acorn.Function): void {
    if (node.id) this.visit(node.id);
    for (const param of node.params) this.visit(param);
    const counter = this.#count(node, "function");
    const begin = mayRecur(node) ? `${counter},${this.#step()}` : counter;
    const { body } = node;
    if (body.type !== "BlockStatement") {
      this.#to.insert(this.#after("=>", node.params.at(-1)?.end ?? node.start), `(${begin},`);
      this.visit(body);
      this.#to.insert(node.end, ")");
      return;
    }
    const directives = body.body.filter((one) => one.type === "ExpressionStatement" && one.directive !== undefined);
    const last = directives.at(-1);
    this.#to.insert(last?.end ?? body.start + 1, `${last === undefined ? "" : ";"}${begin};`);
    for (const one of body.body.slice(directives.length)) this.visit(one);
  }

  #if({ test, consequent, alternate, end }: acorn.IfStatement): void {
    this.visit(test);
    this.#block(consequent, this.#count(consequent, "branch"));
    // Which way an `else if` went is told by its own ways.
    if (alternate?.type === "IfStatement") {
      this.visit(alternate);
      return;
    }
    if (alternate) {
      this.#block(alternate, this.#count(alternate, "branch"));
      return;
    }
    this.#to.insert(end, `else{${this.#count(test, "branch")}}`);
  }

  #loop(node: Loop): void {
    const { body } = node;
    for (const part of partsOf(node)) {
      if (part === body) this.#block(body, `${this.#count(node, "loop")},${this.#step()}`);
      else this.visit(part);
    }
  }

  #switch({ discriminant, cases, start }: acorn.SwitchStatement): void {
    const open = this.#after("(", start + "switch".length);
    const body = this.#before("{", discriminant.end);
    const close = this.#source.lastIndexOf(")", body);
    const site = this.#numbers.site(...cases.flatMap(({ test }) => test ?? []));
    if (this.#compares) this.#to.insert(open, `${this.#prefix}chosen(`);
    this.visit(discriminant);
    if (this.#compares) {
      const simple = cases.flatMap(({ test }) =>
        test && isSimple(test) ? [this.#source.slice(test.start, test.end)] : [],
      );
      this.#to.insert(close, `,()=>[${simple.join()}],${site})`);
    }
    if (cases.every(({ test }) => test)) {
      // In front of the others, where none falls through to it.
      this.#to.insert(body + 1, `default:${this.#count(discriminant, "case")};break;`);
    }
    for (const one of cases) {
      if (one.test) this.visit(one.test);
      const from = one.test?.end ?? one.start + "default".length;
      this.#to.insert(this.#after(":", from), `${this.#count(one, "case")};`);
      for (const statement of one.consequent) this.visit(statement);
    }
  }

  #binary(node: acorn.BinaryExpression): void {
    const { left, right, operator } = node;
    const name = COMPARISONS[operator];
    if (name === undefined || [left, right].some(saysNothing)) {
      this.#parts(node);
      return;
    }
    const site = this.#numbers.site(left, right);
    if (!this.#compares) {
      this.#parts(node);
      return;
    }
    this.#to.insert(node.start, `${this.#prefix}${name}(`);
    this.visit(left);
    const at = this.#before(operator, left.end);
    this.#to.replace(at, at + operator.length, ",");
    this.visit(right);
    this.#to.insert(node.end, `,${site})`);
  }

  #call(node: acorn.CallExpression | acorn.NewExpression): void {
    const lengths = argumentsOfAllocation(node);
    if (lengths !== null) {
      this.#allocation(node, lengths);
      return;
    }
    const { callee } = node;
    const [argument] = node.arguments;
    if (
      node.type === "NewExpression" ||
      callee.type !== "MemberExpression" ||
      callee.computed ||
      callee.object.type === "Super" ||
      callee.property.type !== "Identifier" ||
      !LOOKUPS.has(callee.property.name) ||
      argument === undefined ||
      argument.type === "SpreadElement" ||
      endsWhereNothingIs(callee.object)
    ) {
      this.#parts(node);
      return;
    }
    const site = this.#numbers.site();
    if (!this.#compares) {
      this.#parts(node);
      return;
    }
    this.#to.insert(callee.start, `${this.#prefix}among(`);
    this.visit(callee.object);
    this.#to.insert(this.#closing(callee.object.end), `,${site})`);
    for (const one of node.arguments) {
      if (one !== argument) this.visit(one);
      else this.#wrapped(one, `${this.#prefix}sought(`, `,${site})`);
    }
  }

  #allocation(node: acorn.Node, { lengths, size }: { lengths: readonly acorn.Node[]; size: number }): void {
    const walk = (part: acorn.Node): void => {
      if (lengths.includes(part)) this.#wrapped(part, `${this.#prefix}room(`, `,${size})`);
      else if (lengths.some(({ start, end }) => part.start <= start && end <= part.end)) partsOf(part).forEach(walk);
      else this.visit(part);
    };
    partsOf(node).forEach(walk);
  }

  /** Around an expression without the brackets it may stand in. */
  #wrapped(node: acorn.Node, open: string, close: string): void {
    // A sequence would be two arguments.
    const isMany = node.type === "SequenceExpression";
    this.#to.insert(node.start, isMany ? `${open}(` : open);
    this.visit(node);
    this.#to.insert(node.end, isMany ? `)${close}` : close);
  }

  /** Puts a counter in front of an expression: `from` is behind the token before it, `to` where it ends with its brackets. */
  #counted(from: number, node: acorn.Node, to: number, kind: EdgePlace["kind"]): void {
    this.#to.insert(from, `(${this.#count(node, kind)},`);
    this.visit(node);
    this.#to.insert(to, ")");
  }

  /** Puts `begin` at the start of a statement. */
  #block(statement: acorn.Statement, begin: string): void {
    if (statement.type === "BlockStatement") {
      this.#to.insert(statement.start + 1, `${begin};`);
      this.#parts(statement);
      return;
    }
    this.#to.insert(statement.start, `{${begin};`);
    this.visit(statement);
    this.#to.insert(statement.end, "}");
  }

  #count({ start }: acorn.Node, kind: EdgePlace["kind"]): string {
    return `${this.#prefix}c[${this.#numbers.edge(start, kind)}]++`;
  }

  #step(): string {
    return `${this.#prefix}s[0]--||${this.#prefix}out()`;
  }

  // Between two nodes there are only tokens, white space and comments.

  #before(token: string, from: number): number {
    for (let at = from; at < this.#source.length; at++) {
      if (this.#source.startsWith("//", at) && token !== "//") at = this.#source.indexOf("\n", at);
      else if (this.#source.startsWith("/*", at)) at = this.#source.indexOf("*/", at) + 1;
      else if (this.#source.startsWith(token, at)) return at;
    }
    throw new Error(`no ${token} behind ${from}`);
  }

  #after(token: string, from: number): number {
    return this.#before(token, from) + token.length;
  }

  /** Behind the brackets that close around what ends at `from`, up to the `.` or `?.` of a member. */
  #closing(from: number): number {
    const dot = this.#before(".", from);
    return this.#source[dot - 1] === "?" ? dot - 1 : dot;
  }
}

type Loop =
  | acorn.ForStatement
  | acorn.ForInStatement
  | acorn.ForOfStatement
  | acorn.WhileStatement
  | acorn.DoWhileStatement;

/** What esbuild wraps a CommonJS module in: `__commonJS({ "path"(exports, module) { … } })`. */
const isModule = ({ callee }: acorn.CallExpression): boolean =>
  callee.type === "Identifier" && /^__(commonJS|esm)/.test(callee.name);

/** Takes its name from where it stands, which it would lose in brackets. */
const isNamedByPlace = (node: acorn.Node): boolean =>
  ["ArrowFunctionExpression", "FunctionExpression", "ClassExpression"].includes(node.type);

/** A function that calls nothing comes to its end: no steps are counted at its start. */
const mayRecur = (node: acorn.Node): boolean =>
  partsOf(node).some(
    (part) =>
      ["CallExpression", "NewExpression", "TaggedTemplateExpression", "YieldExpression", "AwaitExpression"].includes(
        part.type,
      ) ||
      (!/Function/.test(part.type) && mayRecur(part)),
  );

/** Compared with it, a value says nothing that an input could hold. */
const saysNothing = (node: acorn.Node): boolean => {
  const own = node as acorn.AnyNode;
  if (own.type === "Literal") return own.value === null || typeof own.value === "boolean";
  if (own.type === "Identifier") return own.name === "undefined";
  return (
    own.type === "PrivateIdentifier" ||
    (own.type === "UnaryExpression" && ["typeof", "void", "!"].includes(own.operator))
  );
};

/** A case that may be read at any time, without effect. */
const isSimple = (node: acorn.Node): boolean => {
  const own = node as acorn.AnyNode;
  if (own.type === "Literal") return !("regex" in own);
  if (own.type === "UnaryExpression") return own.operator === "-" && own.argument.type === "Literal";
  if (own.type === "MemberExpression")
    return !own.computed && own.property.type === "Identifier" && isSimple(own.object);
  return own.type === "Identifier" && own.name !== "arguments";
};

/** Ends early, with all of the expression around it, when a `?.` in it finds nothing: it can't be taken out. */
const endsWhereNothingIs = (node: acorn.Node): boolean => {
  const own = node as acorn.AnyNode;
  if (own.type === "MemberExpression") return own.optional === true || endsWhereNothingIs(own.object);
  if (own.type === "CallExpression") return own.optional === true || endsWhereNothingIs(own.callee);
  return false;
};
