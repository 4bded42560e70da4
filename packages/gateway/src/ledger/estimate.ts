import { type Money, fractionOf } from "./money.ts";
import { type CopyRule, billingWindowMs } from "./periods.ts";

/** A call's part in the cost of its window, as it looks at the call's end: later calls can only make it smaller. */
export interface Estimator {
  /** A call goes to a model. */
  began(modelId: string): void;
  /** It is over, and had so many tokens. */
  ended(modelId: string, tokens: number, at: number): void;
  /** The part of a call that has just ended, where a unit of `copyCost` is what one copy costs in a window. */
  share(modelId: string, tokens: number, copyCost: Money): Money;
}

/** The window of a model that is open. */
interface OpenWindow {
  start: number;
  lastUse: number;
  tokens: number;
  busy: number;
  /** The most calls at once. */
  peak: number;
}

/** Follows the windows of this process's calls. */
export function createEstimator({ concurrencyPerCopy, maxCopies, idleMs }: CopyRule): Estimator {
  const windows = new Map<string, OpenWindow>();

  function windowOf(modelId: string): OpenWindow {
    const known = windows.get(modelId) ?? {
      start: -Infinity,
      lastUse: -Infinity,
      tokens: 0,
      busy: 0,
      peak: 0,
    };
    windows.set(modelId, known);
    return known;
  }

  /** Moves on to the window that a time is in. */
  function turn(window: OpenWindow, at: number): void {
    const isIdle = window.busy <= 1 && at - window.lastUse > idleMs;
    const passed = Math.floor((at - window.start) / billingWindowMs);
    if (!isIdle && passed < 1) return;
    window.start = isIdle ? at : window.start + passed * billingWindowMs;
    window.tokens = 0;
    window.peak = window.busy;
  }

  return {
    began(modelId) {
      const window = windowOf(modelId);
      window.busy += 1;
      window.peak = Math.max(window.peak, window.busy);
    },
    ended(modelId, tokens, at) {
      const window = windowOf(modelId);
      turn(window, at);
      window.busy -= 1;
      window.lastUse = at;
      window.tokens += tokens;
    },
    share(modelId, tokens, copyCost) {
      const { peak, tokens: all } = windowOf(modelId);
      const copies = Math.min(maxCopies, Math.max(1, Math.ceil(peak / concurrencyPerCopy)));
      const cost = copyCost * BigInt(copies);
      return all > 0 ? fractionOf(cost, tokens, all) : cost;
    },
  };
}
