/** Why a choice ended, in OpenAI's words. */
export type FinishReason = "stop" | "length" | "tool_calls" | "content_filter";

/** Tokens as AWS counted them. */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Prompt tokens read from a cache, where AWS says so. */
  readonly cachedTokens?: number;
}

/** One output token's log probability, in OpenAI's shape. */
export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[] | null;
  readonly top_logprobs: readonly Omit<TokenLogprob, "top_logprobs">[];
}

/**
 * What happens while a model answers. A stream is any number of events and then exactly one
 * `finish`, which is last; an error is thrown, never an event. `choice` counts from 0 (OpenAI's `n`),
 * `index` counts the tool calls of one choice from 0.
 */
export type ChatEvent =
  | { readonly type: "text-delta"; readonly choice: number; readonly text: string }
  | { readonly type: "reasoning-delta"; readonly choice: number; readonly text: string }
  | {
      readonly type: "tool-call-start";
      readonly choice: number;
      readonly index: number;
      readonly id: string;
      readonly name: string;
    }
  | {
      readonly type: "tool-call-delta";
      readonly choice: number;
      readonly index: number;
      /** A piece of the arguments' JSON text. */
      readonly arguments: string;
    }
  | { readonly type: "tool-call-end"; readonly choice: number; readonly index: number }
  | { readonly type: "logprobs"; readonly choice: number; readonly content: readonly TokenLogprob[] }
  | {
      readonly type: "finish";
      /** One reason a choice, in the order of `choice`. */
      readonly reasons: readonly FinishReason[];
      /** Absent when AWS did not count: usage is never invented. */
      readonly usage?: Usage;
    };
