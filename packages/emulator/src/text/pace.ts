import type { Clock } from "../base/clock.ts";
import type { Token } from "./answer.ts";

/** Holds each token back until its time at `perSecond` tokens a second; late ones are not held. */
export async function* paceTokens(
  tokens: AsyncIterable<Token>,
  pace: { perSecond: number; clock: Clock; signal: AbortSignal },
): AsyncGenerator<Token> {
  const start = pace.clock.now();
  let count = 0;
  for await (const token of tokens) {
    const wait = start + (count * 1000) / pace.perSecond - pace.clock.now();
    if (wait > 0) await pace.clock.sleep(wait, pace.signal);
    if (pace.signal.aborted) return;
    count++;
    yield token;
  }
}
