import type { ChatParameters } from "../core/chat.ts";
import type { JsonObject } from "../core/json.ts";
import type { EncodeInput, Wire } from "../core/wire.ts";
import { decodeChoices } from "./openai-choices.ts";
import { spellParameters } from "./parameters.ts";
import { namedSchemaFormat } from "./response-format.ts";

/**
 * OpenAI's older text format, for imports from 11 November 2025 on: `prompt` and `max_tokens` in,
 * `choices[].text` out. Without `max_tokens` AWS reads the body as BedrockCompletion; its answer is
 * understood all the same.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/custom-model-import-advanced-features.html
 */
export const openaiCompletionWire: Wire = {
  name: "openai_completion",
  operation: "invoke",
  streamOperation: "invoke-with-response-stream",
  sendsPrompt: true,
  parameters: new Set([
    "max_tokens",
    "temperature",
    "top_p",
    "top_k",
    "stop",
    "seed",
    "n",
    "logprobs",
    "top_logprobs",
    "frequency_penalty",
    "presence_penalty",
    "logit_bias",
    "response_format",
  ]),
  encode: ({ request, prompt }: EncodeInput): JsonObject => ({
    prompt,
    ...spellParameters(request.parameters, {
      maxTokens: "max_tokens",
      temperature: "temperature",
      topP: "top_p",
      topK: "top_k",
      stop: "stop",
      seed: "seed",
      n: "n",
      frequencyPenalty: "frequency_penalty",
      presencePenalty: "presence_penalty",
      logitBias: "logit_bias",
    }),
    ...countedLogprobs(request.parameters),
    ...namedSchemaFormat(request.parameters.responseFormat),
    ...request.extra,
  }),
  decode: decodeChoices,
};

/** In this format `logprobs` is a number: how many alternatives a token. */
function countedLogprobs({ logprobs, topLogprobs }: ChatParameters): JsonObject {
  return logprobs ? { logprobs: topLogprobs ?? 1 } : {};
}
