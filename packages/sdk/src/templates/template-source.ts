import { OutcropError } from "../core/errors.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";
import { isJsonObject, parseJson } from "../core/json.ts";

/** Jinja templates from outside, with what they need to know of their tokenizer. */
export interface TemplateSource {
  /** Where they came from, for error messages. */
  readonly name: string;
  /** Jinja text by name. A single template is `default`; `tool_use` is taken when tools are offered. */
  readonly texts: ReadonlyMap<string, string>;
  /** Empty where it is not known. */
  readonly bosToken: string;
  /** Empty where it is not known. */
  readonly eosToken: string;
}

/** What a `tokenizer_config.json` or `chat_template.json` says of templates; no texts when it has none. */
export function parseTokenizerConfig(json: string, name: string): TemplateSource {
  const config = parseJson(json);
  if (!isJsonObject(config)) throw templateError(name, "it is not a JSON object");
  return {
    name,
    texts: parseTexts(config["chat_template"], name),
    bosToken: parseToken(config, "bos_token"),
    eosToken: parseToken(config, "eos_token"),
  };
}

function parseTexts(value: JsonValue | undefined, name: string): ReadonlyMap<string, string> {
  if (value === undefined || value === null) return new Map();
  if (typeof value === "string") return new Map([["default", value]]);
  if (!Array.isArray(value)) throw templateError(name, "its chat_template is neither a text nor a list");
  return new Map(value.map((entry) => parseNamedText(entry, name)));
}

function parseNamedText(entry: JsonValue, name: string): [string, string] {
  if (isJsonObject(entry) && typeof entry["name"] === "string" && typeof entry["template"] === "string") {
    return [entry["name"], entry["template"]];
  }
  throw templateError(name, "an entry of its chat_template list has no name and template");
}

/** A token is a text, or an object with its text as `content`. */
function parseToken(config: JsonObject, key: string): string {
  const value = config[key];
  const text = isJsonObject(value) ? value["content"] : value;
  return typeof text === "string" ? text : "";
}

/** A `chat_template` that can't be used. */
export function templateError(name: string, reason: string, cause?: unknown): OutcropError {
  return new OutcropError("invalid_request", `The chat template ${name} can't be used: ${reason}`, {
    param: "chat_template",
    cause,
  });
}
