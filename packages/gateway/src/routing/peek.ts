import { type ChatEvent, OutcropError, wholeOf } from "@outcrop/sdk";

/** Events that came together. */
export type Batch = readonly ChatEvent[];

/** An answer that has begun. */
export interface Head {
  /** Holds one event at least. */
  readonly first: Batch;
  /** What comes after; absent where `first` is all. */
  readonly rest?: AsyncIterator<Batch>;
}

/**
 * Waits for the first event of an answer, unless all of it is there. A failure before it can thus still become a proper
 * status, or a fallback.
 *
 * @throws OutcropError `stream_incomplete` for an answer without any.
 */
export function peek(events: AsyncIterable<Batch>): Head | Promise<Head> {
  const whole = wholeOf(events);
  return whole && whole.length > 0 ? { first: whole } : firstOf(events);
}

async function firstOf(events: AsyncIterable<Batch>): Promise<Head> {
  const rest = events[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await rest.next();
    if (done) throw new OutcropError("stream_incomplete", "The answer ended before it began.");
    if (value.length > 0) return { first: value, rest };
  }
}
