import { lookUp } from "../base/look-up.ts";
import type { JsonObject } from "../prompt/json.ts";
import { tokenCount } from "../text/answer.ts";
import type { Collected, FinishReason, Token } from "../text/answer.ts";
import type { AnswerEvent } from "../aws/answer-frames.ts";
import type { AnswerFacts } from "./call.ts";
import { createBlockWriter, reasonsInText } from "./converse-blocks.ts";

/** Converse's names of the reasons to stop; others pass as they are. */
const stopReasons: Readonly<Record<string, string>> = {
  stop: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "content_filtered",
};

export function writeConverse(answer: Collected, facts: AnswerFacts): JsonObject {
  return {
    output: { message: { role: "assistant", content: toContent(answer, facts) } },
    stopReason: toStopReason(answer.end.reason),
    usage: toUsage(facts, answer.end.usage?.output ?? answer.count, answer.end.usage?.input),
    metrics: { latencyMs: Math.round(facts.elapsed()) },
  };
}

function toContent(answer: Collected, facts: AnswerFacts): JsonObject[] {
  const { reasoning } = answer;
  const inText = reasonsInText(facts);
  const cut = answer.text === "" && answer.end.reason === "length";
  const thoughts = cut ? ` <think> ${reasoning}` : ` <think> ${reasoning} </think> ${answer.text}`;
  const text = reasoning !== "" && inText ? thoughts : answer.text;
  return [
    ...(reasoning === "" || inText ? [] : [{ reasoningContent: { reasoningText: { text: reasoning } } }]),
    ...(text === "" ? [] : [{ text }]),
    ...answer.calls.map((call, index) => ({
      toolUse: {
        toolUseId: call.id ?? facts.callId(call.name, index),
        name: call.name,
        input: parseInput(call.arguments),
      },
    })),
  ];
}

/** A script may write arguments that are no JSON. */
function parseInput(text: string): unknown {
  try {
    return JSON.parse(text === "" ? "{}" : text) as unknown;
  } catch {
    return text;
  }
}

export async function* streamConverse(
  tokens: AsyncIterable<Token>,
  facts: AnswerFacts,
): AsyncGenerator<AnswerEvent> {
  yield { type: "messageStart", payload: { role: "assistant" } };
  const blocks = createBlockWriter(facts);
  let count = 0;
  for await (const token of tokens) {
    if (token.type !== "end") {
      count += tokenCount(token);
      yield* blocks.write(token);
      continue;
    }
    yield* blocks.close(token.reason === "length");
    yield { type: "messageStop", payload: { stopReason: toStopReason(token.reason) } };
    const usage = toUsage(facts, token.usage?.output ?? count, token.usage?.input);
    yield { type: "metadata", payload: { usage, metrics: { latencyMs: Math.round(facts.elapsed()) } } };
  }
}

function toStopReason(reason: FinishReason): string {
  return lookUp(stopReasons, reason) ?? reason;
}

function toUsage({ call }: AnswerFacts, output: number, input = call.promptTokens): JsonObject {
  const usage = { inputTokens: input, outputTokens: output, totalTokens: input + output };
  return call.model.dialect === "kimi" ? { ...usage, serverToolUsage: {} } : usage;
}
