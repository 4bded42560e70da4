import { createRandom, fingerprint } from "../base/random.ts";
import { splitTokens } from "../text/tokens.ts";

const vocabulary = 128_000;

/** A made-up but steady id of a token. */
export function toTokenId(text: string): number {
  return fingerprint(text) % vocabulary;
}

/** A made-up but steady log probability of a token at its place. */
export function toLogprob(text: string, index: number): number {
  return -createRandom(fingerprint(text) + index).next() * 2.5;
}

/** BedrockCompletion: one map a token, its key the token's id (AWS's page on advanced features). */
export function toBedrockLogprobs(tokens: readonly string[], from = 0): Record<string, number>[] {
  return tokens.map((text, index) => ({ [String(toTokenId(text))]: toLogprob(text, from + index) }));
}

interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[];
}

/** OpenAIChatCompletion: `choices[].logprobs`. */
export function toChatLogprobs(tokens: readonly string[], alternatives: number, from = 0): unknown {
  return {
    content: tokens.map((text, index) => ({
      ...toTokenLogprob(text, toLogprob(text, from + index)),
      top_logprobs: toAlternatives(text, from + index, alternatives),
    })),
  };
}

function toAlternatives(text: string, index: number, count: number): TokenLogprob[] {
  const own = toLogprob(text, index);
  return Array.from({ length: count }, (_, rank) =>
    rank === 0 ? toTokenLogprob(text, own) : toTokenLogprob(`${text}${"s".repeat(rank)}`, own - rank),
  );
}

function toTokenLogprob(token: string, logprob: number): TokenLogprob {
  return { token, logprob, bytes: [...Buffer.from(token)] };
}

/** OpenAICompletion: the older form of `choices[].logprobs`. */
export function toCompletionLogprobs(
  tokens: readonly string[],
  alternatives: number,
  from: { index: number; offset: number } = { index: 0, offset: 0 },
): unknown {
  let offset = from.offset;
  const offsets = tokens.map((text) => {
    offset += text.length;
    return offset - text.length;
  });
  return {
    text_offset: offsets,
    token_logprobs: tokens.map((text, index) => toLogprob(text, from.index + index)),
    tokens,
    top_logprobs: tokens.map((text, index) =>
      Object.fromEntries(
        toAlternatives(text, from.index + index, Math.max(1, alternatives)).map((choice) => [
          choice.token,
          choice.logprob,
        ]),
      ),
    ),
  };
}

/** vLLM's `prompt_logprobs`: nothing is known of the first token. */
export function toPromptLogprobs(prompt: string, alternatives: number): unknown[] {
  return splitTokens(prompt.slice(0, 16_384)).map((text, index) => {
    if (index === 0) return null;
    const ranked = toAlternatives(text, index, Math.max(1, alternatives));
    return Object.fromEntries(
      ranked.map((choice, rank) => [
        String(toTokenId(choice.token)),
        { logprob: choice.logprob, rank: rank + 1, decoded_token: choice.token },
      ]),
    );
  });
}
