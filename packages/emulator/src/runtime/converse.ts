import { lookUp } from "../base/look-up.ts";
import { createRandom } from "../base/random.ts";
import type { JsonObject } from "../prompt/json.ts";
import { tokenCount } from "../text/answer.ts";
import type { Collected, FinishReason, Token } from "../text/answer.ts";
import type { AnswerEvent } from "../aws/answer-frames.ts";
import type { AnswerFacts } from "./call.ts";

/** Converse's names of the reasons to stop; others pass as they are. */
const stopReasons: Readonly<Record<string, string>> = {
  stop: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "content_filtered",
};

/**
 * Whether reasoning stands in the text as ` <think> … </think> `, rather than in blocks of its own. Live
 * captures of Kimi show both, seemingly at random: here the prompt decides.
 */
export function reasonsInText({ call }: AnswerFacts): boolean {
  if (call.model.reasoning === "think-tags") return true;
  return call.model.dialect === "kimi" && createRandom(`form ${call.prompt.text}`).next() < 0.5;
}

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

type BlockKind = "text" | "reasoning" | "call";

interface BlockWriter {
  write(token: Exclude<Token, { type: "end" }>): AnswerEvent[];
  /** `cut` leaves an open tag open, as a model does that ran out of tokens. */
  close(cut: boolean): AnswerEvent[];
}

/** Content blocks: only those of tools have a start event; Kimi's live stream has empty text blocks between. */
function createBlockWriter(facts: AnswerFacts): BlockWriter {
  const inText = reasonsInText(facts);
  const kimi = facts.call.model.dialect === "kimi";
  let index = -1;
  let open: BlockKind | undefined;
  let thinking = false;
  let called = 0;

  const event = (type: string, payload: JsonObject): AnswerEvent => ({
    type,
    payload: { contentBlockIndex: index, ...payload },
  });
  const delta = (payload: JsonObject): AnswerEvent => event("contentBlockDelta", { delta: payload });
  const stop = (): AnswerEvent[] => (open === undefined ? [] : [event("contentBlockStop", {})]);
  const begin = (kind: BlockKind): AnswerEvent[] => {
    const events = stop();
    if (kimi && kind !== "text" && !inText) {
      index++;
      events.push(delta({ text: "" }), event("contentBlockStop", {}));
    }
    index++;
    open = kind;
    return events;
  };
  const text = (words: string): AnswerEvent[] => [
    ...(open === "text" ? [] : begin("text")),
    delta({ text: words }),
  ];
  /** Opens or closes the tags where reasoning stands in the text. */
  const tag = (wanted: boolean): AnswerEvent[] => {
    if (thinking === wanted) return [];
    thinking = wanted;
    return text(wanted ? " <think> " : " </think> ");
  };

  return {
    write: (token) => {
      switch (token.type) {
        case "reasoning":
          if (inText) return [...tag(true), ...text(token.text)];
          return [
            ...(open === "reasoning" ? [] : begin("reasoning")),
            delta({ reasoningContent: { text: token.text } }),
          ];
        case "text":
          return [...tag(false), ...text(token.text)];
        case "call": {
          const closed = tag(false);
          const toolUseId = token.id ?? facts.callId(token.name, called++);
          const begun = begin("call");
          return [
            ...closed,
            ...begun,
            event("contentBlockStart", { start: { toolUse: { toolUseId, name: token.name } } }),
          ];
        }
        case "arguments":
          return [delta({ toolUse: { input: token.text } })];
      }
    },
    close: (cut) => [...(cut ? [] : tag(false)), ...stop()],
  };
}

function toStopReason(reason: FinishReason): string {
  return lookUp(stopReasons, reason) ?? reason;
}

function toUsage({ call }: AnswerFacts, output: number, input = call.promptTokens): JsonObject {
  const usage = { inputTokens: input, outputTokens: output, totalTokens: input + output };
  return call.model.dialect === "kimi" ? { ...usage, serverToolUsage: {} } : usage;
}
