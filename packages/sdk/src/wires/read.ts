import { type JsonObject, type JsonValue, isJsonObject } from "../core/json.ts";

/** A member that is a string, or `undefined`. */
export function stringAt(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === "string" ? value : undefined;
}

/** A member that is a number, or `undefined`. */
export function numberAt(object: JsonObject, key: string): number | undefined {
  const value = object[key];
  return typeof value === "number" ? value : undefined;
}

/** A member that is an object, or `undefined`. */
export function objectAt(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key];
  return isJsonObject(value) ? value : undefined;
}

const none: readonly JsonObject[] = [];

/** The objects of a member that is a list; anything else reads as none. */
export function objectsAt(object: JsonObject, key: string): readonly JsonObject[] {
  const value = object[key];
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : none;
}
