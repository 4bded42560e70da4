import { asList, asObject } from "../prompt/json.ts";
import type { JsonObject } from "../prompt/json.ts";
import type { Random } from "../base/random.ts";
import { ConstraintError, spend } from "./constraint-error.ts";
import type { Budget } from "./constraint-error.ts";
import { resolveReference, sameJson, toSchema } from "./schema.ts";
import type { Schema } from "./schema.ts";

/** Keywords of which the stricter one counts when two schemas hold at once. */
const greatest = new Set(["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"]);
const least = new Set(["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"]);
const combining = new Set(["$ref", "allOf", "anyOf", "oneOf", "if", "then", "else"]);

export interface FlattenContext {
  readonly root: Schema;
  readonly random: Random;
  readonly budget: Budget;
}

/**
 * One schema without references and combinations, by following each reference and picking one branch of
 * each choice. A value made by it is likely to obey the original; the caller checks.
 */
export function flattenSchema(schema: Schema, context: FlattenContext): JsonObject | boolean {
  let parts: readonly Schema[] = [schema];
  let flat: JsonObject = {};
  for (let round = 0; parts.length > 0; round++) {
    if (round > 64) throw new ConstraintError("a reference of the schema leads back to itself");
    const next: Schema[] = [];
    for (const part of parts) {
      spend(context.budget);
      if (part === false) return false;
      if (part === true) continue;
      flat = mergeSchemas(
        flat,
        Object.fromEntries(Object.entries(part).filter(([name]) => !combining.has(name))),
      );
      next.push(...expand(part, context));
    }
    parts = next;
  }
  return flat;
}

/** The schemas that hold beside a schema's own keywords. */
function expand(schema: JsonObject, { root, random }: FlattenContext): Schema[] {
  const { $ref, allOf, anyOf, oneOf } = schema;
  const pick = (choices: unknown): Schema[] => {
    const list = asList(choices);
    return list.length === 0 ? [] : [toSchema(list[random.integer(0, list.length - 1)])];
  };
  const condition = schema["if"];
  const branch = random.next() < 0.5 ? [condition ?? true, schema["then"] ?? true] : [schema["else"] ?? true];
  return [
    ...($ref === undefined ? [] : [resolveReference($ref, root)]),
    ...asList(allOf).map(toSchema),
    ...pick(anyOf),
    ...pick(oneOf),
    ...(condition === undefined ? [] : branch.map(toSchema)),
  ];
}

function mergeSchemas(left: JsonObject, right: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...left };
  for (const [name, value] of Object.entries(right)) {
    merged[name] = name in merged ? mergeKeyword(name, merged[name], value) : value;
  }
  return merged;
}

function mergeKeyword(name: string, left: unknown, right: unknown): unknown {
  if (greatest.has(name)) return Math.max(Number(left), Number(right));
  if (least.has(name)) return Math.min(Number(left), Number(right));
  if (name === "required") return [...new Set([...asList(left), ...asList(right)])];
  if (name === "enum")
    return asList(left).filter((item) => asList(right).some((other) => sameJson(item, other)));
  if (name === "type") return mergeTypes(left, right);
  if (name === "properties" || name === "patternProperties")
    return mergeMembers(asObject(left), asObject(right));
  if (name === "additionalProperties" || name === "items") return { allOf: [left, right] };
  return right;
}

function mergeTypes(left: unknown, right: unknown): unknown {
  const [first, second] = [left, right].map((type): readonly unknown[] =>
    Array.isArray(type) ? type : [type],
  );
  const both = (first ?? []).filter((name) => second?.includes(name));
  // An integer is a number.
  return both.length > 0 || ![...(first ?? []), ...(second ?? [])].includes("integer") ? both : ["integer"];
}

/** By entries, since a member may be called `__proto__`. */
function mergeMembers(left: JsonObject, right: JsonObject): JsonObject {
  const merged = new Map(Object.entries(left));
  for (const [name, schema] of Object.entries(right)) {
    merged.set(name, merged.has(name) ? { allOf: [merged.get(name), schema] } : schema);
  }
  return Object.fromEntries(merged);
}
