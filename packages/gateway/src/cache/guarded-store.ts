import { OutcropError } from "@outcrop/sdk";
import { type Pause, pauseUnheld } from "../telemetry/pause.ts";
import type { CacheStore } from "./cache-store.ts";

export interface GuardOptions {
  readonly onFault: (error: unknown) => void;
  /** Milliseconds that a request waits for the store. Default 250. */
  readonly timeoutMs?: number;
  /** Milliseconds without the store after a failure, so that a dead one costs one request and not each. Default 5000. */
  readonly restMs?: number;
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
  readonly pause?: Pause;
}

/** The same store, but one that never fails and never takes long: what it can't tell, it does not know. */
export function createGuardedStore(store: CacheStore, options: GuardOptions): CacheStore {
  const {
    onFault,
    timeoutMs = 250,
    restMs = 5000,
    now = () => performance.now(),
    pause = pauseUnheld,
  } = options;
  let restsUntil = Number.NEGATIVE_INFINITY;

  async function attempt<T>(ask: () => Promise<T>): Promise<T | undefined> {
    if (now() < restsUntil) return undefined;
    const timer = new AbortController();
    try {
      return await Promise.race([ask(), expire(timer.signal)]);
    } catch (error) {
      restsUntil = now() + restMs;
      onFault(error);
      return undefined;
    } finally {
      timer.abort();
    }
  }

  async function expire(signal: AbortSignal): Promise<never> {
    await pause(timeoutMs, signal);
    throw new OutcropError("timeout", `The response cache has not answered within ${timeoutMs} ms.`);
  }

  return {
    get: (key) => attempt(() => store.get(key)),
    set: (key, value, ttl) => attempt(() => store.set(key, value, ttl)),
    async close() {
      await attempt(() => store.close());
    },
  };
}
