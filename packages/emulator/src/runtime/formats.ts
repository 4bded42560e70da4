import { invalid } from "../aws/failure.ts";
import type { AwsFailure } from "../aws/failure.ts";
import type { BodyFormat } from "../models/architectures.ts";
import type { Model } from "../models/model.ts";
import type { JsonObject } from "../prompt/json.ts";
import { malformed } from "../prompt/malformed.ts";

/** What a `prompt` with both `max_gen_len` and `max_tokens` is: not documented. */
export type BothLimits = "BedrockCompletion" | "reject";

/** AWS's inner names of the formats, as its error texts show them. */
const requestNames: Readonly<Record<BodyFormat, string>> = {
  OpenAIChatCompletion: "ChatCompletionRequest",
  BedrockCompletion: "BedrockMetaCompletionRequest",
  OpenAICompletion: "CompletionRequest",
};

/**
 * The format of an InvokeModel body: only its shape decides. Throws a ValidationException when it has
 * none, or one that the model doesn't take.
 */
export function chooseFormat(body: JsonObject, model: Model, bothLimits: BothLimits): BodyFormat {
  const format = formatOf(body, model, bothLimits);
  if (format === undefined) throw refusal("The request body fits no request format.", model);
  if (!model.formats.includes(format)) {
    throw refusal(`This model doesn't accept ${requestNames[format]}.`, model);
  }
  if (format === "OpenAIChatCompletion" && !model.chatTemplate) {
    throw invalid("The model has no chat template, so messages can't be used: prompt must be provided.");
  }
  return format;
}

function formatOf(body: JsonObject, model: Model, bothLimits: BothLimits): BodyFormat | undefined {
  if (body["messages"] !== undefined) return "OpenAIChatCompletion";
  if (body["prompt"] === undefined) return undefined;
  // An import from before the cut-off knows its base model's parameters only, and ignores all others.
  if (model.kind === "imported" && model.older) return "BedrockCompletion";
  if (body["max_tokens"] === undefined) return "BedrockCompletion";
  if (body["max_gen_len"] === undefined) return "OpenAICompletion";
  if (bothLimits === "reject") throw malformed("", "max_gen_len and max_tokens exclude each other");
  return bothLimits;
}

function refusal(complaint: string, model: Model): AwsFailure {
  const names = model.formats.map((format) => requestNames[format]);
  return invalid(`${complaint} Available for this model: ${names.join(", ")}`);
}
