import { type JsonObject, type JsonValue, OutcropError, isJsonObject, parseJson } from "@outcrop/sdk";
import { findJsonFault } from "./json-fault.ts";

/** A JSON body, and whether it took leniency to read it. */
export interface ReadBody {
  readonly body: JsonObject;
  readonly warnings: readonly string[];
}

/** In bytes. Beyond this a body is read strictly alone: leniency is for people who type. */
const lenientLimit = 64 * 1024;

/**
 * Reads a request body: strict JSON first; if that fails, JSON with `#` comments and trailing commas, as
 * people paste it out of documentation.
 *
 * @throws OutcropError `invalid_request` with the line and column of the fault.
 */
export function readJson(text: string): ReadBody {
  const strict = parseJson(text);
  if (strict !== undefined) return acceptJson(strict);
  if (isShort(text)) {
    const lenient = parseJson(plainJson(text));
    if (lenient !== undefined) {
      const warning = "body: read leniently; comments or trailing commas are not JSON";
      return { body: objectOf(lenient), warnings: [warning] };
    }
  }
  throw faultOf(text);
}

/** A body that was strict JSON. @throws OutcropError `invalid_request` for what is no object. */
export function acceptJson(value: JsonValue): ReadBody {
  return { body: objectOf(value), warnings: [] };
}

function isShort(text: string): boolean {
  return Buffer.byteLength(text) <= lenientLimit;
}

function objectOf(value: unknown): JsonObject {
  if (isJsonObject(value)) return value;
  throw new OutcropError("invalid_request", "The body must be a JSON object.");
}

function faultOf(text: string): OutcropError {
  if (text.trim() === "")
    return new OutcropError("invalid_request", "The body is empty; it must be a JSON object.");
  const fault = findJsonFault(isShort(text) ? plainJson(text) : text);
  const where = `line ${fault.line}, column ${fault.column}`;
  return new OutcropError("invalid_request", `The body is not JSON: ${fault.message} at ${where}.`);
}

/** Blanks out comments and trailing commas, so that every other character keeps its place. */
function plainJson(text: string): string {
  return withoutTrailingCommas(withoutComments(text));
}

/**
 * A JSON string, or a comment up to the end of its line. A string that is not closed counts too: looking for its end
 * from each of its quotes again would take seconds.
 */
const stringOrComment = /"(?:[^"\\\n]|\\.)*"?|#[^\n]*/g;

function withoutComments(text: string): string {
  return text.replace(stringOrComment, (match) => (match.startsWith("#") ? " ".repeat(match.length) : match));
}

const stringOrTrailingComma = /"(?:[^"\\\n]|\\.)*"?|,(?=\s*[}\]])/g;

function withoutTrailingCommas(text: string): string {
  return text.replace(stringOrTrailingComma, (match) => (match === "," ? " " : match));
}
