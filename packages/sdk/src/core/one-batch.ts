/** Values that are all there already, as an iterable of one batch: what a whole answer is to who reads streams. */
export class OneBatch<T> implements AsyncIterableIterator<readonly T[], undefined> {
  #batch: readonly T[] | undefined;

  constructor(batch: readonly T[]) {
    this.#batch = batch;
  }

  [Symbol.asyncIterator](): this {
    return this;
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
