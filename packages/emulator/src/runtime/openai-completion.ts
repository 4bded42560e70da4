import type { JsonObject } from "../prompt/json.ts";
import { readNumber } from "../prompt/malformed.ts";
import { tokenCount } from "../text/answer.ts";
import type { Collected, Token } from "../text/answer.ts";
import type { AnswerEvent } from "../aws/answer-frames.ts";
import type { AnswerFacts, Parameters } from "./call.ts";
import { toCompletionLogprobs, toPromptLogprobs } from "./logprobs.ts";
import { toInvocationMetrics } from "./metrics.ts";
import { toModelField, toOpenAiFinish } from "./openai-fields.ts";
import { includesUsage, parseOpenAiParameters } from "./parameters.ts";
import { withLast } from "./with-last.ts";

export function parseCompletionParameters(body: JsonObject): Parameters {
  const logprobs = readNumber(body, "logprobs", { low: 0, high: 20, integer: true });
  return { ...parseOpenAiParameters(body), logprobs };
}

export function writeCompletion(answers: readonly Collected[], facts: AnswerFacts): JsonObject {
  const { parameters, prompt } = facts.call;
  return {
    ...toHead(facts),
    choices: answers.map((answer, index) => ({
      index,
      text: answer.text,
      logprobs:
        parameters.logprobs === undefined ? null : toCompletionLogprobs(answer.tokens, parameters.logprobs),
      finish_reason: toOpenAiFinish(answer.end.reason),
      stop_reason: answer.end.stop ?? null,
      prompt_logprobs:
        parameters.promptLogprobs === undefined
          ? null
          : toPromptLogprobs(prompt.text, parameters.promptLogprobs),
    })),
    usage: toUsage(
      answers[0]?.end.usage?.input ?? facts.call.promptTokens,
      answers.reduce((sum, { end, count }) => sum + (end.usage?.output ?? count), 0),
    ),
  };
}

export async function* streamCompletion(
  choices: readonly AsyncIterable<Token>[],
  facts: AnswerFacts,
): AsyncGenerator<AnswerEvent> {
  const { logprobs } = facts.call.parameters;
  const usageChunk = includesUsage(facts.call.body);
  let total = 0;
  for (const [index, tokens] of choices.entries()) {
    let [count, offset] = [0, 0];
    for await (const { token, end } of withLast(tokens)) {
      const text = token !== undefined && "text" in token ? token.text : "";
      const place = { index: count, offset };
      count += token === undefined ? 0 : tokenCount(token);
      offset += text.length;
      const choice = {
        index,
        text,
        logprobs: logprobs === undefined ? null : toCompletionLogprobs([text], logprobs, place),
        finish_reason: end === undefined ? null : toOpenAiFinish(end.reason),
        stop_reason: end?.stop ?? null,
      };
      if (end !== undefined) total += end.usage?.output ?? count;
      const last = end !== undefined && index === choices.length - 1 && !usageChunk;
      const metrics = last ? toInvocationMetrics(facts, total, end.usage?.input) : {};
      yield { type: "chunk", payload: { ...toHead(facts), choices: [choice], ...metrics } };
    }
  }
  if (usageChunk) {
    const usage = toUsage(facts.call.promptTokens, total);
    yield {
      type: "chunk",
      payload: { ...toHead(facts), choices: [], usage, ...toInvocationMetrics(facts, total) },
    };
  }
}

function toHead({ id, created, call }: AnswerFacts): JsonObject {
  return { id: `cmpl-${id}`, object: "text_completion", created, model: toModelField(call.model) };
}

export function toUsage(prompt: number, completion: number): JsonObject {
  return { prompt_tokens: prompt, total_tokens: prompt + completion, completion_tokens: completion };
}
