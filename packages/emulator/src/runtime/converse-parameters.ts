import { constraintError, invalid } from "../aws/failure.ts";
import type { Model } from "../models/model.ts";
import { asList, asObject, asText } from "../prompt/json.ts";
import type { JsonObject } from "../prompt/json.ts";
import type { Constraint } from "../structured/constraint.ts";
import type { Parameters } from "./call.ts";
import { parseSchemaText } from "./parameters.ts";

/** What Kimi generates at most when nobody says: often the reasoning alone. */
const kimiDefault = 4096;

/** Reads `inferenceConfig` and `outputConfig`. Throws a ValidationException with AWS's text. */
export function parseConverseParameters(body: JsonObject, model: Model): Parameters {
  const inference = asObject(body["inferenceConfig"]);
  const stop = asList(inference["stopSequences"]).map(asText);
  if (stop.length > 0 && model.dialect === "kimi") {
    throw invalid("This model doesn't support the stopSequences field. Remove stopSequences and try again.");
  }
  const maxTokens = readRange(inference, "maxTokens", [1, Number.POSITIVE_INFINITY]);
  return {
    maxTokens: maxTokens ?? (model.dialect === "kimi" ? kimiDefault : undefined),
    stop,
    temperature: readRange(inference, "temperature", [0, 1]),
    topP: readRange(inference, "topP", [0, 1]),
    constraint: parseOutputConfig(body["outputConfig"]),
    choices: 1,
    logprobs: undefined,
    promptLogprobs: undefined,
  };
}

function readRange(inference: JsonObject, name: string, [low, high]: [number, number]): number | undefined {
  const value = inference[name] ?? undefined;
  if (value === undefined) return undefined;
  const complain = (rule: string): Error => constraintError(value, `inferenceConfig.${name}`, rule);
  if (typeof value !== "number") throw complain("Member must be a number");
  if (value < low) throw complain(`Member must have value greater than or equal to ${low}`);
  if (value > high) throw complain(`Member must have value less than or equal to ${high}`);
  return value;
}

function parseOutputConfig(value: unknown): Constraint | undefined {
  const format = asObject(asObject(value)["textFormat"]);
  if (format["type"] !== "json_schema") return undefined;
  const { schema } = asObject(asObject(format["structure"])["jsonSchema"]);
  return {
    type: "json",
    schema: parseSchemaText(asText(schema), "/outputConfig/textFormat/structure/jsonSchema/schema"),
  };
}
