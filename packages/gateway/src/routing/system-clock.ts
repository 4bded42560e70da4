import type { RouterClock } from "./call-run.ts";

/** A longer delay overflows Node's timers and would fire at once. */
const longestDelayMs = 2 ** 31 - 1;

/** Real time. A sleep that is broken off rejects with the signal's reason, and makes no error of its own: that is slow. */
export const systemClock: RouterClock = {
  now: () => Date.now(),
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      const wake = () => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      };
      const timer = setTimeout(wake, Math.min(ms, longestDelayMs));
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
    });
  },
};
