import type { Clock } from "../base/clock.ts";
import type { Token } from "./answer.ts";

/** Tokens leave at multiples of these milliseconds, so that many streams wake the process together. */
const grid = 5;

/** Holds each token back until its time at `perSecond` tokens a second; late ones are not held. */
export async function* paceTokens(
  tokens: AsyncIterable<Token>,
  pace: { perSecond: number; clock: Clock; signal: AbortSignal },
): AsyncGenerator<Token> {
  const start = pace.clock.now();
  let count = 0;
  for await (const token of tokens) {
    const due = start + (count * 1000) / pace.perSecond;
    const wait = Math.ceil(due / grid) * grid - pace.clock.now();
    if (count > 0 && wait > 0) await pace.clock.sleep(wait, pace.signal);
    if (pace.signal.aborted) return;
    count++;
    yield token;
  }
}
