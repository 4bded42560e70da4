import { type JsonObject, type JsonValue, OutcropError, isJsonObject } from "@outcrop/sdk";

/** A value of a request's body together with where it stands, such as `messages[3].content`. */
export interface Field {
  readonly path: string;
  readonly value: JsonValue | undefined;
}

/** Picks a member of an object by its name. */
export type Members = (name: string) => Field;

/** Bounds of a number, both included. */
export interface NumberRange {
  readonly least: number;
  readonly most?: number;
  readonly whole?: boolean;
}

/** The members of a request's body. */
export function membersOfBody(body: JsonObject): Members {
  return (name) => ({ path: name, value: body[name] });
}

/** Raises the 400 for a field that has the wrong form. */
export function refuse(field: Field, expected: string): never {
  throw new OutcropError("invalid_request", `${field.path} must be ${expected}, not ${kindOf(field.value)}`, {
    param: field.path,
  });
}

/** Raises the 400 for what the API has and models on Bedrock have not; the reason says what to do instead. */
export function refuseUnsupported(field: Field, reason: string): never {
  throw new OutcropError("unsupported_parameter", `${field.path}: ${reason}`, { param: field.path });
}

/** Whether a field is there; null counts as absent, as in the APIs themselves. */
export function isGiven({ value }: Field): boolean {
  return value !== undefined && value !== null;
}

/** Reads a field that may be absent or null. */
export function optional<T>(field: Field, read: (field: Field) => T): T | undefined {
  return isGiven(field) ? read(field) : undefined;
}

/** The members of an object, or the 400 for what is none. */
export function membersOf(field: Field): Members {
  const object = objectOf(field);
  return (name) => ({ path: `${field.path}.${name}`, value: object[name] });
}

export function objectOf(field: Field): JsonObject {
  return isJsonObject(field.value) ? field.value : refuse(field, "an object");
}

/** The entries of a list, or the 400 for what is none. */
export function entriesOf(field: Field, expected = "a list"): readonly Field[] {
  const { path, value } = field;
  if (!Array.isArray(value)) return refuse(field, expected);
  return (value as readonly JsonValue[]).map((entry, index) => ({ path: `${path}[${index}]`, value: entry }));
}

export function stringOf(field: Field): string {
  return typeof field.value === "string" ? field.value : refuse(field, "a string");
}

export function booleanOf(field: Field): boolean {
  return typeof field.value === "boolean" ? field.value : refuse(field, "true or false");
}

/** A reader of numbers within bounds. */
export function numberIn({ least, most = Infinity, whole = false }: NumberRange): (field: Field) => number {
  const kind = whole ? "a whole number" : "a number";
  const bounds = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  return (field) => {
    const { value } = field;
    const fits =
      typeof value === "number" && value >= least && value <= most && (!whole || Number.isInteger(value));
    return fits ? value : refuse(field, `${kind} ${bounds}`);
  };
}

/** What a table has for a field's word, or the 400 that lists the words it knows. */
export function choose<T>(field: Field, table: Readonly<Record<string, T>>): T {
  const { value } = field;
  if (typeof value === "string" && Object.hasOwn(table, value)) return table[value] as T;
  return refuse(field, oneOf(Object.keys(table)));
}

/** A list of strings that are not empty; an empty list asks for nothing. */
export function stopSequencesOf(field: Field): readonly string[] | undefined {
  const sequences = entriesOf(field).map(
    (entry) => stringOf(entry) || refuse(entry, "a string that is not empty"),
  );
  return sequences.length === 0 ? undefined : sequences;
}

/** A copy without the members that are absent. */
export function withoutAbsent<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}

function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** What a value is, in words that never repeat a caller's text. */
function kindOf(value: JsonValue | undefined): string {
  if (value === null) return "null";
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "that string" : `${typeof value} ${value}`;
}
