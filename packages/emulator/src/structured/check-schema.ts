import { lookUp } from "../base/look-up.ts";
import { asList, asObject, isObject } from "../prompt/json.ts";
import type { JsonObject } from "../prompt/json.ts";
import { spend } from "./constraint-error.ts";
import type { Budget } from "./constraint-error.ts";
import { matchesSomewhere } from "./match-pattern.ts";
import { parsePattern } from "./pattern.ts";
import { hasType, resolveReference, sameJson, toSchema } from "./schema.ts";
import type { Schema, TypeName } from "./schema.ts";

export interface CheckContext {
  readonly root: Schema;
  readonly budget: Budget;
}

/** Whether a value obeys a schema (draft 2020-12, and `definitions` of the older ones; `format` is not judged). */
export function obeys(value: unknown, schema: unknown, context: CheckContext): boolean {
  spend(context.budget);
  const rules = toSchema(schema);
  if (typeof rules === "boolean") return rules;
  return (
    obeysGeneral(value, rules, context) &&
    obeysCombined(value, rules, context) &&
    (typeof value !== "string" || obeysString(value, rules, context)) &&
    (typeof value !== "number" || obeysNumber(value, rules)) &&
    (!Array.isArray(value) || obeysArray(value, rules, context)) &&
    (!isObject(value) || obeysObject(value, rules, context))
  );
}

function obeysGeneral(value: unknown, rules: JsonObject, context: CheckContext): boolean {
  const { type, $ref } = rules;
  if (type !== undefined && !asTypes(type).some((name) => hasType(value, name))) return false;
  if ("const" in rules && !sameJson(value, rules["const"])) return false;
  if (Array.isArray(rules["enum"]) && !rules["enum"].some((choice) => sameJson(value, choice))) return false;
  return $ref === undefined || obeys(value, resolveReference($ref, context.root), context);
}

function asTypes(type: unknown): readonly TypeName[] {
  return (Array.isArray(type) ? type : [type]) as readonly TypeName[];
}

function obeysCombined(value: unknown, rules: JsonObject, context: CheckContext): boolean {
  const holds = (schema: unknown): boolean => obeys(value, schema, context);
  const { allOf, anyOf, oneOf, not } = rules;
  if (!asList(allOf).every(holds)) return false;
  if (anyOf !== undefined && !asList(anyOf).some(holds)) return false;
  if (oneOf !== undefined && asList(oneOf).filter(holds).length !== 1) return false;
  if (not !== undefined && holds(not)) return false;
  if (rules["if"] === undefined) return true;
  return holds((holds(rules["if"]) ? rules["then"] : rules["else"]) ?? true);
}

function obeysString(value: string, rules: JsonObject, { budget }: CheckContext): boolean {
  const length = Array.from(value).length;
  const { pattern } = rules;
  return (
    length >= numberOf(rules["minLength"], 0) &&
    length <= numberOf(rules["maxLength"], Number.POSITIVE_INFINITY) &&
    (typeof pattern !== "string" || matchesSomewhere(parsePattern(pattern), value, budget))
  );
}

function obeysNumber(value: number, rules: JsonObject): boolean {
  const step = numberOf(rules["multipleOf"], 0);
  return (
    value >= numberOf(rules["minimum"], Number.NEGATIVE_INFINITY) &&
    value <= numberOf(rules["maximum"], Number.POSITIVE_INFINITY) &&
    value > numberOf(rules["exclusiveMinimum"], Number.NEGATIVE_INFINITY) &&
    value < numberOf(rules["exclusiveMaximum"], Number.POSITIVE_INFINITY) &&
    (step === 0 || Number.isInteger(value / step))
  );
}

function obeysArray(value: readonly unknown[], rules: JsonObject, context: CheckContext): boolean {
  const { contains, uniqueItems } = rules;
  const [fixed, rest] = itemSchemas(rules);
  const fits = value.every((item, index) => obeys(item, fixed[index] ?? rest, context));
  if (!fits || !within(value.length, rules, ["minItems", "maxItems"])) return false;
  if (
    uniqueItems === true &&
    value.some((item, index) => value.slice(0, index).some((other) => sameJson(item, other)))
  ) {
    return false;
  }
  if (contains === undefined) return true;
  const found = value.filter((item) => obeys(item, contains, context)).length;
  return (
    found >= numberOf(rules["minContains"], 1) &&
    found <= numberOf(rules["maxContains"], Number.POSITIVE_INFINITY)
  );
}

/** The schemas of the first items, and that of the others; older drafts wrote the first in `items`. */
export function itemSchemas(rules: JsonObject): [fixed: readonly unknown[], rest: unknown] {
  const { items, prefixItems, additionalItems } = rules;
  if (Array.isArray(items)) return [items, additionalItems ?? true];
  return [asList(prefixItems), items ?? true];
}

function obeysObject(value: JsonObject, rules: JsonObject, context: CheckContext): boolean {
  const names = Object.keys(value);
  const { propertyNames, dependentSchemas } = rules;
  const present = (name: unknown): boolean => typeof name === "string" && Object.hasOwn(value, name);
  return (
    asList(rules["required"]).every(present) &&
    within(names.length, rules, ["minProperties", "maxProperties"]) &&
    names.every((name) =>
      memberSchemas(name, rules, context).every((schema) => obeys(value[name], schema, context)),
    ) &&
    (propertyNames === undefined || names.every((name) => obeys(name, propertyNames, context))) &&
    names.every((name) => asList(lookUp(asObject(rules["dependentRequired"]), name)).every(present)) &&
    names.every((name) => obeys(value, lookUp(asObject(dependentSchemas), name) ?? true, context))
  );
}

/** Every schema that speaks of a member: its own, those of fitting patterns, or that of all others. */
export function memberSchemas(name: string, rules: JsonObject, { budget }: CheckContext): readonly unknown[] {
  const own = asObject(rules["properties"]);
  const patterns = Object.entries(asObject(rules["patternProperties"]))
    .filter(([pattern]) => matchesSomewhere(parsePattern(pattern), name, budget))
    .map(([, schema]) => schema);
  const named = Object.hasOwn(own, name) ? [own[name], ...patterns] : patterns;
  return named.length > 0 ? named : [rules["additionalProperties"] ?? true];
}

function within(size: number, rules: JsonObject, [low, high]: [string, string]): boolean {
  return size >= numberOf(rules[low], 0) && size <= numberOf(rules[high], Number.POSITIVE_INFINITY);
}

export function numberOf(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}
