import { tokenCount } from "./answer.ts";
import type { Token } from "./answer.ts";

/** Ends an answer after `most` tokens with the reason `length`, as a server with a token limit does. */
export async function* limitTokens(tokens: AsyncIterable<Token>, most: number): AsyncGenerator<Token> {
  let count = 0;
  for await (const token of tokens) {
    if (token.type !== "end" && count >= most) {
      yield { type: "end", reason: "length" };
      return;
    }
    count += tokenCount(token);
    yield token;
  }
}

/**
 * Ends an answer before the first stop sequence in its text. Text that may be the beginning of one is
 * held back until it is known.
 */
export async function* stopAt(
  tokens: AsyncIterable<Token>,
  sequences: readonly string[],
): AsyncGenerator<Token> {
  let held = "";
  for await (const token of tokens) {
    if (token.type !== "text") {
      if (held !== "") yield { type: "text", text: held };
      held = "";
      yield token;
      continue;
    }
    held += token.text;
    const found = findFirst(held, sequences);
    if (found !== undefined) {
      if (found.index > 0) yield { type: "text", text: held.slice(0, found.index) };
      yield { type: "end", reason: "stop_sequence", stop: found.sequence };
      return;
    }
    const safe = held.length - partialLength(held, sequences);
    if (safe > 0) yield { type: "text", text: held.slice(0, safe) };
    held = held.slice(safe);
  }
}

/** The sequence that is complete first: so the text is cut alike however it comes in tokens. */
function findFirst(
  text: string,
  sequences: readonly string[],
): { index: number; sequence: string } | undefined {
  return sequences
    .map((sequence) => ({ index: text.indexOf(sequence), sequence }))
    .filter(({ index }) => index >= 0)
    .toSorted((left, right) => endOf(left) - endOf(right) || left.index - right.index)[0];
}

function endOf({ index, sequence }: { index: number; sequence: string }): number {
  return index + sequence.length;
}

/** How much of the end of the text could be the beginning of a sequence. */
function partialLength(text: string, sequences: readonly string[]): number {
  return Math.max(
    0,
    ...sequences.map((sequence) => {
      let length = Math.min(sequence.length - 1, text.length);
      while (length > 0 && !sequence.startsWith(text.slice(-length))) length--;
      return length;
    }),
  );
}
