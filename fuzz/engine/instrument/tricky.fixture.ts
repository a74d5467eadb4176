/** JavaScript in which a careless instrumenter changes what happens. Each function gives something that JSON can hold. */
export const TRICKY = `"use strict";
const log = [];
const say = (what) => (log.push(what), what);
const said = () => log.splice(0);

exports.arrows = (n) => {
  const object = () => ({ a: n });
  const array = n => [n, n];
  const sequence = () => (say(1), say(2));
  const nested = (a) => (b) => a === b;
  const none = () => {};
  const spaced = /* => */ (a /* , */) /* x */ => /* { */ (a);
  return [object(), array(n), sequence(), nested(n)(1), none() === undefined, spaced(3), said(), object.name];
};

exports.conditions = (n) => {
  let got = [];
  if (n > 1) if (n > 2) got.push("big"); else got.push("two");
  if (n) ; else got.push("nothing");
  if (n === 1) got.push("one")
  else if (n === 2) got.push("2")
  else if (n === 3) { got.push("3") }
  if (n < 5) { for (;;) if (n < 5) break; else continue; }
  got.push(n ? n > 2 ? "a" : "b" : "c", (n, 1) === 1 ? .5 : 5, n?.5:1);
  return got;
};

exports.loops = (n) => {
  const got = [];
  for (let i = 0; i < n; i++) got.push(() => i);
  for (const key in { a: 1, b: 2 }) got.push(key);
  for (const one of [1, 2, 3]) { if (one === 2) continue; got.push(one); }
  outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { if (j === 1) continue outer; if (i === 2) break outer; got.push([i, j]); } }
  let i = 0;
  while (i++ < n);
  do i--; while (i > 0)
  do { i++ } while (i < n)
  labelled: { if (n === 2) break labelled; got.push("label"); }
  for (var k = 0, m = 3; k < m; k++, m--);
  return [got.map((one) => typeof one === "function" ? one() : one), i, k];
};

exports.switches = (n) => {
  const got = [];
  switch (n) { case 0: got.push(0); case 1: got.push(1); break; case 2: { got.push(2); } }
  switch (say(n)) { case say(0): got.push("zero"); break; case say(1): got.push("one"); default: got.push("other"); case 7: got.push(7); }
  switch ((n, "x")) {}
  switch (n === 1) { case true: got.push("yes"); break; case n === 2: got.push("two?"); }
  const inner = () => { switch (n) { case 1: return "r1"; default: return { n }; } };
  for (const one of [1, 2]) { switch (one) { case 1: continue; } got.push(one); }
  switch (n) { case ("a" , 3): got.push("three"); break; case -1: got.push("minus"); }
  switch (n) { case Late.x: got.push("late"); }
  return [got, inner(), said()];
};
const Late = { x: 3 };

exports.logic = (n) => {
  let a = null, b = 0, c = 1;
  a ??= say("a"); b ||= say("b"); c &&= say("c");
  let f; f ??= () => {}; f ||= function () {};
  const or = say(n) || say("or"), and = say(n) && (say("x"), say("and")), nil = (n === 1 ? null : n) ?? say("nil");
  return [a, b, c, or, and, nil, said(), f.name, (n && n > 1) || n === 0, !(n === 1) && !(n == "2")];
};

exports.defaults = (n, late) => {
  const f = (a = say("default"), { b = say("b"), c: { d = 4 } = {} } = {}, [e = a === 1 ? 2 : 3] = []) => [a, b, d, e];
  const named = (g = () => {}, h = class {}, i = function () {}) => [g.name, h.name, i.name];
  let x, y;
  [x = say("x"), (y) = (say("y"))] = [n];
  return [f(), f(n), f(n, { b: 1 }), named(), x, y, said()];
};

exports.classes = (n) => {
  class Base { constructor(v) { this.v = v; } get twice() { return this.v * 2; } set twice(v) { this.v = v / 2; } static make() { return new this(n); } }
  class Derived extends Base {
    #secret = n > 1 ? "many" : "few";
    field = () => this.#secret;
    static total = n && 1;
    static { if (n > 1) this.total = 2; else this.total = 3; }
    ["computed" + (n || 0)]() { return super.twice === this.v * 2; }
    constructor(v = 7) { if (v > 100) throw new Error("no"); super(v); }
    static has(one) { return #secret in one; }
    async later() { return await this.field() === "many"; }
    *each() { const got = yield this.v; if (got === 1) yield "one"; return (yield 2) === 3; }
  }
  const d = new Derived(n);
  d.twice = 10;
  const each = d.each();
  return [d.field(), Derived.total, d["computed" + (n || 0)](), Derived.has(d), Derived.has({}), d.twice, Derived.make().v, [each.next(), each.next(1), each.next(2), each.next(3)]];
};

exports.errors = (n) => {
  const got = [];
  const f = () => { try { if (n === 1) throw new TypeError("one"); return "fine"; } catch ({ message }) { got.push(message); return "caught"; } finally { got.push("finally"); } };
  const g = () => { try { null.x; } catch { return "bare"; } };
  return [f(), g(), got];
};

exports.comparisons = (n) => [
  say(n) === say(1), say(n) !== 1, n == "1", n != "1", n < 2, n <= 1, n > 0, n >= 1, 1 < n < 3,
  BigInt(n) === 1n, BigInt(n) < 2, "a" < "b", NaN === NaN, null == undefined, n == null, typeof missing === "undefined",
  [] == "", ({ valueOf: () => say(5) }) > ({ valueOf: () => say(4) }), (say("l"), 1) < (say("r"), 2), said(),
  n /* === */ === /* 2 */ 1, n // <
    < 2,
];

exports.lookups = (n) => {
  const map = new Map([[1, "one"], [2, "two"]]), set = new Set(["a"]), holder = { map, list: [1, 2], none: null };
  const own = { has() { return this === own; }, get: (a, b) => [a, b] };
  class Sub extends Map { has(k) { return super.has(k); } }
  return [
    map.has(n), map.get(n), set.has("a"), holder.list.includes(n), holder?.list.indexOf(n), holder.none?.list.includes(n),
    holder.list?.includes(n), "abc".startsWith("ab", n), "abc".indexOf("c"), own.has(n), own.get(n, 2), own.get(...[1, 2]),
    map.get(map.has(n) ? 1 : 2), (holder.none || holder).map.has(n), new Sub([[n, 1]]).has(n), map.get((say(1), 2)), map
      .get(1), map["get"](1), own.get?.(1, 2), said(),
  ];
};

exports.memory = (n) => [
  new Uint8Array(n).length, new Uint8Array([1, 2]).length, new Uint16Array(n + 1).length, new Array(n).length, Array(n).length, new Array(1, 2).length,
  new ArrayBuffer(n).byteLength, Buffer.alloc(n).length, "ab".repeat(n), Array.from({ length: n }, (_, i) => i), Array.from([1, 2]),
  new Uint8Array(new ArrayBuffer(8), 2, 3).length, new Float64Array((1, n)).length, new Uint8Array().length, new Array("x"), Array.from({ "length": 2 }).length,
];

exports.sloppy = new Function("n", "if (n) function f() { return 1; } return typeof f;");

exports.generators = (n) => {
  function* g() { for (let i = 0; i < n; i++) { const got = yield i; if (got === "stop") return (yield "last") ?? "end"; } }
  const one = g();
  const spread = [...g()];
  return [one.next(), one.next("stop"), one.next(), spread, [...(function* () { yield* spread; })()]];
};

exports.waiting = async (n) => {
  const got = [];
  for await (const one of (async function* () { yield n; yield await Promise.resolve(n > 1 ? 2 : 3); })()) got.push(one);
  const f = async () => (await Promise.resolve(n)) === 1;
  const g = async (a = 1) => { try { await Promise.reject(new Error("x" + a)); } catch (error) { return error.message; } };
  return [got, await f(), await g(), await (async () => ({ n }))(), (await n) < 2, await n || "zero"];
};

exports.directives = (n) => {
  function strict() { "use strict"; return this === undefined; }
  function unended() { 'use strict'
    return n }
  const tag = (strings, ...values) => strings.raw.join("|") + values.join();
  return [strict(), unended(), tag\`a\${n > 1 ? 'x' : 'y'}b\${n && 2}\`, strict.length, ((a, b = 1) => a).length, (() => { return { n } })()];
};
`;
