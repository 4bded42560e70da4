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
  if (Array.isArray(value))
    return value.length > 0 && (levels === 0 || value.some((item) => isDeeper(item, levels - 1)));
  // What JSON.parse has made has no keys but its own.
  const object = value as JsonObject;
  for (const key in object) if (levels === 0 || isDeeper(object[key], levels - 1)) return true;
  return false;
}
