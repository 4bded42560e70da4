import { lookUp } from "../base/look-up.ts";
import type { Random } from "../base/random.ts";
import { asList, asObject } from "../prompt/json.ts";
import type { JsonObject } from "../prompt/json.ts";
import { obeys, itemSchemas, memberSchemas, numberOf } from "./check-schema.ts";
import { composeFromPattern } from "./compose-pattern.ts";
import { composeNumber, composeString } from "./compose-scalar.ts";
import { ConstraintError, fullBudget, spend } from "./constraint-error.ts";
import type { Budget } from "./constraint-error.ts";
import { flattenSchema } from "./merge-schema.ts";
import { sameJson, toSchema, typesOf } from "./schema.ts";
import type { Schema } from "./schema.ts";

export interface ComposeOptions {
  /** What the user says: values quote it where they can. */
  readonly subject: string;
  readonly random: Random;
  /** Leave out members that are not required. */
  readonly onlyRequired?: boolean;
}

export interface ComposeContext extends ComposeOptions {
  readonly root: Schema;
  readonly budget: Budget;
}

const attempts = 60;
/** Below this depth only what is required is made, so that a recursive schema comes to an end. */
const generousDepth = 4;
const mostDepth = 40;

/**
 * A value that obeys the schema: candidates are made and checked until one holds. Throws a
 * {@link ConstraintError} when the schema is wrong, too complex, or nothing was found.
 */
export function composeInstance(schema: unknown, options: ComposeOptions): unknown {
  const root = toSchema(schema);
  const context = { ...options, root, budget: { steps: fullBudget } };
  for (let attempt = 0; attempt < attempts; attempt++) {
    const value = compose(root, context, { name: "", depth: 0, variant: 0 });
    if (value !== nothing && obeys(value, root, context)) return value;
  }
  throw new ConstraintError("no value was found that obeys the schema");
}

/** Where in the value a part stands. */
export interface Place {
  /** The name of the member, whose words suggest a value. */
  readonly name: string;
  readonly depth: number;
  /** Above 0 where a value must differ from those before it. */
  readonly variant: number;
}

/** No value is possible here. */
const nothing = Symbol("nothing");

function compose(schema: unknown, context: ComposeContext, place: Place): unknown {
  spend(context.budget);
  if (place.depth > mostDepth) throw new ConstraintError("the schema nests too deep");
  const rules = flattenSchema(toSchema(schema), context);
  if (rules === false) return nothing;
  if (rules === true) return composeString({}, context, place);
  if ("const" in rules) return rules["const"];
  if (rules["enum"] !== undefined) return composeChoice(asList(rules["enum"]), context);
  const types = typesOf(rules).filter((type) => type !== "null");
  const type = types[context.random.integer(0, Math.max(0, types.length - 1))] ?? "null";
  switch (type) {
    case "null":
      return null;
    case "boolean":
      return context.random.next() < 0.5;
    case "integer":
    case "number":
      return composeNumber(rules, context, type);
    case "string":
      return composeString(rules, context, place);
    case "array":
      return composeArray(rules, context, place);
    case "object":
      return composeObject(rules, context, place);
  }
}

/** One that the user mentions, if any. */
function composeChoice(choices: readonly unknown[], { subject, random }: ComposeContext): unknown {
  const said = subject.toLowerCase();
  const mentioned = choices.find(
    (choice) => typeof choice === "string" && said.includes(choice.toLowerCase()),
  );
  if (mentioned !== undefined) return mentioned;
  return choices.length === 0 ? nothing : choices[random.integer(0, choices.length - 1)];
}

