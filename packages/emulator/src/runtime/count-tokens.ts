import { invalid } from "../aws/failure.ts";
import type { Operation } from "../aws/operations.ts";
import type { Model } from "../models/model.ts";
import { asObject, asText, isObject } from "../prompt/json.ts";
import type { JsonObject } from "../prompt/json.ts";
import { chooseFormat } from "./formats.ts";
import { parseInvokeBody, readConverse, toInvokeCall } from "./read-call.ts";

/** CountTokens: the tokens that the request inside would be charged for. Imported models refuse it. */
export function countCallTokens(
  body: JsonObject,
  operation: Operation,
  model: Model,
): { inputTokens: number } {
  if (!model.countTokens) throw invalid("The provided model doesn't support counting tokens.");
  const input = asObject(body["input"]);
  if (isObject(input["converse"])) {
    return { inputTokens: readConverse(input["converse"], operation, model).promptTokens };
  }
  if (!isObject(input["invokeModel"])) throw invalid("The input field must have invokeModel or converse.");
  const inner = parseInvokeBody(Buffer.from(asText(input["invokeModel"]["body"]), "base64"));
  const format = chooseFormat(inner, model, "BedrockCompletion");
  return { inputTokens: toInvokeCall(inner, operation, { model, format }).promptTokens };
}
