import { invalid } from "../aws/failure.ts";
import type { AwsFailure } from "../aws/failure.ts";
import { isObject } from "./json.ts";
import type { JsonObject } from "./json.ts";

/** AWS's way of naming a wrong member of an InvokeModel body. */
export function malformed(path: string, complaint: string): AwsFailure {
  return invalid(
    `Malformed input request: #${path}: ${complaint}, please reformat your input and try again.`,
  );
}

export function expected(path: string, type: string, value: unknown): AwsFailure {
  return malformed(path, `expected type: ${type}, found: ${typeName(value)}`);
}

/** A number within bounds, or undefined where the member is absent or null. */
export function readNumber(
  body: JsonObject,
  name: string,
  bounds: { low: number; high?: number; integer?: boolean; above?: boolean },
): number | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined) return undefined;
  const { low, high = Number.POSITIVE_INFINITY } = bounds;
  if (typeof value !== "number") throw expected(`/${name}`, bounds.integer ? "Integer" : "Number", value);
  if (bounds.integer && !Number.isInteger(value)) throw expected(`/${name}`, "Integer", value);
  if (value < low || (bounds.above && value === low)) {
    throw malformed(`/${name}`, `${value} is not greater ${bounds.above ? "than" : "or equal to"} ${low}`);
  }
  if (value > high) throw malformed(`/${name}`, `${value} is not less or equal to ${high}`);
  return value;
}

export function readBoolean(body: JsonObject, name: string): boolean {
  const value = body[name] ?? false;
  if (typeof value !== "boolean") throw expected(`/${name}`, "Boolean", value);
  return value;
}

export function readObject(value: unknown, path: string): JsonObject {
  if (!isObject(value)) throw expected(path, "JSONObject", value);
  return value;
}

export function readList(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw expected(path, "JSONArray", value);
  return value;
}

export function readText(value: unknown, path: string): string {
  if (typeof value !== "string") throw expected(path, "String", value);
  return value;
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return "Null";
  if (Array.isArray(value)) return "JSONArray";
  if (typeof value === "number") return Number.isInteger(value) ? "Integer" : "Number";
  return typeof value === "object" ? "JSONObject" : typeof value === "string" ? "String" : "Boolean";
}
