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
  const text = textIn(json);
  if (text === undefined) return undefined;
  const reason = stringAt(json, "stop_reason") ?? stringAt(json, "finish_reason");
  if (text === null && reason === undefined) return undefined;
  const deltas: RawDelta[] = [];
  if (text) deltas.push({ type: "text", choice: 0, text });
  const logprobs = logprobsOfTokenIds(json.logprobs);
  if (logprobs.length > 0) deltas.push({ type: "logprobs", choice: 0, content: logprobs });
  pushUsage(json, deltas);
  if (reason !== undefined) deltas.push({ type: "stop", choice: 0, reason });
  return deltas;
}

/** The first text that isn't empty; null where a key of text holds something else; `undefined` where there is none. */
function textIn(json: JsonObject): string | null | undefined {
  let found: "" | null | undefined;
  for (const key of textKeys) {
    const value = json[key];
    if (value === undefined) continue;
    if (typeof value === "string" && value !== "") return value;
    if (value === "") found = "";
    else found ??= null;
  }
  return found;
}

/** In a stream `prompt_token_count` stands in the first chunk alone; the other grows with each chunk. */
function pushUsage(json: JsonObject, into: RawDelta[]): void {
  const promptTokens = numberAt(json, "prompt_token_count");
  const completionTokens = numberAt(json, "generation_token_count");
  if (promptTokens === undefined && completionTokens === undefined) return;
  into.push({ type: "usage", source: "body", promptTokens, completionTokens });
}
