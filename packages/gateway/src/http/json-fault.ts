import { deepestJson } from "@outcrop/sdk";

/** The first place where a text stops being JSON. */
export interface JsonFault {
  /** What was expected there. */
  readonly message: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
}

class Fault extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/**
 * Finds where a text stops being JSON. `JSON.parse` only says that it does; this walk runs after it has
 * failed, to tell a person where to look.
 */
export function findJsonFault(text: string): JsonFault {
  try {
    const end = skipSpace(text, readValue(text, skipSpace(text, 0), 0));
    return at(text, end, "unexpected text after the end");
  } catch (error) {
    if (error instanceof Fault) return at(text, error.offset, error.message);
    throw error;
  }
}

function at(text: string, offset: number, message: string): JsonFault {
  const before = text.slice(0, offset).split("\n");
  return { message, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function readValue(text: string, start: number, depth: number): number {
  if (depth > deepestJson) throw new Fault("nesting too deep", start);
  switch (text[start]) {
    case "{":
      return readMembers(text, start, depth);
    case "[":
      return readElements(text, start, depth);
    case '"':
      return readString(text, start);
    default:
      return readWord(text, start);
  }
}

function readMembers(text: string, start: number, depth: number): number {
  let place = skipSpace(text, start + 1);
  if (text[place] === "}") return place + 1;
  for (;;) {
    if (text[place] !== '"') throw new Fault("a key in double quotes is expected", place);
    place = skipSpace(text, readString(text, place));
    if (text[place] !== ":") throw new Fault('":" is expected', place);
    place = skipSpace(text, readValue(text, skipSpace(text, place + 1), depth + 1));
    if (text[place] === "}") return place + 1;
    if (text[place] !== ",") throw new Fault('"," or "}" is expected', place);
    place = skipSpace(text, place + 1);
  }
}

function readElements(text: string, start: number, depth: number): number {
  let place = skipSpace(text, start + 1);
  if (text[place] === "]") return place + 1;
  for (;;) {
    place = skipSpace(text, readValue(text, place, depth + 1));
    if (text[place] === "]") return place + 1;
    if (text[place] !== ",") throw new Fault('"," or "]" is expected', place);
    place = skipSpace(text, place + 1);
  }
}

function readString(text: string, start: number): number {
  for (let place = start + 1; place < text.length; place++) {
    const character = text[place] ?? "";
    if (character === '"') return place + 1;
    if (character < " ")
      throw new Fault("a string must be closed on its line (write \\n for a line break)", place);
    if (character === "\\") place = readEscape(text, place);
  }
  throw new Fault("a string is not closed", start);
}

/** The last character of an escape. */
function readEscape(text: string, backslash: number): number {
  const kind = text[backslash + 1] ?? "";
  if (kind === "u" && /^[0-9a-fA-F]{4}$/.test(text.slice(backslash + 2, backslash + 6))) return backslash + 5;
  if (kind !== "" && '"\\/bfnrt'.includes(kind)) return backslash + 1;
  throw new Fault("a backslash begins no escape that JSON knows", backslash);
}

const word = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

function readWord(text: string, start: number): number {
  word.lastIndex = start;
  const match = word.exec(text);
  if (match) return start + match[0].length;
  throw new Fault(start >= text.length ? "it ends too early" : "a value is expected", start);
}

function skipSpace(text: string, start: number): number {
  let place = start;
  while (place < text.length && " \t\r\n".includes(text[place] ?? "")) place++;
  return place;
}
