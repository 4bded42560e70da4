import type { JsonObject } from "../prompt/json.ts";
import { toQuote, toTopics, toWords } from "../text/words.ts";
import { numberOf } from "./check-schema.ts";
import type { ComposeContext, Place } from "./compose.ts";
import { composeFromPattern } from "./compose-pattern.ts";

/** Formats of JSON Schema that a string can be asked to have. */
const formats: Readonly<Record<string, string>> = {
  date: "2026-01-15",
  "date-time": "2026-01-15T09:30:00Z",
  time: "09:30:00Z",
  duration: "PT30M",
  email: "ada@example.com",
  "idn-email": "ada@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uri: "https://example.com/a",
  "uri-reference": "/a",
  uuid: "1f0c2a4e-7b5d-4c3a-9e21-5d8f6a7b9c01",
  "json-pointer": "/a",
  regex: "a+",
};

/** Names of members that want a name out of the user's words, and those that want all of them. */
const properNames = /city|location|place|country|name|person|author|title|brand|destination|origin|address/i;
const wholeTexts =
  /query|question|text|prompt|message|input|expression|content|code|description|reason|summary/i;

export function composeString(rules: JsonObject, context: ComposeContext, place: Place): string {
  const { pattern, format } = rules;
  if (typeof pattern === "string") return composeFromPattern(pattern, context.random, context.budget);
  const known = typeof format === "string" ? formats[format] : undefined;
  return fitLength(known ?? composeWords(context, place), rules);
}

function composeWords({ subject, random }: ComposeContext, { name }: Place): string {
  if (wholeTexts.test(name) && subject.trim() !== "") return toQuote(subject, 80);
  const topics = toTopics(subject, 8);
  const proper = properNames.test(name) ? findName(subject) : undefined;
  return proper ?? topics[random.integer(0, Math.max(0, topics.length - 1))] ?? "example";
}

/** What follows "in", "at" or "for", or a word with a capital that begins no sentence. */
function findName(subject: string): string | undefined {
  const after =
    /\b(?:in|at|for|from|to|of)\s+((?:\p{Lu}[\p{L}\p{M}'’-]*)(?:\s+\p{Lu}[\p{L}\p{M}'’-]*)*)/u.exec(subject);
  const capital = /[^.!?\s"]\s+["“]?(\p{Lu}[\p{L}\p{M}'’-]+)/u.exec(subject);
  return after?.[1] ?? capital?.[1];
}

/** Cuts or fills a text to the length that the schema wants, counted in characters. */
function fitLength(text: string, rules: JsonObject): string {
  const least = Math.min(numberOf(rules["minLength"], 0), 100_000);
  const most = numberOf(rules["maxLength"], Number.POSITIVE_INFINITY);
  const filler = Array.from(text === "" ? "example" : text);
  const characters = Array.from(text);
  while (characters.length < least) characters.push(filler[characters.length % filler.length] ?? "x");
  return characters.slice(0, most).join("");
}

export function composeNumber(
  rules: JsonObject,
  { subject, random }: ComposeContext,
  type: "integer" | "number",
): number {
  const step = numberOf(rules["multipleOf"], 0);
  const whole = type === "integer" || Number.isInteger(step);
  const unit = step > 0 ? (whole && !Number.isInteger(step) ? 1 : step) : whole ? 1 : 0.5;
  const [low, high] = boundsOf(rules, unit);
  const said = toWords(subject)
    .map(Number)
    .find((number) => number >= low && number <= high && number % unit === 0);
  return said ?? toNumber(random.integer(Math.ceil(low / unit - 1e-9), Math.floor(high / unit + 1e-9)), unit);
}

/** Multiplies without the dust of binary fractions: 3 × 0.1 is 0.3. */
function toNumber(count: number, unit: number): number {
  return Number((count * unit).toPrecision(12));
}

/** Inclusive bounds; where only one is given, the other lies a little way off. */
function boundsOf(rules: JsonObject, unit: number): [low: number, high: number] {
  const nudge = (keyword: string, sign: number): number => {
    const limit = rules[keyword];
    return typeof limit === "number" ? limit + sign * unit : sign * Number.NEGATIVE_INFINITY;
  };
  const low = Math.max(numberOf(rules["minimum"], Number.NEGATIVE_INFINITY), nudge("exclusiveMinimum", 1));
  const high = Math.min(numberOf(rules["maximum"], Number.POSITIVE_INFINITY), nudge("exclusiveMaximum", -1));
  const spread = 100 * unit;
  if (Number.isFinite(low)) return [low, Number.isFinite(high) ? high : low + spread];
  return Number.isFinite(high) ? [high - spread, high] : [unit, spread];
}
