import { OutcropError } from "../core/errors.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "../core/json.ts";

/** Raises the 400 for a field that has the wrong form. */
export function refuse(path: string, expected: string, value: unknown): never {
  throw new OutcropError("invalid_request", `${path} must be ${expected}, not ${nameOf(value)}`, {
    param: path,
  });
}

/** What a value is, in words that never repeat a caller's text. */
function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" ? "that string" : "an object";
}

/** A field that may be absent or null; both read as `undefined`. */
function optional<T>(read: (value: JsonValue, path: string) => T) {
  return (body: JsonObject, path: string): T | undefined => {
    const value = body[path];
    return value === undefined || value === null ? undefined : read(value, path);
  };
}

/** Bounds of a number, both included. */
export interface NumberRange {
  readonly least: number;
  readonly most?: number;
  readonly whole?: boolean;
}

/** A reader of numbers within bounds. */
export function numberField({ least, most = Number.MAX_SAFE_INTEGER, whole = false }: NumberRange) {
  const kind = whole ? "a whole number" : "a number";
  const bounds =
    most === Number.MAX_SAFE_INTEGER
      ? least === Number.MIN_SAFE_INTEGER
        ? ""
        : ` of at least ${least}`
      : ` from ${least} to ${most}`;
  return optional((value, path) => {
    const fits =
      typeof value === "number" && value >= least && value <= most && (!whole || Number.isInteger(value));
    return fits ? value : refuse(path, kind + bounds, value);
  });
}

export const booleanField = optional((value, path) =>
  typeof value === "boolean" ? value : refuse(path, "true or false", value),
);

export const stringField = optional((value, path) =>
  typeof value === "string" ? value : refuse(path, "a string", value),
);

export const objectField = optional((value, path) =>
  isJsonObject(value) ? value : refuse(path, "an object", value),
);

/** A list, or the 400 for what is none. */
export function listOf(value: JsonValue | undefined, path: string): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : refuse(path, "a list", value);
}

/** An object, or the 400 for what is none. */
export function objectOf(value: JsonValue | undefined, path: string): JsonObject {
  return isJsonObject(value) ? value : refuse(path, "an object", value);
}

/** A string, or the 400 for what is none. */
export function stringOf(value: JsonValue | undefined, path: string): string {
  return typeof value === "string" ? value : refuse(path, "a string", value);
}
