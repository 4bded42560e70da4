import { type ChatEvent, OutcropError } from "@outcrop/sdk";

/** Events that came together. */
export type Batch = readonly ChatEvent[];

/** An answer that has begun. */
export interface Head {
  /** Holds one event at least. */
  readonly first: Batch;
  /** What comes after. */
  readonly rest: AsyncIterator<Batch>;
}

/**
 * Waits for the first event of an answer. A failure before it can thus still become a proper status, or a fallback.
 *
 * @throws OutcropError `stream_incomplete` for an answer without any.
 */
export async function peek(events: AsyncIterable<Batch>): Promise<Head> {
  const rest = events[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await rest.next();
    if (done) throw new OutcropError("stream_incomplete", "The answer ended before it began.");
    if (value.length > 0) return { first: value, rest };
  }
}
