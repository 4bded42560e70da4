import type { TokenLogprob } from "@outcrop/sdk";

/** Log probabilities in the older API's shape: lists that run side by side, one entry a token. */
export interface TextLogprobs {
  readonly tokens: readonly string[];
  readonly token_logprobs: readonly number[];
  readonly top_logprobs: readonly Readonly<Record<string, number>>[];
  /** Where each token begins in the choice's text, in characters. */
  readonly text_offset: readonly number[];
}

/** The older shape of some tokens, the first of which begins at `offset`. */
export function toTextLogprobs(content: readonly TokenLogprob[], offset: number): TextLogprobs {
  let end = offset;
  return {
    tokens: content.map(({ token }) => token),
    token_logprobs: content.map(({ logprob }) => logprob),
    top_logprobs: content.map(({ top_logprobs }) =>
      Object.fromEntries(top_logprobs.map(({ token, logprob }) => [token, logprob])),
    ),
    text_offset: content.map(({ token }) => {
      const start = end;
      end += charactersOf(token);
      return start;
    }),
  };
}

/** How many characters a text has, as Python counts them: code points. */
export function charactersOf(text: string): number {
  return Array.from(text).length;
}
