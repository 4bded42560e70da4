import { type OutcropClient, createClient } from "./client/create-client.ts";
import type { CompletionFunction } from "./client/completion-params.ts";
import { createCompletionFunction } from "./client/run-completion.ts";

/** One client for every call that brings no transport of its own. */
let shared: OutcropClient | undefined;

/**
 * One chat completion from a model on Bedrock, in OpenAI's shape.
 *
 * `model` is `bedrock/{route}/{ARN}` (routes `deepseek_r1`, `llama`, `qwen3`, `qwen2`, `openai`, `mistral`,
 * `gpt_oss`, `converse`), `bedrock/{ARN}` or `bedrock/{model id}`. All other parameters are OpenAI's, or
 * LiteLLM's `aws_*` settings; what OpenAI does not know goes to the model as it is. AWS's environment
 * variables are read at the time of the call.
 *
 * @returns a promise of the whole answer; with `stream: true` a stream of chunks, which can be iterated at
 * once or awaited first.
 * @throws OutcropError with a `code` of the error table, the HTTP `status` that fits it, and AWS's request id.
 *
 * @example
 * ```ts
 * const response = await completion({
 *   model: "bedrock/qwen3/arn:aws:bedrock:us-east-1:086734376398:imported-model/your-qwen3-model",
 *   messages: [{ role: "user", content: "Tell me a joke" }],
 *   max_tokens: 100,
 *   temperature: 0.7,
 * });
 * console.log(response.choices[0]?.message.content);
 * ```
 */
export const completion: CompletionFunction = createCompletionFunction(({ fetch, transport }) => {
  if (fetch || transport) return createClient({ fetch, transport });
  shared ??= createClient();
  return shared;
});
