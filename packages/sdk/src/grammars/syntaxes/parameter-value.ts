import { type JsonValue, isJsonObject, parseJson } from "../../core/json.ts";
import { toJsonOfPython } from "./python-literal.ts";

/** Makes JSON of a value that stands as bare text between tags. */
export interface ParameterValue {
  /** What of the JSON text is certain by now; may be empty. */
  push(piece: string): string;
  end(): string;
}

/**
 * A value of the parameter `key`, typed by the tool's JSON schema: a string streams, anything else is read
 * when it is whole. What does not fit its type stays a string. Where the schema is silent, a JSON number,
 * boolean, null, object or array is one, and everything else a string. One newline at each end is layout.
 */
export function createParameterValue(schema: unknown, key: string): ParameterValue {
  const types = typesOf(propertyOf(schema, key));
  return types?.length === 1 && types[0] === "string" ? createStringValue() : createTypedValue(types);
}

function createStringValue(): ParameterValue {
  let hasBegun = false;
  let held = "";

  return {
    push(piece) {
      const opening = hasBegun ? "" : '"';
      const text = hasBegun ? held + piece : piece.replace(/^\n/, "");
      hasBegun = true;
      const end = /[\n\uD800-\uDBFF]$/.test(text) ? text.length - 1 : text.length;
      held = text.slice(end);
      return opening + escaped(text.slice(0, end));
    },
    end: () => `${hasBegun ? "" : '"'}${escaped(held.replace(/\n$/, ""))}"`,
  };
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function createTypedValue(types: readonly string[] | undefined): ParameterValue {
  let text = "";
  return {
    push(piece) {
      text += piece;
      return "";
    },
    end: () => toJsonText(text.replace(/^\n/, "").replace(/\n$/, ""), types),
  };
}

function toJsonText(text: string, types: readonly string[] | undefined): string {
  const candidates = [text.trim(), ...(types ? [toJsonOfPython(text.trim())] : [])];
  const literal = candidates.find((candidate) => fits(parseJson(candidate), types));
  return literal ?? JSON.stringify(text);
}

function fits(value: JsonValue | undefined, types: readonly string[] | undefined): boolean {
  if (value === undefined || typeof value === "string") return false;
  return types === undefined || types.includes(typeOf(value));
}

/** The name that JSON schema has for a value's type. */
function typeOf(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
}

function propertyOf(schema: unknown, key: string): unknown {
  const properties = isJsonObject(schema) ? schema["properties"] : undefined;
  return isJsonObject(properties) ? properties[key] : undefined;
}

/** The types that a schema allows, or undefined where it does not say. */
function typesOf(schema: unknown): readonly string[] | undefined {
  if (!isJsonObject(schema)) return undefined;
  const { type, anyOf, oneOf } = schema;
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return united(choices.map(typesOf));
  const named = Array.isArray(type) ? type : [type];
  return united(
    named.map((name) => (typeof name === "string" ? [name === "integer" ? "number" : name] : undefined)),
  );
}

/** All types of all choices; undefined if one of them is unknown. */
function united(choices: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  return choices.includes(undefined) ? undefined : [...new Set(choices.flatMap((types) => types ?? []))];
}
