import { findStop } from "./stops.ts";
import { leadingSpace } from "./whitespace.ts";

/**
 * A place in a text that is still coming. Syntaxes read from it as if all of it were there, as
 * generators that yield when they need more; so they are written straight down and can be cut anywhere.
 */
export interface Cursor {
  push(text: string): void;
  /** No more is coming. */
  close(): void;
  isClosed(): boolean;
  /** What has come and is not read yet. */
  rest(): string;
  skip(length: number): void;
  /** From here on what is read is kept, because it may turn out to be text. */
  mark(): void;
  /** It is part of a call: what was kept is let go. */
  commit(): void;
  /** What was read since the mark. */
  kept(): string;
}

/** Reads something from a cursor, yielding whenever more text is needed to go on. */
export type Reading<Result> = Generator<undefined, Result, undefined>;

/** A cursor at the start of a text. */
export function createCursor(): Cursor {
  let unread = "";
  let kept: string | undefined;
  let closed = false;

  return {
    push(text) {
      unread = unread === "" ? text : unread + text;
    },
    close() {
      closed = true;
    },
    isClosed: () => closed,
    rest: () => unread,
    skip(length) {
      if (kept !== undefined) kept += unread.slice(0, length);
      unread = unread.slice(length);
    },
    mark() {
      kept ??= "";
    },
    commit() {
      kept = undefined;
    },
    kept: () => kept ?? "",
  };
}

/** The next character, or "" at the end; it stays unread. */
export function* peek(cursor: Cursor): Reading<string> {
  while (cursor.rest() === "" && !cursor.isClosed()) yield;
  return cursor.rest().charAt(0);
}

/** The first of some literals that stands here, unread; where one begins another, the longer one goes first. */
export function* peekOneOf(cursor: Cursor, literals: readonly string[]): Reading<string | undefined> {
  for (;;) {
    const rest = cursor.rest();
    const next = literals.find((literal) => rest.startsWith(literal) || mayFollow(cursor, literal));
    if (next === undefined || rest.startsWith(next)) return next;
    yield;
  }
}

function mayFollow(cursor: Cursor, literal: string): boolean {
  return !cursor.isClosed() && literal.startsWith(cursor.rest());
}

/** Reads the first of some literals that stands here. */
export function* readOneOf(cursor: Cursor, literals: readonly string[]): Reading<string | undefined> {
  const next = yield* peekOneOf(cursor, literals);
  if (next !== undefined) cursor.skip(next.length);
  return next;
}

/** Reads a literal if it stands here. */
export function* readLiteral(cursor: Cursor, literal: string): Reading<boolean> {
  return (yield* readOneOf(cursor, [literal])) !== undefined;
}

/** Reads all whitespace that stands here. */
export function* readSpace(cursor: Cursor): Reading<string> {
  let space = "";
  for (;;) {
    const rest = cursor.rest();
    const length = leadingSpace(rest);
    space += rest.slice(0, length);
    cursor.skip(length);
    if (length < rest.length || cursor.isClosed()) return space;
    yield;
  }
}

/** Longer than any tool's name that OpenAI takes (64), with Kimi's `functions.` and `:0` around it. */
const longestName = 160;

/** Reads the name of a tool that stands bare in the text; "" when none stands here. */
export function readName(cursor: Cursor): Reading<string> {
  return readRun(cursor, /^[\w.:/-]*/);
}

/** Reads the key of a parameter up to the end of its tag. */
export function readKey(cursor: Cursor): Reading<string> {
  return readRun(cursor, /^[^<>\n]*/);
}

function* readRun(cursor: Cursor, characters: RegExp): Reading<string> {
  for (;;) {
    const rest = cursor.rest();
    const run = characters.exec(rest.slice(0, longestName + 1))?.[0] ?? "";
    if (run.length < rest.length || cursor.isClosed()) {
      cursor.skip(run.length);
      return run.length > longestName ? "" : run;
    }
    yield;
  }
}

/** Reads up to the first of some stops, which stays unread; false if the text ends without one. */
export function* readUntil(
  cursor: Cursor,
  stops: readonly string[],
  take: (piece: string) => void,
): Reading<boolean> {
  for (;;) {
    const rest = cursor.rest();
    const stop = findStop(rest, stops);
    const length = stop.isWhole || !cursor.isClosed() ? stop.at : rest.length;
    if (length > 0) take(rest.slice(0, length));
    cursor.skip(length);
    if (stop.isWhole) return true;
    if (cursor.isClosed()) return false;
    yield;
  }
}
