/**
 * Values that are all there already, as an iterable of one batch: what a whole answer is to who reads streams. Who has
 * no need to wait sees them with {@link wholeOf}.
 */
export class OneBatch<T> implements AsyncIterableIterator<readonly T[], undefined> {
  #batch: readonly T[] | undefined;

  constructor(batch: readonly T[]) {
    this.#batch = batch;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The batch, as long as nobody has read it. */
  unread(): readonly T[] | undefined {
    return this.#batch;
  }

  next(): Promise<IteratorResult<readonly T[], undefined>> {
    const batch = this.#batch;
    this.#batch = undefined;
    return Promise.resolve(batch ? { done: false, value: batch } : { done: true, value: undefined });
  }

  return(): Promise<IteratorResult<readonly T[], undefined>> {
    this.#batch = undefined;
    return Promise.resolve({ done: true, value: undefined });
  }
}

/** All that an iterable will ever give, without waiting for it; `undefined` for one that is still coming. */
export function wholeOf<T>(batches: AsyncIterable<readonly T[]>): readonly T[] | undefined {
  return batches instanceof OneBatch ? (batches as OneBatch<T>).unread() : undefined;
}
