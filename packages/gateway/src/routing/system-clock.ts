import { setAlarm } from "@outcrop/sdk";
import type { RouterClock } from "./call-run.ts";

/** Real time. A sleep that is broken off rejects with the signal's reason, and makes no error of its own: that is slow. */
export const systemClock: RouterClock = {
  now: () => Date.now(),
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      const wake = () => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      };
      const callOff = setAlarm(ms, wake);
      const onAbort = () => {
        callOff();
        reject(signal.reason);
      };
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
    });
  },
};
