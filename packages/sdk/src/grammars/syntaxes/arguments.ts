import { parseJson } from "../../core/json.ts";
import { type Cursor, type Reading, peek, readUntil } from "../cursor.ts";
import { readValue } from "../json-reading.ts";
import type { ValueStops } from "../json-span.ts";

/**
 * Reads the JSON value of a call's arguments and passes its text on as it comes. Some models write it as a
 * JSON string that holds the JSON: it is unwrapped. Null and an empty string are no arguments: `{}`.
 */
export function* readArguments(
  cursor: Cursor,
  stops: ValueStops,
  take: (piece: string) => void,
): Reading<boolean> {
  const start = yield* peek(cursor);
  if (start === "{" || start === "[") return yield* readValue(cursor, stops, take);
  let text = "";
  const isWhole = yield* readValue(cursor, stops, (piece) => (text += piece));
  if (text !== "") take(isWhole ? unwrapped(text) : unfinished(text));
  return isWhole && text !== "";
}

/** Reads arguments that reach up to a reserved token, whatever is in them. */
export function* readReservedArguments(
  cursor: Cursor,
  markers: readonly string[],
  take: (piece: string) => void,
): Reading<void> {
  const start = yield* peek(cursor);
  if (start === "{" || start === "[" || start === '"') {
    yield* readArguments(cursor, { markers, areReserved: true }, take);
    return;
  }
  let text = "";
  yield* readUntil(cursor, markers, (piece) => (text += piece));
  take(["", "null"].includes(text.trim()) ? "{}" : text);
}

function unwrapped(text: string): string {
  const value = parseJson(text);
  if (value === null || value === "") return "{}";
  return typeof value === "string" && parseJson(value) !== undefined ? value : text;
}

/** A string that was cut: what it held so far, if its text can be closed. */
function unfinished(text: string): string {
  const value = parseJson(`${text}"`);
  return typeof value === "string" ? value : text;
}
