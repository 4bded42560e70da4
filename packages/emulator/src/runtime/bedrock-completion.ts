import type { ImportedModel, Model } from "../models/model.ts";
import type { JsonObject } from "../prompt/json.ts";
import { readBoolean, readNumber, readText } from "../prompt/malformed.ts";
import { parseRenderedPrompt } from "../prompt/rendered.ts";
import type { Prompt } from "../prompt/prompt.ts";
import { tokenCount } from "../text/answer.ts";
import type { Collected, FinishReason, Token } from "../text/answer.ts";
import type { AnswerEvent } from "../aws/answer-frames.ts";
import type { AnswerFacts, Parameters } from "./call.ts";
import { toBedrockLogprobs } from "./logprobs.ts";
import { toInvocationMetrics } from "./metrics.ts";
import { parseConstraint, parseStop } from "./parameters.ts";
import { withLast } from "./with-last.ts";

/** Meta's default of `max_gen_len` on Bedrock. */
const defaultLimit = 512;

export function parsePromptText(body: JsonObject, model: Model): Prompt {
  return parseRenderedPrompt(readText(body["prompt"], "/prompt"), model);
}

/**
 * The parameters of BedrockCompletion, or the native ones of an older import, which ignores everything
 * that its base model doesn't know: Mistral's are `max_tokens` and `stop`, Llama's `max_gen_len`.
 */
export function parseBedrockParameters(body: JsonObject, model: ImportedModel): Parameters {
  const mistral = model.older && model.dialect === "mistral";
  const limit = mistral ? "max_tokens" : "max_gen_len";
  const extended = model.extensions;
  return {
    maxTokens: readNumber(body, limit, { low: 1, integer: true }) ?? defaultLimit,
    stop: mistral || extended ? parseStop(body["stop"]) : [],
    temperature: readNumber(body, "temperature", { low: 0, high: 2 }),
    topP: readNumber(body, "top_p", { low: 0, high: 1 }),
    constraint: extended ? parseConstraint(body) : undefined,
    choices: 1,
    logprobs: extended && readBoolean(body, "return_logprobs") ? 1 : undefined,
    promptLogprobs: undefined,
  };
}

export function writeBedrockCompletion(answer: Collected, { call }: AnswerFacts): JsonObject {
  const model = call.model as ImportedModel;
  const stop_reason = toStopReason(answer.end.reason);
  if (model.answerShape === "outputs") return { outputs: [{ text: answer.text, stop_reason }] };
  const logprobs = call.parameters.logprobs === undefined ? null : toBedrockLogprobs(answer.tokens);
  return {
    [model.answerShape]: answer.text,
    prompt_token_count: answer.end.usage?.input ?? call.promptTokens,
    generation_token_count: answer.end.usage?.output ?? answer.count,
    stop_reason,
    ...(model.older ? {} : { logprobs }),
  };
}

/** Chunk by chunk: the prompt's count stands in the first one only, the metrics in the last. */
export async function* streamBedrockCompletion(
  tokens: AsyncIterable<Token>,
  facts: AnswerFacts,
): AsyncGenerator<AnswerEvent> {
  const model = facts.call.model as ImportedModel;
  let count = 0;
  let first = true;
  const toPayload = (text: string, stop_reason: string | null): JsonObject => {
    if (model.answerShape === "outputs") return { outputs: [{ text, stop_reason }] };
    const prompt_token_count = first ? facts.call.promptTokens : null;
    first = false;
    const logprobs =
      facts.call.parameters.logprobs === undefined ? {} : { logprobs: toBedrockLogprobs([text], count - 1) };
    return {
      [model.answerShape]: text,
      prompt_token_count,
      generation_token_count: count,
      stop_reason,
      ...logprobs,
    };
  };
  for await (const { token, end } of withLast(tokens)) {
    const text = token !== undefined && "text" in token ? token.text : "";
    count += token === undefined ? 0 : tokenCount(token);
    const payload = toPayload(text, end === undefined ? null : toStopReason(end.reason));
    const metrics =
      end === undefined ? {} : toInvocationMetrics(facts, end.usage?.output ?? count, end.usage?.input);
    yield { type: "chunk", payload: { ...payload, ...metrics } };
  }
}

function toStopReason(reason: FinishReason): string {
  return reason === "stop_sequence" || reason === "tool_calls" ? "stop" : reason;
}
