import { ConstraintError } from "./constraint-error.ts";
import { parsePattern } from "./pattern.ts";
import type { Pattern } from "./pattern.ts";

/** The right side of a rule. */
export type Expression =
  | { readonly type: "literal"; readonly text: string }
  /** A character class or a regular expression. */
  | { readonly type: "pattern"; readonly pattern: Pattern }
  | { readonly type: "reference"; readonly name: string }
  | { readonly type: "sequence"; readonly items: readonly Expression[] }
  | { readonly type: "choice"; readonly options: readonly Expression[] }
  | { readonly type: "repeat"; readonly item: Expression; readonly low: number; readonly high: number };

export interface Grammar {
  readonly root: string;
  readonly rules: ReadonlyMap<string, Expression>;
}

/** Marks of both notations: GBNF (`root ::= "a" | [0-9]+`) and Lark's (`start: "a" | /[0-9]+/`). */
const mark =
  /\s+|(?:#|\/\/)[^\n]*|(?<rule>[A-Za-z_?!][\w-]*\s*(?:::=|:))|(?<name>[A-Za-z_][\w-]*)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<regex>\/(?:[^/\\\n]|\\.)+\/)|(?<set>\[(?:[^\]\\]|\\.)*\])|(?<bounds>\{\d*,?\d*\})|(?<sign>[|()*+?.])/gy;

type Mark = {
  readonly kind: "rule" | "name" | "text" | "regex" | "set" | "bounds" | "sign";
  readonly text: string;
};

/** Parses a context-free grammar. Throws a {@link ConstraintError}. */
export function parseGrammar(source: string): Grammar {
  const marks = readMarks(source);
  const rules = new Map<string, Expression>();
  let index = 0;
  const peek = (): Mark | undefined => marks[index];
  const take = (text: string): boolean => {
    const found = peek()?.kind === "sign" && peek()?.text === text;
    if (found) index++;
    return found;
  };

  const parseChoice = (): Expression => {
    const options = [parseSequence()];
    while (take("|")) options.push(parseSequence());
    return { type: "choice", options };
  };
  const parseSequence = (): Expression => {
    const items: Expression[] = [];
    for (let next = peek(); next !== undefined && !endsSequence(next); next = peek())
      items.push(parseRepeat());
    return { type: "sequence", items };
  };
  const parseRepeat = (): Expression => {
    let item = parseItem();
    for (let bounds = readBounds(peek()); bounds !== undefined; bounds = readBounds(peek())) {
      index++;
      item = { type: "repeat", item, ...bounds };
    }
    return item;
  };
  const parseItem = (): Expression => {
    if (take("(")) {
      const inner = parseChoice();
      if (!take(")")) throw new ConstraintError("the grammar lacks a )");
      return inner;
    }
    const next = peek();
    index++;
    return toItem(next);
  };

  for (let next = peek(); next !== undefined; next = peek()) {
    if (next.kind !== "rule")
      throw new ConstraintError(`the grammar has ${next.text} where a rule should begin`);
    index++;
    rules.set(toRuleName(next.text), parseChoice());
  }
  return { root: findRoot(rules), rules };
}

function readMarks(source: string): Mark[] {
  const marks: Mark[] = [];
  const reader = new RegExp(mark);
  while (reader.lastIndex < source.length) {
    const at = reader.lastIndex;
    const match = reader.exec(source);
    if (match === null)
      throw new ConstraintError(`the grammar can't be read at "${source.slice(at, at + 20)}"`);
    const found = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined);
    if (found !== undefined) marks.push({ kind: found[0] as Mark["kind"], text: found[1] });
  }
  return marks;
}

function endsSequence({ kind, text }: Mark): boolean {
  return kind === "rule" || (kind === "sign" && (text === "|" || text === ")"));
}

function readBounds(next: Mark | undefined): { low: number; high: number } | undefined {
  if (next?.kind === "bounds") {
    const [, low = "", comma = "", high = ""] = /^\{(\d*)(,?)(\d*)\}$/.exec(next.text) ?? [];
    const least = Number(low);
    return { low: least, high: comma === "" ? least : high === "" ? Number.POSITIVE_INFINITY : Number(high) };
  }
  if (next?.kind !== "sign") return undefined;
  if (next.text === "*") return { low: 0, high: Number.POSITIVE_INFINITY };
  if (next.text === "+") return { low: 1, high: Number.POSITIVE_INFINITY };
  return next.text === "?" ? { low: 0, high: 1 } : undefined;
}

function toItem(next: Mark | undefined): Expression {
  if (next?.kind === "text") return { type: "literal", text: unquote(next.text) };
  if (next?.kind === "name") return { type: "reference", name: next.text };
  if (next?.kind === "set") return { type: "pattern", pattern: parsePattern(next.text) };
  if (next?.kind === "regex") return { type: "pattern", pattern: parsePattern(next.text.slice(1, -1)) };
  if (next?.text === ".") return { type: "pattern", pattern: parsePattern(".") };
  throw new ConstraintError(`the grammar has ${next?.text ?? "its end"} where something should be written`);
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

/** The text of a literal, whose escapes are those of JavaScript's strings. */
function unquote(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/g, (escape) => {
    if (escape.length > 2) return String.fromCharCode(Number.parseInt(escape.slice(2), 16));
    return escapes[escape.charAt(1)] ?? escape.charAt(1);
  });
}

function toRuleName(text: string): string {
  return text.replace(/\s*(?:::=|:)$/, "").replace(/^[?!]/, "");
}

function findRoot(rules: ReadonlyMap<string, Expression>): string {
  const root = ["root", "start"].find((name) => rules.has(name)) ?? rules.keys().next().value;
  if (root === undefined) throw new ConstraintError("the grammar has no rule");
  return root;
}
