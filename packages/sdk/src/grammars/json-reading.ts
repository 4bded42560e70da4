import { parseJson } from "../core/json.ts";
import { type Cursor, type Reading, peek, readLiteral, readSpace } from "./cursor.ts";
import { type ValueStops, createJsonSpan } from "./json-span.ts";

/** Reads the value of one member; false breaks off. */
export type MemberReader = (key: string) => Reading<boolean>;

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

/**
 * Reads a JSON object, each member's value by `readMember`. False if what stands here is not an object,
 * or is broken: then the cursor is where it broke. A comma too many is forgiven.
 */
export function* readObject(cursor: Cursor, readMember: MemberReader): Reading<boolean> {
  if (!(yield* readLiteral(cursor, "{"))) return false;
  for (let isFirst = true; ; isFirst = false) {
    yield* readSpace(cursor);
    if (!isFirst && (yield* readLiteral(cursor, ","))) yield* readSpace(cursor);
    else if (!isFirst && (yield* peek(cursor)) !== "}") return false;
    if (yield* readLiteral(cursor, "}")) return true;
    const key = yield* readString(cursor);
    if (key === undefined) return false;
    yield* readSpace(cursor);
    if (!(yield* readLiteral(cursor, ":"))) return false;
    yield* readSpace(cursor);
    if (!(yield* readMember(key))) return false;
  }
}
