import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { JsonObject, JsonValue } from "../core/json.ts";

/** From here on a body is worked on piece by piece, with a turn of the event loop for everybody else after each. Bytes. */
export const largeBody = 1024 * 1024;

/** What one turn takes: a few milliseconds of escaping, of hashing, of copying. */
const charactersPerTurn = 512 * 1024;
const hashedPerTurn = 4 * 1024 * 1024;
const copiedPerTurn = 4 * 1024 * 1024;

/** Shorter pieces of JSON are put together before they are written. */
const shortPiece = 4096;

/** Whether a value's JSON is large, by the texts in it. */
export function isLargeJson(value: JsonValue | undefined): boolean {
  return lengthOfTexts(value, largeBody) > largeBody;
}

/** The characters of a value's texts, counted until they are more than `most`. */
function lengthOfTexts(value: JsonValue | undefined, most: number): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  let length = 0;
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    length += lengthOfTexts(item, most - length);
    if (length > most) break;
  }
  return length;
}

/** The same bytes as those of `JSON.stringify`, which takes a tenth of a second for twenty photographs, made in turns. */
export async function encodeJsonInTurns(value: JsonValue): Promise<Uint8Array> {
  const writer = createWriter(lengthOfTexts(value, Infinity) * 1.05 + largeBody / 8);
  let text = "";
  let written = 0;
  for (const piece of jsonPieces(value)) {
    if (piece.length < shortPiece) {
      text += piece;
      if (text.length < shortPiece) continue;
    } else writer.write(text);
    const last = piece.length < shortPiece ? text : piece;
    writer.write(last);
    text = "";
    written += last.length;
    if (written < charactersPerTurn) continue;
    written = 0;
    await nextTurn();
  }
  writer.write(text);
  return writer.end();
}

/** Puts texts one after the other into memory that is asked for once, and joined only where that was too little. */
function createWriter(capacity: number) {
  const full: Buffer[] = [];
  let buffer = Buffer.allocUnsafeSlow(Math.ceil(capacity));
  let used = 0;
  return {
    write(text: string): void {
      const size = Buffer.byteLength(text);
      if (used + size > buffer.length) {
        full.push(buffer.subarray(0, used));
        buffer = Buffer.allocUnsafeSlow(Math.max(size, Math.ceil(capacity / 2)));
        used = 0;
      }
      used += buffer.write(text, used);
    },
    async end(): Promise<Uint8Array> {
      const last = buffer.subarray(0, used);
      return full.length === 0 ? last : joinInTurns([...full, last]);
    },
  };
}

/** Like `Buffer.concat`, but not at once: what is copied goes to memory that the system has yet to give, page by page. */
export async function joinInTurns(parts: readonly Buffer[]): Promise<Buffer> {
  const whole = Buffer.allocUnsafeSlow(parts.reduce((size, part) => size + part.length, 0));
  let used = 0;
  let turnEnd = copiedPerTurn;
  for (const part of parts) {
    for (let start = 0; start < part.length;) {
      const copied = part.copy(whole, used, start, start + turnEnd - used);
      start += copied;
      used += copied;
      if (used < turnEnd) continue;
      turnEnd += copiedPerTurn;
      await nextTurn();
    }
  }
  return whole;
}

/** The JSON of a value in pieces, none of them longer than what a turn takes. */
function* jsonPieces(value: JsonValue): Generator<string, void, undefined> {
  if (typeof value === "string" && value.length > charactersPerTurn) yield* longTextPieces(value);
  else if (typeof value !== "object" || value === null) yield JSON.stringify(value);
  else if (Array.isArray(value)) yield* listPieces(value);
  else yield* objectPieces(value as JsonObject);
}

function* listPieces(list: readonly JsonValue[]): Generator<string, void, undefined> {
  yield "[";
  for (const [index, item] of list.entries()) {
    if (index > 0) yield ",";
    yield* jsonPieces(item);
  }
  yield "]";
}

function* objectPieces(object: JsonObject): Generator<string, void, undefined> {
  let separator = "{";
  for (const [name, item] of Object.entries(object)) {
    if (item === undefined) continue;
    yield `${separator}${JSON.stringify(name)}:`;
    yield* jsonPieces(item);
    separator = ",";
  }
  yield separator === "{" ? "{}" : "}";
}

/** Whatever JSON.stringify does not write as it is: quotes, backslashes, control characters, and halves, which may be alone. */
const escaped = /[^ !#-[\]-\uD7FF\uE000-\uFFFF]/;

function* longTextPieces(text: string): Generator<string, void, undefined> {
  yield '"';
  for (let start = 0; start < text.length;) {
    const end = start + charactersPerTurn;
    // The two halves of a character beyond 16 bits stay together: alone, each would be written as an escape.
    const isBetweenHalves = /^[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text.slice(end - 1, end + 1));
    const piece = text.slice(start, isBetweenHalves ? end + 1 : end);
    yield escaped.test(piece) ? JSON.stringify(piece).slice(1, -1) : piece;
    start += piece.length;
  }
  yield '"';
}

/** The SHA-256 of a large body in hexadecimal, in turns. */
export async function hashInTurns(body: Uint8Array): Promise<string> {
  const hash = createHash("sha256");
  for (let start = 0; start < body.length; start += hashedPerTurn) {
    hash.update(body.subarray(start, start + hashedPerTurn));
    await nextTurn();
  }
  return hash.digest("hex");
}
