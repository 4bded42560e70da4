import type { ResponseFormat } from "../core/chat.ts";
import type { JsonObject } from "../core/json.ts";

/** `response_format` as BedrockCompletion takes it: the bare schema under `json_schema`. */
export function bareSchemaFormat(format: ResponseFormat | undefined): JsonObject {
  if (format === undefined || format.type === "text") return {};
  if (format.type === "json_object") return { response_format: { type: "json_object" } };
  return { response_format: { type: "json_schema", json_schema: format.schema } };
}

/** `response_format` as OpenAI's formats take it: `{name, schema}` under `json_schema`. */
export function namedSchemaFormat(format: ResponseFormat | undefined): JsonObject {
  if (format === undefined || format.type === "text") return {};
  if (format.type === "json_object") return { response_format: { type: "json_object" } };
  const { name, schema, description, strict } = format;
  return { response_format: { type: "json_schema", json_schema: { name, description, schema, strict } } };
}

/**
 * `outputConfig` as Converse takes it, the schema as JSON text. Converse knows no plain JSON mode, so
 * `json_object` is the schema of any object.
 */
export function converseOutputConfig(format: ResponseFormat | undefined): JsonObject {
  if (format === undefined || format.type === "text") return {};
  const schema = format.type === "json_schema" ? format.schema : { type: "object" };
  const name = format.type === "json_schema" ? format.name : "object";
  const description = format.type === "json_schema" ? format.description : undefined;
  const jsonSchema = { schema: JSON.stringify(schema), name, description };
  return { outputConfig: { textFormat: { type: "json_schema", structure: { jsonSchema } } } };
}
