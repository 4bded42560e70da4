import { type CancelSignal, Cancellation } from "../core/cancellation.ts";
import { OutcropError } from "../core/errors.ts";
import { setAlarm } from "./alarm.ts";

/** One signal for everything that may end a call early. */
export interface Deadline {
  readonly signal: CancelSignal;
  /** When the time is up, in milliseconds since the epoch; absent where there is no limit. */
  readonly at: number | undefined;
  /** Ends the call: whoever was listening has gone. */
  cancel(reason: OutcropError): void;
  /** The call is over: the timer and the listener go. */
  dispose(): void;
}

/**
 * Joins a deadline in seconds and the caller's own signal. The signal's reason is an `OutcropError`:
 * `timeout` or `cancelled`, so that whoever is interrupted simply throws it.
 */
export function createDeadline(seconds: number, signal: CancelSignal | undefined): Deadline {
  const cancellation = new Cancellation();
  const cancel = (reason: OutcropError) => cancellation.abort(reason);
  const onAbort = () => cancel(cancelled(signal?.reason));
  const delay = seconds * 1000;
  const callOff = seconds > 0 ? setAlarm(delay, () => cancel(timedOut(seconds))) : undefined;
  if (signal?.aborted) onAbort();
  else signal?.addEventListener("abort", onAbort, { once: true });
  return {
    signal: cancellation,
    at: callOff ? Date.now() + delay : undefined,
    cancel,
    dispose() {
      callOff?.();
      signal?.removeEventListener("abort", onAbort);
    },
  };
}

/** Waits for a promise that others may share, no longer than the signal allows. */
export function abortable<T>(promise: Promise<T>, signal: CancelSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function timedOut(seconds: number): OutcropError {
  return new OutcropError(
    "timeout",
    `No whole answer within ${seconds} s. Raise timeout if the model needs longer.`,
  );
}

function cancelled(cause: unknown): OutcropError {
  return cause instanceof OutcropError
    ? cause
    : new OutcropError("cancelled", "The caller cancelled the request.", { cause });
}
