import type { ChatEvent } from "@outcrop/sdk";

type Batch = readonly ChatEvent[];

/**
 * Waits for the first events of an answer, and gives back all of them. A failure before the first event
 * can thus still become a proper status, or a fallback.
 */
export async function peek(events: AsyncIterable<Batch>): Promise<AsyncIterable<Batch>> {
  const iterator = events[Symbol.asyncIterator]();
  let first: IteratorResult<Batch> | undefined = await iterator.next();
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const head = first;
        first = undefined;
        return head ?? iterator.next();
      },
      return: async (value?: unknown) => (await iterator.return?.(value)) ?? { done: true, value },
    }),
  };
}
