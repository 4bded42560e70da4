import type { JsonObject } from "../prompt/json.ts";
import { asObject } from "../prompt/json.ts";
import {
  expected,
  malformed,
  readBoolean,
  readList,
  readNumber,
  readObject,
  readText,
} from "../prompt/malformed.ts";
import type { Constraint } from "../structured/constraint.ts";
import type { Parameters } from "./call.ts";

const mostChoices = 16;

/** The parameters that the OpenAI formats share; `max_tokens` is required by one of them. */
export function parseOpenAiParameters(body: JsonObject): Parameters {
  return {
    maxTokens:
      readNumber(body, "max_completion_tokens", { low: 1, integer: true }) ??
      readNumber(body, "max_tokens", { low: 1, integer: true }),
    stop: parseStop(body["stop"]),
    temperature: readNumber(body, "temperature", { low: 0, high: 2 }),
    topP: readNumber(body, "top_p", { low: 0, high: 1, above: true }),
    constraint: parseConstraint(body),
    choices: readNumber(body, "n", { low: 1, high: mostChoices, integer: true }) ?? 1,
    logprobs: undefined,
    promptLogprobs: readNumber(body, "prompt_logprobs", { low: 0, high: 20, integer: true }),
  };
}

export function parseStop(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  if (typeof value === "string") return value === "" ? [] : [value];
  const list = readList(value, "/stop");
  return list.map((item, index) => readText(item, `/stop/${index}`)).filter((text) => text !== "");
}

/**
 * `response_format` in both spellings (`json_schema` holds the bare schema on BedrockCompletion, and
 * `{ name, schema }` on the OpenAI formats), or AWS's `structured_outputs`.
 */
export function parseConstraint(body: JsonObject): Constraint | undefined {
  const structured = body["structured_outputs"];
  if (structured !== undefined && structured !== null)
    return parseStructured(readObject(structured, "/structured_outputs"));
  const format = body["response_format"];
  if (format === undefined || format === null) return undefined;
  const { type, json_schema: given } = readObject(format, "/response_format");
  if (type === "text") return undefined;
  if (type === "json_object") return { type: "json-object" };
  if (type !== "json_schema")
    throw malformed("/response_format/type", `${String(type)} is not a valid enum value`);
  return { type: "json", schema: toBareSchema(readObject(given, "/response_format/json_schema")) };
}

/** A wrapped schema is told by its `schema` member, which no schema has as a keyword. */
function toBareSchema(given: JsonObject): unknown {
  const wrapped = given["schema"] !== undefined && given["type"] === undefined;
  return wrapped ? given["schema"] : given;
}

function parseStructured(given: JsonObject): Constraint {
  const kinds = Object.keys(given).filter((name) => given[name] !== undefined && given[name] !== null);
  const [kind] = kinds;
  if (kinds.length !== 1 || kind === undefined) {
    throw malformed("/structured_outputs", "expected exactly one of json, regex, choice, grammar");
  }
  const value = given[kind];
  const path = `/structured_outputs/${kind}`;
  switch (kind) {
    case "json":
      return { type: "json", schema: typeof value === "string" ? parseSchemaText(value, path) : value };
    case "regex":
      return { type: "regex", pattern: readText(value, path) };
    case "choice":
      return {
        type: "choice",
        choices: readList(value, path).map((item, index) => readText(item, `${path}/${index}`)),
      };
    case "grammar":
      return { type: "grammar", grammar: readText(value, path) };
    default:
      throw malformed(path, "expected one of json, regex, choice, grammar");
  }
}

export function parseSchemaText(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw expected(path, "JSONObject", text);
  }
}

/** The `logprobs` of a chat body is a switch, with the number of alternatives beside it. */
export function parseChatLogprobs(body: JsonObject): number | undefined {
  if (!readBoolean(body, "logprobs")) return undefined;
  return readNumber(body, "top_logprobs", { low: 0, high: 20, integer: true }) ?? 0;
}

export function includesUsage(body: JsonObject): boolean {
  return asObject(body["stream_options"])["include_usage"] === true;
}
