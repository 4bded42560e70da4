import type { CancelSignal } from "../core/cancellation.ts";
import { OutcropError } from "../core/errors.ts";
import { isDeadline, toAbortError } from "./aborts.ts";
import type { Clock } from "./clock.ts";

export interface RetryPolicy {
  /** How often the call may be sent again. */
  readonly maxRetries: number;
  /** When the call must have ended, on the clock's time; a wait that would end later isn't begun. */
  readonly deadline?: number | undefined;
  readonly signal: CancelSignal | undefined;
  readonly onRetry?: ((info: RetryInfo) => void) | undefined;
}

/** What is told before a wait: which attempt failed (from 1), how, and how long the wait is. */
export interface RetryInfo {
  readonly attempt: number;
  readonly error: OutcropError;
  readonly waitMs: number;
}

const baseMs = 100;
const throttledBaseMs = 500;
const maxWaitMs = 20_000;
/** A server that asks for a longer pause is believed, but not waited for. */
const maxRetryAfterMs = 60_000;

/**
 * Sends again what the error table calls retryable, after waits with full jitter (the figures of AWS's SDKs). A cold
 * model is not its business. When no attempt or no time is left, the last error is thrown.
 */
export function withRetries<T>(attempt: () => Promise<T>, policy: RetryPolicy, clock: Clock): Promise<T> {
  return policy.maxRetries === 0 ? attempt() : keepTrying(attempt, policy, clock);
}

async function keepTrying<T>(attempt: () => Promise<T>, policy: RetryPolicy, clock: Clock): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      const waitMs = count > policy.maxRetries ? undefined : waitBefore(error, count, clock);
      if (waitMs === undefined || !(error instanceof OutcropError)) throw error;
      if (policy.deadline !== undefined && clock.now() + waitMs >= policy.deadline) throw error;
      policy.onRetry?.({ attempt: count, error, waitMs });
      await sleepAfter(error, waitMs, { policy, clock });
    }
  }
}

/** How long to wait after the `count`th failure; `undefined` if the call shall not be sent again. */
function waitBefore(error: unknown, count: number, clock: Clock): number | undefined {
  if (!(error instanceof OutcropError) || !error.retryable || error.code === "model_not_ready")
    return undefined;
  const asked = (error.retryAfter ?? 0) * 1000;
  if (asked > maxRetryAfterMs) return undefined;
  const base = error.code === "throttled" ? throttledBaseMs : baseMs;
  return Math.max(asked, Math.floor(clock.random() * Math.min(maxWaitMs, base * 2 ** (count - 1))));
}

async function sleepAfter(
  error: OutcropError,
  waitMs: number,
  { policy, clock }: { policy: RetryPolicy; clock: Clock },
): Promise<void> {
  const { signal } = policy;
  try {
    await clock.sleep(waitMs, signal);
  } catch (cause) {
    if (!signal?.aborted) throw cause;
    throw isDeadline(signal.reason) ? error : toAbortError(signal);
  }
}
