import type { TokenLogprob } from "./events.ts";

/**
 * What a wire reads out of one JSON (a whole answer, or one chunk of a stream), before the family's
 * grammar has looked for thinking and tool calls in the text.
 */
export type RawDelta =
  /** Text as the model wrote it: the grammar splits it. */
  | { readonly type: "text"; readonly choice: number; readonly text: string }
  /** Thinking that AWS has already set apart; some models leak tool calls into it. */
  | { readonly type: "reasoning"; readonly choice: number; readonly text: string }
  /**
   * A piece of a tool call that AWS has already parsed. The pieces of one call share `index`;
   * the first brings the name, later ones more of the arguments' JSON text.
   */
  | {
      readonly type: "tool-call";
      readonly choice: number;
      readonly index: number;
      readonly id?: string;
      readonly name?: string;
      readonly arguments?: string;
    }
  | { readonly type: "logprobs"; readonly choice: number; readonly content: readonly TokenLogprob[] }
  /** The choice has ended, with AWS's own word for why. */
  | { readonly type: "stop"; readonly choice: number; readonly reason: string }
  /** A mark that only a finished stream has (invocation metrics, `[DONE]`), where no reason came. */
  | { readonly type: "end" }
  | {
      readonly type: "usage";
      /** Where it was read; a body's own usage beats the invocation metrics, they beat the headers. */
      readonly source: "body" | "metrics" | "headers";
      readonly promptTokens?: number;
      readonly completionTokens?: number;
      readonly cachedTokens?: number;
    };
