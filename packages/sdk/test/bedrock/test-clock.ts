import type { Clock } from "../../src/bedrock/clock.ts";
import type { CancelSignal } from "../../src/core/cancellation.ts";

/** A clock that stands still until it is told to go on. */
export interface TestClock extends Clock {
  /** Goes on by so many milliseconds; whoever sleeps wakes at their own time, in order. */
  advance(ms: number): Promise<void>;
  /** How long each of those who sleep now still sleeps. */
  sleeping(): number[];
  /** Every sleep that was begun, in milliseconds. */
  readonly slept: number[];
}

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

export function createTestClock(random: () => number = () => 0.5): TestClock {
  let time = Date.UTC(2026, 0, 2);
  let sleepers: Sleeper[] = [];
  const slept: number[] = [];

  function sleep(ms: number, signal: CancelSignal | undefined): Promise<void> {
    slept.push(ms);
    return new Promise((resolve, reject) => {
      const sleeper = { until: time + ms, wake: resolve };
      const onAbort = () => {
        sleepers = sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      if (signal?.aborted) return onAbort();
      signal?.addEventListener("abort", onAbort, { once: true });
      sleepers.push(sleeper);
    });
  }

  async function advance(ms: number): Promise<void> {
    const end = time + ms;
    await settle();
    for (;;) {
      const next = sleepers.toSorted((one, other) => one.until - other.until)[0];
      if (!next || next.until > end) break;
      time = Math.max(time, next.until);
      sleepers = sleepers.filter((sleeper) => sleeper !== next);
      next.wake();
      await settle();
    }
    time = end;
  }

  return {
    now: () => time,
    random,
    sleep,
    advance,
    slept,
    sleeping: () => sleepers.map(({ until }) => until - time),
  };
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
