/** How a queue speaks to the socket that fills it. */
export interface ByteSource {
  /** The reader is behind: stop reading. */
  pause(): void;
  resume(): void;
  /** The reader has left before the end. */
  abandon(): void;
}

export interface ByteQueue {
  push(chunk: Uint8Array): void;
  end(): void;
  fail(error: unknown): void;
  /** The one reader's side. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Chunks that may wait before the socket is paused. */
const highWater = 16;

interface Reader {
  readonly resolve: (result: IteratorResult<Uint8Array, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A body on its way from a socket's callbacks to one `for await`, a chunk per network read, with back-pressure.
 * It costs a third of a Node stream, which would also merge reads.
 */
export function createByteQueue(source: ByteSource): ByteQueue {
  const waiting: Uint8Array[] = [];
  let reader: Reader | undefined;
  let paused = false;
  let finished: { readonly error: unknown } | "cleanly" | undefined;

  function takeReader(): Reader | undefined {
    const current = reader;
    reader = undefined;
    return current;
  }

  function takeChunk(): Uint8Array | undefined {
    const chunk = waiting.shift();
    if (paused && waiting.length === 0) {
      paused = false;
      source.resume();
    }
    return chunk;
  }

  const iterator: AsyncIterableIterator<Uint8Array, undefined> = {
    [Symbol.asyncIterator]: () => iterator,
    next() {
      const chunk = takeChunk();
      if (chunk) return Promise.resolve({ done: false, value: chunk });
      if (finished === "cleanly") return Promise.resolve({ done: true, value: undefined });
      if (finished) return Promise.reject(finished.error);
      return new Promise((resolve, reject) => {
        reader = { resolve, reject };
      });
    },
    return() {
      if (finished === undefined) source.abandon();
      finished = "cleanly";
      waiting.length = 0;
      return Promise.resolve({ done: true, value: undefined });
    },
  };

  return {
    bytes: iterator,
    push(chunk) {
      if (finished) return;
      const current = takeReader();
      if (current) return current.resolve({ done: false, value: chunk });
      waiting.push(chunk);
      if (!paused && waiting.length >= highWater) {
        paused = true;
        source.pause();
      }
    },
    end() {
      finished ??= "cleanly";
      takeReader()?.resolve({ done: true, value: undefined });
    },
    fail(error) {
      finished ??= { error };
      takeReader()?.reject(error);
    },
  };
}
