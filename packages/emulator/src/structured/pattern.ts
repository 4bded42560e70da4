import { ConstraintError } from "./constraint-error.ts";

/** A regular expression, parsed: the part of the language that constrained decoders understand. */
export type Pattern =
  | { readonly type: "sequence"; readonly items: readonly Pattern[] }
  | { readonly type: "choice"; readonly options: readonly Pattern[] }
  | { readonly type: "repeat"; readonly item: Pattern; readonly low: number; readonly high: number }
  | { readonly type: "class"; readonly negated: boolean; readonly members: readonly ClassMember[] }
  | { readonly type: "start" | "end" | "boundary" | "not-boundary" };

/** A range of code points, or a Unicode property as a test of one character. */
export type ClassMember = { readonly low: number; readonly high: number } | { readonly property: RegExp };

const anyCharacter: Pattern = { type: "class", negated: true, members: [range("\n", "\n")] };
const digits = [range("0", "9")];
const wordCharacters = [range("a", "z"), range("A", "Z"), range("0", "9"), range("_", "_")];
const blanks = [range(" ", " "), range("\t", "\r")];
const shorthand: Readonly<Record<string, readonly ClassMember[]>> = {
  d: digits,
  w: wordCharacters,
  s: blanks,
};
const controls: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", f: "\f", v: "\v", 0: "\0" };
const mostRepeats = 10_000;

export function range(low: string, high: string): ClassMember {
  return { low: low.codePointAt(0) ?? 0, high: high.codePointAt(0) ?? 0 };
}

/** Parses a regular expression. Throws a {@link ConstraintError} on what is wrong or not supported. */
export function parsePattern(source: string): Pattern {
  const reader = createReader(source);
  const pattern = parseChoice(reader);
  if (!reader.done()) throw new ConstraintError(`unbalanced parenthesis in the pattern ${source}`);
  return pattern;
}

interface Reader {
  done(): boolean;
  peek(): string;
  next(): string;
  /** Takes the text, which is ASCII, if it comes next. */
  take(text: string): boolean;
  fail(complaint: string): ConstraintError;
}

function createReader(source: string): Reader {
  const characters = Array.from(source);
  let index = 0;
  return {
    done: () => index >= characters.length,
    peek: () => characters[index] ?? "",
    next: () => characters[index++] ?? "",
    take: (text) => {
      const found = characters.slice(index, index + text.length).join("") === text;
      if (found) index += text.length;
      return found;
    },
    fail: (complaint) => new ConstraintError(`${complaint} at character ${index} of the pattern ${source}`),
  };
}

function parseChoice(reader: Reader): Pattern {
  const options = [parseSequence(reader)];
  while (reader.take("|")) options.push(parseSequence(reader));
  return options.length === 1 && options[0] !== undefined ? options[0] : { type: "choice", options };
}

function parseSequence(reader: Reader): Pattern {
  const items: Pattern[] = [];
  while (!reader.done() && reader.peek() !== "|" && reader.peek() !== ")") {
    items.push(parseRepeat(reader, parseItem(reader)));
  }
  return { type: "sequence", items };
}

function parseItem(reader: Reader): Pattern {
  const character = reader.next();
  if (character === "(") return parseGroup(reader);
  if (character === "[") return parseClass(reader);
  if (character === "\\") return parseEscape(reader);
  if (character === ".") return anyCharacter;
  if (character === "^") return { type: "start" };
  if (character === "$") return { type: "end" };
  if (character === "*" || character === "+" || character === "?") throw reader.fail("nothing to repeat");
  return { type: "class", negated: false, members: [range(character, character)] };
}

function parseGroup(reader: Reader): Pattern {
  if (reader.take("?")) {
    const named = reader.take("P<") || (reader.take("<") && !/[=!]/.test(reader.peek()));
    if (named) while (!reader.done() && reader.next() !== ">");
    else if (!reader.take(":")) throw reader.fail("lookaround and inline flags are not supported");
  }
  const pattern = parseChoice(reader);
  if (!reader.take(")")) throw reader.fail("missing )");
  return pattern;
}

function parseRepeat(reader: Reader, item: Pattern): Pattern {
  const bounds = parseBounds(reader);
  if (bounds === undefined) return item;
  if (!reader.take("?")) reader.take("+");
  return parseRepeat(reader, { type: "repeat", item, ...bounds });
}

