import type { OutcropError } from "../core/errors.ts";
import type { Clock } from "./clock.ts";

/** A call's own terms of waiting. */
export interface Patience {
  /** What tells models apart: the same id in another region or at another endpoint is another model. */
  readonly key: string;
  readonly modelId: string;
  /** How long the call waits at most, in milliseconds; 0: not at all. */
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress?: ((progress: ColdStartProgress) => void) | undefined;
}

/** What a call that waits for a cold model is told. */
export interface ColdStartProgress {
  readonly modelId: string;
  /** How long this call has waited, in milliseconds. */
  readonly waitedMs: number;
  /** How often the model has answered that it isn't ready. */
  readonly attempt: number;
  /** Milliseconds until it is asked again. */
  readonly nextTryMs: number;
}

/** A call in a model's queue. */
export interface Waiter {
  readonly patience: Patience;
  /** When the call was made, on the clock's time. */
  readonly since: number;
  /** Set while the call naps: ends the nap. */
  wake: () => void;
}

/** What a waiting call has to do now; after a nap it asks again. */
type Step = { readonly do: "probe" | "go" | "give-up" } | { readonly do: "nap"; readonly ms: number };

/**
 * A model that is being restored, and the calls that wait for it in order. It does no waiting itself: it is asked
 * for the next step, told what was seen, and wakes those for whom something has changed.
 */
export interface ColdModel {
  /** The model's last refusal. */
  refusal(): OutcropError;
  join(waiter: Waiter): void;
  /** A call no longer waits, whatever the reason. Answers whether the queue is empty now. */
  leave(waiter: Waiter): boolean;
  /** The model isn't ready yet: the next probe is put off. */
  refuse(refusal: OutcropError): void;
  /** The model has answered: everybody is let go, in order. */
  release(): void;
  nextStep(waiter: Waiter): Step;
}

const firstWaitMs = 5_000;
const maxWaitMs = 30_000;
const growth = 1.5;

export function createColdModel(firstRefusal: OutcropError, clock: Clock): ColdModel {
  /** Whoever is at the head probes; the others wait for their turn. */
  const queue: Waiter[] = [];
  let refusal = firstRefusal;
  let refusals = 0;
  let nextProbeAt = 0;

  const tell = ({ patience, since }: Waiter): void => {
    const now = clock.now();
    const nextTryMs = Math.max(0, nextProbeAt - now);
    try {
      patience.onProgress?.({
        modelId: patience.modelId,
        waitedMs: now - since,
        attempt: refusals,
        nextTryMs,
      });
    } catch {
      // A listener's own failure must not end the call, still less that of another who probes for all.
    }
  };
  const refuse = (latest: OutcropError): void => {
    const grown = Math.round(firstWaitMs * growth ** refusals * (1 + clock.random() / 4));
    nextProbeAt = clock.now() + Math.min(maxWaitMs, Math.max(grown, (latest.retryAfter ?? 0) * 1000));
    refusal = latest;
    refusals += 1;
    queue.forEach(tell);
  };
  refuse(firstRefusal);

  return {
    refusal: () => refusal,
    refuse,
    join(waiter) {
      queue.push(waiter);
      tell(waiter);
    },
    leave(waiter) {
      const place = queue.indexOf(waiter);
      if (place !== -1) queue.splice(place, 1);
      if (place === 0) queue[0]?.wake();
      return queue.length === 0;
    },
    release() {
      for (const waiter of queue.splice(0)) waiter.wake();
    },
    nextStep(waiter) {
      if (!queue.includes(waiter)) return { do: "go" };
      const probes = queue[0] === waiter;
      const left = waiter.since + waiter.patience.limitMs - clock.now();
      const ms = probes ? Math.min(left, nextProbeAt - clock.now()) : left;
      if (ms > 0) return { do: "nap", ms };
      return { do: probes ? "probe" : "give-up" };
    },
  };
}
