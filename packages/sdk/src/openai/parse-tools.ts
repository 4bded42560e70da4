import type { ResponseFormat, ToolChoice, ToolDefinition } from "../core/chat.ts";
import { OutcropError } from "../core/errors.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "../core/json.ts";
import { listOf, objectOf, refuse, stringOf } from "./reader.ts";

/** Reads `tools`; null and absent are none. */
export function parseTools(value: JsonValue | undefined): readonly ToolDefinition[] {
  if (value === undefined || value === null) return [];
  return listOf(value, "tools").map((tool, index) =>
    parseTool(objectOf(tool, `tools[${index}]`), `tools[${index}]`),
  );
}

function parseTool(tool: JsonObject, path: string): ToolDefinition {
  if (tool.type !== undefined && tool.type !== "function") {
    return refuse(`${path}.type`, '"function" (Bedrock has no built-in tools)', tool.type);
  }
  const made = objectOf(tool.function, `${path}.function`);
  stringOf(made.name, `${path}.function.name`);
  // In the request's own order: the published templates print a tool's keys as they come.
  const members = Object.keys(made).flatMap((key) =>
    readMember(made, key as keyof ToolDefinition, `${path}.function`),
  );
  return Object.assign({}, ...members) as ToolDefinition;
}

/** One member of a function, if it is one that we know and it says something. */
function readMember(
  made: JsonObject,
  key: keyof ToolDefinition,
  path: string,
): readonly Partial<ToolDefinition>[] {
  const value = made[key];
  if (value === undefined || value === null) return [];
  switch (key) {
    case "name":
    case "description":
      return [{ [key]: stringOf(value, `${path}.${key}`) }];
    case "parameters":
      return [{ parameters: objectOf(value, `${path}.parameters`) }];
    case "strict":
      return [{ strict: value === true }];
    default:
      return [];
  }
}

/** Reads `tool_choice`. A named tool must be one of those offered. */
export function parseToolChoice(
  value: JsonValue | undefined,
  tools: readonly ToolDefinition[],
): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === "auto" || value === "none" || value === "required") return requireTools(value, tools);
  if (!isJsonObject(value)) return refuse("tool_choice", "auto, none, required or a named function", value);
  const made = isJsonObject(value.function) ? value.function : value;
  const name = stringOf(made.name, "tool_choice.function.name");
  if (tools.some((tool) => tool.name === name)) return { name };
  const offered = tools.map((tool) => tool.name).join(", ") || "none";
  throw new OutcropError(
    "invalid_request",
    `tool_choice names a function that tools does not offer (offered: ${offered})`,
    {
      param: "tool_choice.function.name",
    },
  );
}

function requireTools(choice: "auto" | "none" | "required", tools: readonly ToolDefinition[]): ToolChoice {
  if (choice !== "required" || tools.length > 0) return choice;
  throw new OutcropError("invalid_request", "tool_choice is required, but tools offers none", {
    param: "tool_choice",
  });
}

/** Reads `response_format`. */
export function parseResponseFormat(value: JsonValue | undefined): ResponseFormat | undefined {
  if (value === undefined || value === null) return undefined;
  const format = objectOf(value, "response_format");
  switch (format.type) {
    case "text":
    case "json_object":
      return { type: format.type };
    case "json_schema":
      return parseSchemaFormat(objectOf(format.json_schema, "response_format.json_schema"));
    default:
      return refuse("response_format.type", "text, json_object or json_schema", format.type);
  }
}

/** OpenAI's `{name, schema}`; AWS's bare schema is understood as well. */
function parseSchemaFormat(given: JsonObject): ResponseFormat {
  const bare = given.schema === undefined && ("type" in given || "properties" in given || "$ref" in given);
  const title = typeof given.title === "string" ? given.title : "response";
  return {
    type: "json_schema",
    name: bare ? title : stringOf(given.name ?? "response", "response_format.json_schema.name"),
    schema: bare ? given : objectOf(given.schema ?? {}, "response_format.json_schema.schema"),
    ...(typeof given.description === "string" && !bare ? { description: given.description } : {}),
    ...(typeof given.strict === "boolean" ? { strict: given.strict } : {}),
  };
}
