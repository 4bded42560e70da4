import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { JsonObject, JsonValue } from "../core/json.ts";

/** From here on a body is worked on piece by piece, with a turn of the event loop for everybody else after each. Bytes. */
export const largeBody = 1024 * 1024;

/** What one turn takes: a few milliseconds of escaping, or of hashing. */
const charactersPerTurn = 512 * 1024;
const hashedPerTurn = 4 * 1024 * 1024;

/** Whether a value's JSON is large, by the texts in it. */
export function isLargeJson(value: JsonValue | undefined): boolean {
  return spaceLeft(value, largeBody) < 0;
}

function spaceLeft(value: JsonValue | undefined, space: number): number {
  if (space < 0) return space;
  if (typeof value === "string") return space - value.length;
  if (typeof value !== "object" || value === null) return space;
  let left = space;
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    left = spaceLeft(item, left);
    if (left < 0) return left;
  }
  return left;
}

/** The same bytes as those of `JSON.stringify`, which takes a tenth of a second for twenty photographs, made in turns. */
export async function encodeJsonInTurns(value: JsonObject): Promise<Uint8Array> {
  const bytes: Buffer[] = [];
  let text = "";
  for (const piece of jsonPieces(value)) {
    text += piece;
    if (text.length < charactersPerTurn) continue;
    bytes.push(Buffer.from(text));
    text = "";
    await nextTurn();
  }
  bytes.push(Buffer.from(text));
  await nextTurn();
  return Buffer.concat(bytes);
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

function* longTextPieces(text: string): Generator<string, void, undefined> {
  yield '"';
  for (let start = 0; start < text.length;) {
    const end = start + charactersPerTurn;
    // The two halves of a character beyond 16 bits stay together: alone, each would be written as an escape.
    const isHalf = /[\uD800-\uDBFF]/.test(text.charAt(end - 1));
    const piece = text.slice(start, isHalf ? end + 1 : end);
    yield JSON.stringify(piece).slice(1, -1);
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
