import { type Completion, type FinishReason, type JsonObject, OutcropError, type Usage } from "@outcrop/sdk";
import { type Block, blocksOf } from "../block-sequence.ts";
import type { AnswerIdentity } from "../dialect.ts";
import { toToolInput } from "./tool-input.ts";

/** A whole answer in Anthropic's shape. @throws OutcropError `model_error` for a call that cannot be read. */
export function toMessage({ choices, usage }: Completion, identity: AnswerIdentity) {
  const [choice] = choices;
  if (!choice) throw new OutcropError("unreadable_answer", "Bedrock's answer has no choice in it.");
  return {
    ...messageFrame(identity),
    content: blocksOf(choice).map(toContentBlock),
    ...toStop(choice.finishReason),
    usage: toUsage(usage),
  };
}

/** What is the same in every message. */
export function messageFrame({ id, model }: AnswerIdentity) {
  return { id, type: "message", role: "assistant", model };
}

/** A block of an answer. Thinking carries an empty signature: nobody here signs it, and clients expect one. */
export function toContentBlock(block: Block): JsonObject {
  if (block.kind === "reasoning") return { type: "thinking", thinking: block.text, signature: "" };
  if (block.kind === "text") return { type: "text", text: block.text };
  return { type: "tool_use", id: block.id, name: block.name, input: toToolInput(block.name, block.text) };
}

/** AWS does not say which stop sequence was met, so such an end is an `end_turn` like any other. */
export function toStop(reason: FinishReason) {
  return { stop_reason: stopReasons[reason], stop_sequence: null };
}

const stopReasons = {
  stop: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "refusal",
} as const satisfies Record<FinishReason, string>;

/** Anthropic counts cached tokens beside the others. Its clients need numbers, so what is not known is 0. */
export function toUsage(usage: Usage | undefined) {
  const { promptTokens = 0, completionTokens = 0, cachedTokens = 0 } = usage ?? {};
  return {
    input_tokens: promptTokens - cachedTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cachedTokens,
    output_tokens: completionTokens,
  };
}
