/** Time as the emulated service sees it: it can be injected, and moved forward. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `milliseconds` of this clock, early if `signal` is aborted. Never rejects. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Moves this clock forward and wakes those whose time has come. */
  advance(milliseconds: number): void;
}

/** How often a sleeper looks at an injected clock, which may jump without telling. */
const injectedClockPoll = 20;

export function createClock(source?: () => number): Clock {
  const read = source ?? Date.now;
  const longestWait = source === undefined ? 2 ** 31 - 1 : injectedClockPoll;
  const sleepers = new Set<() => void>();
  let offset = 0;
  const now = (): number => read() + offset;

  return {
    now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        const deadline = now() + milliseconds;
        let timer: NodeJS.Timeout | undefined;
        const wake = (): void => {
          clearTimeout(timer);
          const left = deadline - now();
          if (left > 0 && signal?.aborted !== true) {
            timer = setTimeout(wake, Math.min(left, longestWait));
            return;
          }
          sleepers.delete(wake);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        sleepers.add(wake);
        signal?.addEventListener("abort", wake);
        wake();
      }),
    advance: (milliseconds) => {
      offset += milliseconds;
      for (const wake of sleepers) wake();
    },
  };
}