function composeArray(rules: JsonObject, context: ComposeContext, place: Place): unknown {
  const [fixed, rest] = itemSchemas(rules);
  const contained = rules["contains"] === undefined ? 0 : numberOf(rules["minContains"], 1);
  const free = fixed.length + contained;
  const least = Math.max(numberOf(rules["minItems"], 0), contained > 0 ? free : 0);
  const usual = place.depth >= generousDepth ? least : Math.max(least, free, context.random.integer(1, 2));
  const size = Math.min(usual, numberOf(rules["maxItems"], usual));
  const unique = rules["uniqueItems"] === true;
  const items: unknown[] = [];
  for (let index = 0; index < size; index++) {
    const schema = fixed[index] ?? (index < free ? { allOf: [rules["contains"], rest] } : rest);
    const item = composeItem(schema, { items, unique }, { context, place });
    if (item === nothing) break;
    items.push(item);
  }
  return items;
}

/** An item that differs from the others where it must; after some tries, whatever came. */
function composeItem(
  schema: unknown,
  { items, unique }: { items: readonly unknown[]; unique: boolean },
  { context, place }: { context: ComposeContext; place: Place },
): unknown {
  let item: unknown;
  for (let attempt = 0; attempt < attempts; attempt++) {
    // The user's words give the same value again and again: only the first try quotes them.
    const words = attempt === 0 ? context : { ...context, subject: "" };
    item = compose(schema, words, { name: place.name, depth: place.depth + 1, variant: attempt });
    if (!unique || !items.some((other) => sameJson(other, item))) return item;
  }
  return item;
}

function composeObject(given: JsonObject, context: ComposeContext, place: Place): unknown {
  const rules = withDependents(given, context, place);
  const members = new Map<string, unknown>();
  const add = (name: string): void => {
    const member = composeMember(name, rules, { context, place });
    if (member !== nothing) members.set(name, member);
  };
  for (const name of memberNames(rules, context, place)) add(name);
  const least = numberOf(rules["minProperties"], 0);
  for (let extra = 1; members.size < least && extra <= least * 4; extra++)
    add(composeName(rules, context, extra));
  return Object.fromEntries(members);
}

/** Adds what `dependentSchemas` asks for when the chosen members are there. */
function withDependents(rules: JsonObject, context: ComposeContext, place: Place): JsonObject {
  const { dependentSchemas, ...own } = rules;
  const names = memberNames(rules, context, place);
  const asked = names.flatMap((name) => lookUp(asObject(dependentSchemas), name) ?? []);
  const flat = asked.length === 0 ? own : flattenSchema({ allOf: [own, ...asked] }, context);
  return asObject(flat);
}

function composeMember(
  name: string,
  rules: JsonObject,
  { context, place }: { context: ComposeContext; place: Place },
): unknown {
  const schemas = memberSchemas(name, rules, context);
  return compose(schemas.length === 1 ? schemas[0] : { allOf: schemas }, context, {
    name,
    depth: place.depth + 1,
    variant: 0,
  });
}

function memberNames(rules: JsonObject, context: ComposeContext, place: Place): readonly string[] {
  const required = asList(rules["required"]).filter((name) => typeof name === "string");
  const optional = Object.keys(asObject(rules["properties"])).filter((name) => !required.includes(name));
  const lean = place.depth >= generousDepth || (context.onlyRequired === true && required.length > 0);
  const chosen = lean ? required : [...Object.keys(asObject(rules["properties"])), ...required];
  const most = numberOf(rules["maxProperties"], Number.POSITIVE_INFINITY);
  const kept = new Set(chosen);
  for (const name of optional.toReversed()) if (kept.size > most) kept.delete(name);
  const dependent = [...kept].flatMap((name) => asList(lookUp(asObject(rules["dependentRequired"]), name)));
  return [...new Set([...kept, ...dependent.filter((name) => typeof name === "string")])];
}

/** A name for a further member, as `patternProperties` or `propertyNames` want it. */
function composeName(rules: JsonObject, context: ComposeContext, extra: number): string {
  const [pattern] = Object.keys(asObject(rules["patternProperties"]));
  const { propertyNames } = rules;
  if (pattern !== undefined) return composeFromPattern(pattern, context.random, context.budget);
  const name =
    propertyNames === undefined
      ? ""
      : compose({ type: "string", allOf: [propertyNames] }, context, { name: "", depth: 0, variant: 0 });
  return typeof name === "string" && name !== "" ? name : `member${extra}`;
}
