import type { Waiter } from "./cold-model.ts";

/** What a call that waits for a cold model is told. */
export interface ColdStartProgress {
  readonly modelId: string;
  /** How long this call has waited, in milliseconds. */
  readonly waitedMs: number;
  /** How often the model has answered that it isn't ready; 0: it has not answered at all. */
  readonly attempt: number;
  /** Milliseconds until it is asked again; 0 while a question is under way. */
  readonly nextTryMs: number;
}

/** Tells each of them how it stands. */
export function tellProgress(
  waiters: readonly Waiter[],
  { now, attempt, nextTryMs }: { now: number; attempt: number; nextTryMs: number },
): void {
  for (const waiter of waiters) {
    const { modelId, onProgress } = waiter.patience;
    waiter.wasTold = true;
    waiter.wasToldSinceTurn = true;
    try {
      onProgress?.({ modelId, waitedMs: now - waiter.since, attempt, nextTryMs });
    } catch {
      // A listener's own failure must not end the call, still less that of another who asks for all.
    }
  }
}
