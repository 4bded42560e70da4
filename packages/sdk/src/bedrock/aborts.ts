import type { CancelSignal } from "../core/cancellation.ts";
import { OutcropError } from "../core/errors.ts";

/** Waits; rejects when the signal fires. */
export type Sleep = (ms: number, signal: CancelSignal | undefined) => Promise<void>;

/** What a fired signal means: the deadline has passed, or the caller has left. */
export function toAbortError(signal: CancelSignal): OutcropError {
  const reason: unknown = signal.reason;
  if (reason instanceof OutcropError) return reason;
  return isDeadline(reason)
    ? new OutcropError("timeout", "The call's deadline has passed before Amazon Bedrock answered.", {
        cause: reason,
      })
    : new OutcropError("cancelled", "The call was cancelled.", { cause: reason });
}

/** Whether a signal fired because time was up (`AbortSignal.timeout`), not because the caller left. */
export function isDeadline(reason: unknown): boolean {
  if (reason instanceof OutcropError) return reason.code === "timeout";
  return reason instanceof Error && reason.name === "TimeoutError";
}

/** @throws OutcropError `timeout` or `cancelled` if the signal has fired. */
export function throwIfAborted(signal: CancelSignal | undefined): void {
  if (signal?.aborted) throw toAbortError(signal);
}

/** Waits for shared work without owning it: the caller may leave, the work goes on. */
export async function abandonable<T>(work: Promise<T>, signal: CancelSignal | undefined): Promise<T> {
  if (!signal) return work;
  throwIfAborted(signal);
  const { promise: left, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(toAbortError(signal));
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, left]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
