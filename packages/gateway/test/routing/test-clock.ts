import type { CancelSignal } from "@outcrop/sdk";
import type { RouterClock } from "../../src/routing/call-run.ts";

/** A clock that stands still until it is told to go on. */
export interface TestClock extends RouterClock {
  /** Goes on by so many milliseconds; whoever sleeps wakes at their own time, in order. */
  advance(ms: number): Promise<void>;
  /** How long each of those who sleep now still sleeps. */
  sleeping(): number[];
}

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** The tenth second of a minute. */
export const startOfTime = Date.UTC(2026, 0, 2, 12, 0, 10);

export function createTestClock(): TestClock {
  let time = startOfTime;
  const sleepers = new Set<Sleeper>();

  function sleep(ms: number, signal: CancelSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        sleepers.delete(sleeper);
        signal.removeEventListener("abort", onAbort);
      };
      const onAbort = () => {
        leave();
        reject(signal.reason);
      };
      const wake = () => {
        leave();
        resolve();
      };
      const sleeper = { until: time + ms, wake };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      sleepers.add(sleeper);
    });
  }

  async function advance(ms: number): Promise<void> {
    const end = time + ms;
    await settle();
    for (;;) {
      const next = [...sleepers].toSorted((one, other) => one.until - other.until)[0];
      if (!next || next.until > end) break;
      time = Math.max(time, next.until);
      next.wake();
      await settle();
    }
    time = end;
  }

  return {
    now: () => time,
    sleep,
    advance,
    sleeping: () => [...sleepers].map(({ until }) => until - time),
  };
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** The same numbers for the same seed, from 0 to below 1 (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
