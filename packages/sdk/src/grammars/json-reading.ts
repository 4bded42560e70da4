import { parseJson } from "../core/json.ts";
import { type Cursor, type Reading, peek, peekOneOf, readLiteral, readSpace } from "./cursor.ts";
import { type ValueStops, createJsonSpan } from "./json-span.ts";

/** Reads one JSON value and passes its text on as it comes; false if it did not end by itself. */
export function* readValue(
  cursor: Cursor,
  stops: ValueStops,
  take: (piece: string) => void,
): Reading<boolean> {
  const span = createJsonSpan(stops);
  for (;;) {
    const rest = cursor.rest();
    const length = span.push(rest, cursor.isClosed());
    if (length > 0) take(rest.slice(0, length));
    cursor.skip(length);
    if (span.state() !== "open") return span.state() === "ended";
    if (cursor.isClosed()) return false;
    yield;
  }
}

/** Reads a JSON string; `undefined` if none stands here, or it is cut or broken. */
export function* readString(cursor: Cursor): Reading<string | undefined> {
  if ((yield* peek(cursor)) !== '"') return undefined;
  let text = "";
  const isWhole = yield* readValue(cursor, { markers: [], areReserved: false }, (piece) => (text += piece));
  const value = isWhole ? parseJson(text) : undefined;
  return typeof value === "string" ? value : undefined;
}

/** How the members of an object are read. */
export interface MemberReading {
  /** Reads the value of one member; false breaks off. */
  readonly readMember: (key: string) => Reading<boolean>;
  /** The only keys that there may be; any other breaks off at its first character that none of them has. */
  readonly keys?: readonly string[] | undefined;
}

/**
 * Reads a JSON object member by member. False if what stands here is not an object, or is broken: then the
 * cursor is where it broke. A comma too many is forgiven.
 */
export function* readObject(cursor: Cursor, { readMember, keys }: MemberReading): Reading<boolean> {
  const literals = keys?.map((key) => JSON.stringify(key));
  if (!(yield* readLiteral(cursor, "{"))) return false;
  for (let isFirst = true; ; isFirst = false) {
    yield* readSpace(cursor);
    if (!isFirst && (yield* readLiteral(cursor, ","))) yield* readSpace(cursor);
    else if (!isFirst && (yield* peek(cursor)) !== "}") return false;
    if (yield* readLiteral(cursor, "}")) return true;
    if (literals && (yield* peekOneOf(cursor, literals)) === undefined) return false;
    const key = yield* readString(cursor);
    if (key === undefined) return false;
    yield* readSpace(cursor);
    if (!(yield* readLiteral(cursor, ":"))) return false;
    yield* readSpace(cursor);
    if (!(yield* readMember(key))) return false;
  }
}
