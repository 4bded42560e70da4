import { type CancelSignal, Cancellation, OutcropError } from "@outcrop/sdk";

/** Waits; rejects when the signal fires. */
export type Sleep = (ms: number, signal: CancelSignal) => Promise<void>;

/** What one try runs under: a signal of its own, that fires when the caller leaves or a time is up. */
export interface Scope {
  readonly signal: CancelSignal;
  /** Ends everything after so many milliseconds (`Infinity`: never), for the reason that then holds. */
  arm(ms: number, reason: () => OutcropError): void;
  /** The time no longer counts. */
  disarm(): void;
  /** Lets go of the caller's signal and the timer; with a reason, what still runs is ended. */
  close(reason?: OutcropError): void;
}

export function createScope(parent: CancelSignal, sleep: Sleep): Scope {
  const cancellation = new Cancellation();
  const onAbort = () => close(toAbortError(parent));
  let alarm: Cancellation | undefined;

  function disarm(): void {
    alarm?.abort(undefined);
    alarm = undefined;
  }

  function close(reason?: OutcropError): void {
    disarm();
    parent.removeEventListener("abort", onAbort);
    if (reason) cancellation.abort(reason);
  }

  if (parent.aborted) onAbort();
  else parent.addEventListener("abort", onAbort, { once: true });
  return {
    signal: cancellation,
    arm(ms, reason) {
      if (ms === Infinity || cancellation.aborted) return;
      alarm = new Cancellation();
      sleep(ms, alarm).then(() => close(reason()), ignore);
    },
    disarm,
    close,
  };
}

function ignore(): void {}

/** What a fired signal means to a client. */
export function toAbortError(signal: CancelSignal): OutcropError {
  const cause: unknown = signal.reason;
  return cause instanceof OutcropError
    ? cause
    : new OutcropError("cancelled", "The call was cancelled.", { cause });
}

/** Waits for work no longer than the signal allows; the work itself goes on. */
export function untilAborted<T>(work: Promise<T>, signal: CancelSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(toAbortError(signal));
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = () => reject(toAbortError(signal));
  signal.addEventListener("abort", onAbort, { once: true });
  const leave = () => signal.removeEventListener("abort", onAbort);
  work.then(resolve, reject).then(leave, leave);
  return promise;
}
