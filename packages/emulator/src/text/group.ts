import type { Random } from "../base/random.ts";
import { tokenCount } from "./answer.ts";
import type { Piece, Token } from "./answer.ts";

/** Joins neighbours of one kind to pieces of one to `most` tokens, as services do that send less often. */
export async function* groupTokens(
  tokens: AsyncIterable<Token>,
  most: number,
  random: Random,
): AsyncGenerator<Token> {
  let held: Piece | undefined;
  let room = random.integer(1, most);
  for await (const token of tokens) {
    const piece = isPiece(token) ? token : undefined;
    if (held !== undefined && (piece === undefined || piece.type !== held.type || room <= 0)) {
      yield held;
      held = undefined;
      room = random.integer(1, most);
    }
    if (piece === undefined) {
      yield token;
      continue;
    }
    const count = tokenCount(piece);
    held =
      held === undefined
        ? { ...piece, count }
        : { ...piece, text: held.text + piece.text, count: tokenCount(held) + count };
    room -= count;
  }
}

function isPiece(token: Token): token is Piece {
  return token.type === "reasoning" || token.type === "text" || token.type === "arguments";
}