function parseBounds(reader: Reader): { low: number; high: number } | undefined {
  if (reader.take("*")) return { low: 0, high: Number.POSITIVE_INFINITY };
  if (reader.take("+")) return { low: 1, high: Number.POSITIVE_INFINITY };
  if (reader.take("?")) return { low: 0, high: 1 };
  if (!reader.take("{")) return undefined;
  let text = "";
  while (!reader.done() && reader.peek() !== "}") text += reader.next();
  const match = /^(\d*)(,?)(\d*)$/.exec(text);
  if (!reader.take("}") || match === null || text === "") throw reader.fail("wrong repetition");
  const [, first = "", comma = "", second = ""] = match;
  const low = Number(first === "" ? 0 : first);
  const high = comma === "" ? low : second === "" ? Number.POSITIVE_INFINITY : Number(second);
  if (low > mostRepeats || high < low) throw reader.fail("wrong repetition");
  return { low, high };
}

function parseEscape(reader: Reader): Pattern {
  const character = reader.peek();
  if (character === "b" || character === "B") {
    reader.next();
    return { type: character === "b" ? "boundary" : "not-boundary" };
  }
  if (reader.take("A")) return { type: "start" };
  if (reader.take("Z") || reader.take("z")) return { type: "end" };
  if (/[1-9k]/.test(character)) throw reader.fail("backreferences are not supported");
  return { type: "class", ...parseEscapedMembers(reader) };
}

/** What follows a backslash, inside a class or out of it. */
function parseEscapedMembers(reader: Reader): { negated: boolean; members: readonly ClassMember[] } {
  const character = reader.next();
  const set = shorthand[character.toLowerCase()];
  if (set !== undefined) return { negated: character !== character.toLowerCase(), members: set };
  if (character === "p" || character === "P")
    return { negated: character === "P", members: [parseProperty(reader)] };
  const literal =
    controls[character] ??
    (character === "x" || character === "u" ? parseCode(reader, character) : character);
  if (literal === "") throw reader.fail("the pattern ends in a backslash");
  return { negated: false, members: [range(literal, literal)] };
}

function parseProperty(reader: Reader): ClassMember {
  let name = "";
  if (!reader.take("{")) throw reader.fail("wrong property");
  while (!reader.done() && reader.peek() !== "}") name += reader.next();
  reader.next();
  try {
    return { property: new RegExp(`^\\p{${name}}$`, "u") };
  } catch {
    throw reader.fail(`unknown property ${name}`);
  }
}

function parseCode(reader: Reader, kind: string): string {
  let code = "";
  if (reader.take("{")) {
    while (!reader.done() && reader.peek() !== "}") code += reader.next();
    reader.next();
  } else for (let length = kind === "x" ? 2 : 4; length > 0; length--) code += reader.next();
  if (!/^[0-9a-fA-F]{1,6}$/.test(code) || Number.parseInt(code, 16) > 0x10_ff_ff)
    throw reader.fail("wrong code point");
  return String.fromCodePoint(Number.parseInt(code, 16));
}

function parseClass(reader: Reader): Pattern {
  const negated = reader.take("^");
  const members: ClassMember[] = [];
  for (let first = true; first || reader.peek() !== "]"; first = false) {
    if (reader.done()) throw reader.fail("missing ]");
    if (first && reader.peek() === "]") break;
    members.push(...parseClassMember(reader));
  }
  reader.next();
  return { type: "class", negated, members };
}

function parseClassMember(reader: Reader): readonly ClassMember[] {
  const low = parseClassAtom(reader);
  const single = low.length === 1 ? low[0] : undefined;
  const start =
    single !== undefined && "low" in single && single.low === single.high ? single.low : undefined;
  if (start === undefined || reader.peek() !== "-") return low;
  reader.next();
  if (reader.peek() === "]") return [...low, range("-", "-")];
  const high = parseClassAtom(reader)[0];
  if (high === undefined || !("low" in high) || high.high < start) throw reader.fail("wrong range");
  return [{ low: start, high: high.high }];
}

function parseClassAtom(reader: Reader): readonly ClassMember[] {
  const character = reader.next();
  if (character !== "\\") return [range(character, character)];
  if (reader.take("b")) return [range("\b", "\b")];
  const { negated, members } = parseEscapedMembers(reader);
  return negated ? complement(members) : members;
}

/** The ranges between the given ones. */
function complement(members: readonly ClassMember[]): ClassMember[] {
  const ranges = members.filter((member) => "low" in member).toSorted((left, right) => left.low - right.low);
  const gaps: ClassMember[] = [];
  let from = 0;
  for (const { low, high } of ranges) {
    if (low > from) gaps.push({ low: from, high: low - 1 });
    from = Math.max(from, high + 1);
  }
  return [...gaps, { low: from, high: 0x10_ff_ff }];
}
