import { isObject } from "../prompt/json.ts";
import type { JsonObject } from "../prompt/json.ts";
import { ConstraintError } from "./constraint-error.ts";

/** A JSON Schema: an object of keywords, or the two that allow everything and nothing. */
export type Schema = JsonObject | boolean;

const typeNames = ["null", "boolean", "integer", "number", "string", "array", "object"] as const;
export type TypeName = (typeof typeNames)[number];

export function toSchema(value: unknown): Schema {
  if (typeof value === "boolean" || isObject(value)) return value;
  throw new ConstraintError("a schema must be an object or a boolean");
}

/** The schema that a `$ref` points to, within the same document. */
export function resolveReference(reference: unknown, root: Schema): Schema {
  if (typeof reference !== "string" || !reference.startsWith("#")) {
    throw new ConstraintError(
      `only references into the schema itself are supported, not ${String(reference)}`,
    );
  }
  let target: unknown = root;
  for (const part of reference.slice(1).split("/").slice(1)) {
    const name = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
    target = isObject(target) && Object.hasOwn(target, name) ? target[name] : listItem(target, name);
  }
  if (target === undefined) throw new ConstraintError(`the reference ${reference} points nowhere`);
  return toSchema(target);
}

function listItem(target: unknown, name: string): unknown {
  return Array.isArray(target) ? (target as readonly unknown[])[Number(name)] : undefined;
}

/** The types that a schema names, or those that its other keywords suggest. */
export function typesOf(schema: JsonObject): readonly TypeName[] {
  const named = schema["type"];
  if (named !== undefined) return (Array.isArray(named) ? named : [named]).map(toTypeName);
  const suggests = (...keywords: string[]): boolean =>
    keywords.some((keyword) => schema[keyword] !== undefined);
  if (suggests("properties", "required", "additionalProperties", "patternProperties", "minProperties"))
    return ["object"];
  if (suggests("items", "prefixItems", "minItems", "maxItems", "contains", "uniqueItems")) return ["array"];
  if (suggests("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")) return ["number"];
  return ["string"];
}

function toTypeName(value: unknown): TypeName {
  const name = typeNames.find((known) => known === value);
  if (name === undefined) throw new ConstraintError(`${JSON.stringify(value)} is not a type of JSON Schema`);
  return name;
}

export function hasType(value: unknown, type: TypeName): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    case "boolean":
    case "number":
    case "string":
      return typeof value === type;
  }
}

/** Equality of JSON values, blind to the order of members. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => sameJson(item, right[index]));
  }
  if (isObject(left) && isObject(right)) {
    const names = Object.keys(left);
    return (
      names.length === Object.keys(right).length &&
      names.every((name) => Object.hasOwn(right, name) && sameJson(left[name], right[name]))
    );
  }
  return left === right;
}
