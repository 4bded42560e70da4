import { lookUp } from "../base/look-up.ts";
import type { Random } from "../base/random.ts";
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
  const known = typeof format === "string" ? lookUp(formats, format) : undefined;
  const words = known ?? composeWords(context, place);
  return fitLength(place.variant === 0 ? words : `${place.variant} ${words}`, rules);
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
  const range = rangeOf(rules);
  const step = numberOf(rules["multipleOf"], 0);
  const fits = (value: number): boolean =>
    isInside(value, range) &&
    (step === 0 || Number.isInteger(value / step)) &&
    (type === "number" || Number.isInteger(value));
  const said = toWords(subject).map(Number).find(fits);
  if (said !== undefined) return said;
  const unit = type === "integer" ? Math.max(1, step) : step;
  return unit > 0 ? composeMultiple(range, unit, random) : composeReal(range, random);
}

/** Bounds of a number; an open one is not itself allowed. */
interface NumberRange {
  readonly low: number;
  readonly lowOpen: boolean;
  readonly high: number;
  readonly highOpen: boolean;
}

function rangeOf(rules: JsonObject): NumberRange {
  const low = numberOf(rules["minimum"], Number.NEGATIVE_INFINITY);
  const lowLimit = numberOf(rules["exclusiveMinimum"], Number.NEGATIVE_INFINITY);
  const high = numberOf(rules["maximum"], Number.POSITIVE_INFINITY);
  const highLimit = numberOf(rules["exclusiveMaximum"], Number.POSITIVE_INFINITY);
  return {
    low: Math.max(low, lowLimit),
    lowOpen: lowLimit >= low,
    high: Math.min(high, highLimit),
    highOpen: highLimit <= high,
  };
}

function isInside(value: number, { low, lowOpen, high, highOpen }: NumberRange): boolean {
  return (lowOpen ? value > low : value >= low) && (highOpen ? value < high : value <= high);
}

/** How far a number may lie from the one bound that there is, in steps. */
const spread = 100;

function composeMultiple(
  { low, lowOpen, high, highOpen }: NumberRange,
  unit: number,
  random: Random,
): number {
  const first = Math.ceil(low / unit) + (lowOpen && Number.isInteger(low / unit) ? 1 : 0);
  const last = Math.floor(high / unit) - (highOpen && Number.isInteger(high / unit) ? 1 : 0);
  const from = Number.isFinite(first) ? first : Number.isFinite(last) ? last - spread : 1;
  const to = Number.isFinite(last) ? last : from + spread;
  return tidy(random.integer(from, to) * unit);
}

function composeReal({ low, high }: NumberRange, random: Random): number {
  const from = Number.isFinite(low) ? low : Number.isFinite(high) ? high - spread : 0;
  const to = Number.isFinite(high) ? high : from + spread;
  // Within the bounds, even where these are not allowed themselves.
  return tidy(from + ((to - from) * random.integer(1, 7)) / 8);
}

/** Without the dust of binary fractions: 3 × 0.1 is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
