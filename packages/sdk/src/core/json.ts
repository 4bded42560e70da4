/** A JSON value as `JSON.parse` returns it. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object; a missing key reads as `undefined`. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** Whether a value from outside is a JSON object (neither null nor an array). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Levels below the outermost value. `JSON.parse` has no limit, and whatever walks its result again exhausts the stack. */
export const deepestJson = 500;

/** `JSON.parse` that answers `undefined` for what is not JSON, or nests deeper than anything that is meant. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    // Each level takes two characters at least.
    return text.length > 2 * deepestJson && isDeeper(value, deepestJson) ? undefined : value;
  } catch {
    return undefined;
  }
}

function isDeeper(value: JsonValue | undefined, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  const below = Array.isArray(value) ? value : Object.values(value);
  return below.length > 0 && (levels === 0 || below.some((item) => isDeeper(item, levels - 1)));
}
