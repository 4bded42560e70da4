import { type Pause, pauseUnheld } from "../pause.ts";

export interface BatchQueueOptions<Item> {
  /** Sends one batch; what it throws loses the batch. */
  readonly send: (batch: readonly Item[]) => Promise<void>;
  readonly onFault: (error: unknown) => void;
  /** Items that are sent at once. Default 100. */
  readonly batchSize?: number;
  /** Items that may wait; beyond it the newest are dropped. Default 5000. */
  readonly limit?: number;
  /** Milliseconds that the first item waits for others. Default 5000. */
  readonly delayMs?: number;
  readonly pause?: Pause;
}

/** Gathers items, and sends them in batches, one after the other. Nobody who adds one waits. */
export interface BatchQueue<Item> {
  add(item: Item): void;
  /** Sends what is waiting, without further delay. */
  close(): Promise<void>;
}

export function createBatchQueue<Item>(options: BatchQueueOptions<Item>): BatchQueue<Item> {
  const { send, onFault, batchSize = 100, limit = 5000, delayMs = 5000, pause = pauseUnheld } = options;
  const waiting: Item[] = [];
  /** Ends the pause before a batch: it is full, or the queue is closed. */
  let hurry = new AbortController();
  let isClosed = false;
  let draining: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      if (waiting.length < batchSize && !isClosed) await pause(delayMs, hurry.signal).catch(() => undefined);
      hurry = new AbortController();
      await send(waiting.splice(0, batchSize)).catch(lose);
    }
    draining = undefined;
  }

  function lose(error: unknown): void {
    onFault(error);
    // At the end there is no time to try each batch at a receiver that takes none.
    if (isClosed) waiting.length = 0;
  }

  return {
    add(item) {
      if (isClosed || waiting.length >= limit) return;
      waiting.push(item);
      if (waiting.length >= batchSize) hurry.abort();
      draining ??= drain();
    },
    async close() {
      isClosed = true;
      hurry.abort();
      await draining;
    },
  };
}
