import type { End, Token } from "../text/answer.ts";

/** Turns tokens that are pushed into tokens that are pulled. */
export interface TokenQueue {
  push(token: Token): void;
  end(end: End): void;
  fail(error: unknown): void;
  tokens(): AsyncGenerator<Token>;
}

export function createTokenQueue(): TokenQueue {
  const waiting: Token[] = [];
  let over = false;
  let failure: { error: unknown } | undefined;
  let wake: (() => void) | undefined;
  return {
    push: (token) => {
      waiting.push(token);
      wake?.();
    },
    end: (end) => {
      waiting.push(end);
      over = true;
      wake?.();
    },
    fail: (error) => {
      failure = { error };
      wake?.();
    },
    tokens: async function* pull() {
      for (;;) {
        const next = waiting.shift();
        if (next !== undefined) yield next;
        else if (failure !== undefined) throw failure.error;
        else if (over) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
