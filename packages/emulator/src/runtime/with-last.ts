import type { End, Token } from "../text/answer.ts";

/** A token, and the end of the answer if it is the last one. */
export interface TokenWithEnd {
  /** Undefined only for an answer without any token. */
  readonly token: Exclude<Token, End> | undefined;
  readonly end: End | undefined;
}

/** Joins the end to the last token: services put the reason to stop into the last chunk of text. */
export async function* withLast(tokens: AsyncIterable<Token>): AsyncGenerator<TokenWithEnd> {
  let held: Exclude<Token, End> | undefined;
  for await (const token of tokens) {
    if (token.type === "end") {
      yield { token: held, end: token };
      return;
    }
    if (held !== undefined) yield { token: held, end: undefined };
    held = token;
  }
}
