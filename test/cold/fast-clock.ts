import { setTimeout as wait } from "node:timers/promises";
import { type CancelSignal, toAbortSignal } from "@outcrop/sdk";

/** A clock that runs so many times as fast as the real one. Everything in a scene lives by the same. */
export interface FastClock {
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: CancelSignal) => Promise<void>;
}

export function createFastClock(speed: number): FastClock {
  const start = Date.now();
  const begin = performance.now();
  return {
    now: () => start + (performance.now() - begin) * speed,
    async sleep(ms, signal) {
      // A timer may fire a little early, and a little is much on this clock.
      const options = signal ? { signal: toAbortSignal(signal) } : {};
      await wait(Math.min(Math.ceil(ms / speed) + 1, 2 ** 31 - 1), undefined, options);
    },
  };
}
