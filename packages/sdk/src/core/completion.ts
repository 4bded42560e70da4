import type { ToolCall } from "./chat.ts";
import type { ChatEvent, FinishReason, TokenLogprob, Usage } from "./events.ts";

/** One answer of the model. */
export interface CompletionChoice {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  readonly logprobs: readonly TokenLogprob[] | undefined;
  readonly finishReason: FinishReason;
}

/** The whole answer: what the events of a stream fold to. */
export interface Completion {
  readonly choices: readonly CompletionChoice[];
  readonly usage: Usage | undefined;
}

interface Draft {
  text: string;
  reasoning: string;
  toolCalls: { id: string; name: string; arguments: string }[];
  logprobs: TokenLogprob[] | undefined;
}

/** Folds events to the whole answer; `undefined` until the `finish` has come. */
export interface CompletionFold {
  push(event: ChatEvent): void;
  result(): Completion | undefined;
}

/** A fresh fold. Streaming and non-streaming answers both end here, so they cannot disagree. */
export function createCompletionFold(): CompletionFold {
  const drafts: Draft[] = [];
  let done: Completion | undefined;

  function draftOf(choice: number): Draft {
    return (drafts[choice] ??= { text: "", reasoning: "", toolCalls: [], logprobs: undefined });
  }

  return {
    push(event) {
      if (event.type === "finish") done = finished(event.reasons, event.usage);
      else apply(draftOf(event.choice), event);
    },
    result: () => done,
  };

  function finished(reasons: readonly FinishReason[], usage: Usage | undefined): Completion {
    const choices = reasons.map((finishReason, choice) => ({ ...draftOf(choice), finishReason }));
    return { choices, usage };
  }
}

function apply(draft: Draft, event: Exclude<ChatEvent, { type: "finish" }>): void {
  switch (event.type) {
    case "text-delta":
      draft.text += event.text;
      return;
    case "reasoning-delta":
      draft.reasoning += event.text;
      return;
    case "tool-call-start":
      draft.toolCalls[event.index] = { id: event.id, name: event.name, arguments: "" };
      return;
    case "tool-call-delta": {
      const call = draft.toolCalls[event.index];
      if (call) call.arguments += event.arguments;
      return;
    }
    case "tool-call-end":
      return;
    case "logprobs":
      draft.logprobs = [...(draft.logprobs ?? []), ...event.content];
  }
}
