import type { JsonObject } from "../prompt/json.ts";
import { tokenCount } from "../text/answer.ts";
import type { Token } from "../text/answer.ts";
import type { AnswerEvent } from "../aws/answer-frames.ts";
import type { AnswerFacts } from "./call.ts";
import { toChatLogprobs } from "./logprobs.ts";
import { toInvocationMetrics } from "./metrics.ts";
import { toUsage } from "./openai-completion.ts";
import { toModelField, toOpenAiFinish } from "./openai-fields.ts";
import { includesUsage } from "./parameters.ts";
import { withLast } from "./with-last.ts";
import type { TokenWithEnd } from "./with-last.ts";

/**
 * The `chat.completion.chunk`s of an answer. No frames of an imported model are published: these follow
 * the captured ones of Kimi, with vLLM's fields for imported models.
 */
export async function* streamChatCompletion(
  choices: readonly AsyncIterable<Token>[],
  facts: AnswerFacts,
): AsyncGenerator<AnswerEvent> {
  const usageChunk = includesUsage(facts.call.body);
  let total = 0;
  for (const [index, tokens] of choices.entries()) {
    const toDelta = createDeltaWriter(facts);
    let count = 0;
    if (facts.call.model.kind === "imported") {
      yield toChunk(facts, [toChoice(index, { role: "assistant", content: "" }, null)]);
    }
    for await (const piece of withLast(tokens)) {
      const { token, end } = piece;
      const logprobs = toLogprobs(piece, count, facts);
      count += token === undefined ? 0 : tokenCount(token);
      if (end !== undefined) total += end.usage?.output ?? count;
      const last = end !== undefined && index === choices.length - 1 && !usageChunk;
      const metrics = last ? toInvocationMetrics(facts, total, end.usage?.input) : {};
      const choice = toChoice(
        index,
        token === undefined ? { content: "" } : toDelta(token),
        end?.reason ?? null,
      );
      yield toChunk(facts, [{ ...choice, ...logprobs, ...toStopReason(piece) }], metrics);
    }
  }
  if (usageChunk) {
    const usage = toUsage(facts.call.promptTokens, total);
    yield toChunk(facts, [], { usage, ...toInvocationMetrics(facts, total) });
  }
}

/** Deltas of one choice; it counts the tool calls that it has opened. */
function createDeltaWriter({
  call,
  callId,
}: AnswerFacts): (token: Exclude<Token, { type: "end" }>) => JsonObject {
  let opened = 0;
  const pairs = call.model.reasoning === "reasoning-pairs";
  return (token) => {
    switch (token.type) {
      case "text":
        return { content: token.text };
      case "reasoning":
        // Kimi: every delta is a balanced pair of its own.
        return pairs
          ? { content: `<reasoning>${token.text}</reasoning>` }
          : { reasoning_content: token.text };
      case "call": {
        const index = opened++;
        const id = token.id ?? callId(token.name, index);
        return { tool_calls: [{ index, id, type: "function", function: { name: token.name } }] };
      }
      case "arguments":
        return { tool_calls: [{ index: opened - 1, type: "function", function: { arguments: token.text } }] };
    }
  };
}

function toLogprobs({ token }: TokenWithEnd, count: number, { call }: AnswerFacts): JsonObject {
  const { logprobs } = call.parameters;
  if (call.model.kind === "foundation") return {};
  if (logprobs === undefined || token?.type !== "text") return { logprobs: null };
  return { logprobs: toChatLogprobs([token.text], logprobs, count) };
}

function toStopReason({ end }: TokenWithEnd): JsonObject {
  return end?.stop === undefined ? {} : { stop_reason: end.stop };
}

function toChoice(index: number, delta: JsonObject, reason: string | null): JsonObject {
  return { index, delta, finish_reason: reason === null ? null : toOpenAiFinish(reason) };
}

function toChunk(facts: AnswerFacts, choices: readonly JsonObject[], rest: JsonObject = {}): AnswerEvent {
  return {
    type: "chunk",
    payload: {
      id: `chatcmpl-${facts.id}`,
      object: "chat.completion.chunk",
      created: facts.created,
      model: toModelField(facts.call.model),
      choices,
      ...rest,
    },
  };
}
