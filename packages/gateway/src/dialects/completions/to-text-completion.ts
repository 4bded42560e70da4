import type { Completion, CompletionChoice, FinishReason } from "@outcrop/sdk";
import { toCompletionUsage } from "@outcrop/sdk";
import type { AnswerIdentity } from "../dialect.ts";
import { type TextLogprobs, toTextLogprobs } from "./text-logprobs.ts";

/** OpenAI's older completion, whole or one chunk of a stream. */
export interface TextCompletion {
  readonly id: string;
  readonly object: "text_completion";
  /** Unix time in seconds. */
  readonly created: number;
  readonly model: string;
  readonly choices: readonly TextChoice[];
  /** Absent when AWS did not count: usage is never invented. */
  readonly usage?: ReturnType<typeof toCompletionUsage> | null;
}

export interface TextChoice {
  readonly index: number;
  readonly text: string;
  readonly logprobs: TextLogprobs | null;
  readonly finish_reason: TextFinishReason | null;
}

type TextFinishReason = Exclude<FinishReason, "tool_calls">;

export interface TextAnswerOptions {
  /** With the id as it goes out: `cmpl-…`. */
  readonly identity: AnswerIdentity;
  /** What stands before a choice's own text: its prompt, where the caller wants it echoed. */
  readonly opening: (choice: number) => string;
}

/** A whole answer. Thinking that was set apart has no place in this API, and is left out. */
export function toTextCompletion({ choices, usage }: Completion, options: TextAnswerOptions): TextCompletion {
  return {
    ...frameOf(options.identity),
    choices: choices.map((choice, index) => toTextChoice(choice, index, options.opening(index))),
    ...(usage ? { usage: toCompletionUsage(usage) } : {}),
  };
}

function toTextChoice(
  { text, logprobs, finishReason }: CompletionChoice,
  index: number,
  opening: string,
): TextChoice {
  return {
    index,
    text: opening + text,
    logprobs: logprobs ? toTextLogprobs(logprobs, 0) : null,
    finish_reason: toTextFinishReason(finishReason),
  };
}

export function frameOf({ id, created, model }: AnswerIdentity): Omit<TextCompletion, "choices"> {
  return { id, object: "text_completion", created, model };
}

/** This API has no tools. */
export function toTextFinishReason(reason: FinishReason): TextFinishReason {
  return reason === "tool_calls" ? "stop" : reason;
}
