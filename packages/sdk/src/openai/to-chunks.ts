import type { ChatEvent } from "../core/events.ts";
import { type AnswerIdentity, toCompletionUsage, toLogprobs } from "./to-chat-completion.ts";
import type { ChatCompletionChunk, ChatCompletionChunkChoice, ChatCompletionChunkDelta } from "./types.ts";

/** Turns events into OpenAI's chunks. One for each stream: it remembers which choices have begun. */
export interface ChunkEncoder {
  /** The chunks of one event: usually one; the first of a choice is preceded by its role. */
  push(event: ChatEvent): readonly ChatCompletionChunk[];
}

export interface ChunkOptions {
  readonly identity: AnswerIdentity;
  /** `stream_options.include_usage`: a last chunk with no choices carries the usage. */
  readonly includeUsage: boolean;
}

/** A fresh encoder. */
export function createChunkEncoder({ identity, includeUsage }: ChunkOptions): ChunkEncoder {
  const begun = new Set<number>();

  return {
    push(event) {
      if (event.type === "finish") return finish(event);
      const delta = toDelta(event);
      return delta ? [...begin(event.choice), chunk(delta)] : [];
    },
  };

  function begin(index: number): readonly ChatCompletionChunk[] {
    if (begun.has(index)) return [];
    begun.add(index);
    return [chunk({ index, delta: { role: "assistant", content: "" }, finish_reason: null })];
  }

  function finish({
    reasons,
    usage,
  }: Extract<ChatEvent, { type: "finish" }>): readonly ChatCompletionChunk[] {
    const last = reasons.flatMap((reason, index) => [
      ...begin(index),
      chunk({ index, delta: {}, finish_reason: reason }),
    ]);
    if (!includeUsage) return last;
    return [...last, { ...frame(), choices: [], usage: usage ? toCompletionUsage(usage) : null }];
  }

  function chunk(choice: ChatCompletionChunkChoice): ChatCompletionChunk {
    return { ...frame(), choices: [choice], ...(includeUsage ? { usage: null } : {}) };
  }

  function frame(): Omit<ChatCompletionChunk, "choices"> {
    const { id, created, model } = identity;
    return { id, object: "chat.completion.chunk", created, model };
  }
}

function toDelta(event: Exclude<ChatEvent, { type: "finish" }>): ChatCompletionChunkChoice | undefined {
  const index = event.choice;
  switch (event.type) {
    case "text-delta":
      return of(index, { content: event.text });
    case "reasoning-delta":
      return of(index, { reasoning_content: event.text });
    case "tool-call-start": {
      const made = { name: event.name, arguments: "" };
      return of(index, {
        tool_calls: [{ index: event.index, id: event.id, type: "function", function: made }],
      });
    }
    case "tool-call-delta":
      return of(index, { tool_calls: [{ index: event.index, function: { arguments: event.arguments } }] });
    case "tool-call-end":
      return undefined;
    case "logprobs":
      return { ...of(index, {}), logprobs: toLogprobs(event.content) };
  }
}

function of(index: number, delta: ChatCompletionChunkDelta): ChatCompletionChunkChoice {
  return { index, delta, finish_reason: null };
}
