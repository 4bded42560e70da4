import { type ChatEvent, type TokenLogprob, toCompletionUsage } from "@outcrop/sdk";
import type { StreamEncoder } from "../dialect.ts";
import { encodeOpenAIError } from "../openai-error.ts";
import { encodeData } from "../server-sent-events.ts";
import { charactersOf, toTextLogprobs } from "./text-logprobs.ts";
import {
  type TextAnswerOptions,
  type TextChoice,
  frameOf,
  toTextFinishReason,
} from "./to-text-completion.ts";

export interface TextStreamOptions extends TextAnswerOptions {
  /** `stream_options.include_usage`: a last chunk with no choices carries the usage. */
  readonly includeUsage: boolean;
}

/** Writes a stream of the older completions: the same object again and again, with a piece of text in each. */
export function createTextStreamEncoder({
  identity,
  opening,
  includeUsage,
}: TextStreamOptions): StreamEncoder {
  const frame = frameOf(identity);
  const begun = new Set<number>();
  /** Characters of each choice whose tokens have been told of. */
  const told = new Map<number, number>();

  return {
    push(event) {
      if (event.type === "finish") return finish(event);
      if (event.type === "text-delta")
        return begin(event.choice) + chunk({ index: event.choice, text: event.text });
      if (event.type === "logprobs") return begin(event.choice) + logprobsChunk(event.choice, event.content);
      // Thinking and tool calls have no place in this API.
      return "";
    },
    end: () => "data: [DONE]\n\n",
    fail: (error) => encodeData(encodeOpenAIError(error)),
  };

  function begin(choice: number): string {
    if (begun.has(choice)) return "";
    begun.add(choice);
    const text = opening(choice);
    return text === "" ? "" : chunk({ index: choice, text });
  }

  function chunk(choice: Pick<TextChoice, "index" | "text"> & Partial<TextChoice>): string {
    const whole = { logprobs: null, finish_reason: null, ...choice };
    return encodeData({ ...frame, choices: [whole], ...(includeUsage ? { usage: null } : {}) });
  }

  function logprobsChunk(choice: number, content: readonly TokenLogprob[]): string {
    const offset = told.get(choice) ?? 0;
    told.set(
      choice,
      content.reduce((sum, { token }) => sum + charactersOf(token), offset),
    );
    return chunk({ index: choice, text: "", logprobs: toTextLogprobs(content, offset) });
  }

  function finish({ reasons, usage }: Extract<ChatEvent, { type: "finish" }>): string {
    const last = reasons.map(
      (reason, index) => begin(index) + chunk({ index, text: "", finish_reason: toTextFinishReason(reason) }),
    );
    if (!includeUsage) return last.join("");
    return (
      last.join("") + encodeData({ ...frame, choices: [], usage: usage ? toCompletionUsage(usage) : null })
    );
  }
}
