import type { RawDelta } from "../core/raw-delta.ts";
import type { JsonObject } from "../core/json.ts";
import type { EncodeInput, Wire } from "../core/wire.ts";
import { logprobsOfTokenIds } from "./logprobs.ts";
import { spellParameters } from "./parameters.ts";
import { numberAt, stringAt } from "./read.ts";
import { bareSchemaFormat } from "./response-format.ts";

/**
 * Bedrock's own text format: `prompt` and `max_gen_len` in, `generation` out. It is the only one that
 * imports from before 11 November 2025 take.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/invoke-imported-model.html
 */
export const bedrockCompletionWire: Wire = {
  name: "bedrock_completion",
  operation: "invoke",
  streamOperation: "invoke-with-response-stream",
  sendsPrompt: true,
  parameters: new Set(["max_tokens", "temperature", "top_p", "top_k", "stop", "logprobs", "response_format"]),
  encode,
  decode,
};

function encode({ request, prompt }: EncodeInput): JsonObject {
  const { parameters } = request;
  return {
    prompt,
    ...spellParameters(parameters, {
      maxTokens: "max_gen_len",
      temperature: "temperature",
      topP: "top_p",
      topK: "top_k",
      stop: "stop",
    }),
    ...(parameters.logprobs ? { return_logprobs: true } : {}),
    ...bareSchemaFormat(parameters.responseFormat),
    ...request.extra,
  };
}

/** The keys under which imports answer with plain text: AWS's, Qwen2's (`text`), and AWS's sample notebooks'. */
const textKeys = ["generation", "text", "output_text", "generated_text"] as const;

function decode(json: JsonObject): readonly RawDelta[] | undefined {
  const present = textKeys.filter((key) => key in json);
  if (present.length === 0) return undefined;
  const reason = stringAt(json, "stop_reason") ?? stringAt(json, "finish_reason");
  const text = present.map((key) => stringAt(json, key)).find((value) => value !== undefined && value !== "");
  if (text === undefined && reason === undefined && !present.some((key) => json[key] === ""))
    return undefined;
  const logprobs = logprobsOfTokenIds(json.logprobs);
  return [
    ...(text === undefined ? [] : [{ type: "text", choice: 0, text } as const]),
    ...(logprobs.length === 0 ? [] : [{ type: "logprobs", choice: 0, content: logprobs } as const]),
    ...usageOf(json),
    ...(reason === undefined ? [] : [{ type: "stop", choice: 0, reason } as const]),
  ];
}

/** In a stream `prompt_token_count` stands in the first chunk alone; the other grows with each chunk. */
function usageOf(json: JsonObject): readonly RawDelta[] {
  const promptTokens = numberAt(json, "prompt_token_count");
  const completionTokens = numberAt(json, "generation_token_count");
  if (promptTokens === undefined && completionTokens === undefined) return [];
  return [{ type: "usage", source: "body", promptTokens, completionTokens }];
}
