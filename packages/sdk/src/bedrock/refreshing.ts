import type { AwsKeys } from "./sigv4.ts";

/** Keys, and when they end, if AWS said so. */
export interface ExpiringKeys extends AwsKeys {
  readonly expiration?: Date | undefined;
}

export interface RefreshingOptions {
  readonly load: () => Promise<ExpiringKeys>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Keys that are loaded when they are first needed, and again before they end. */
export interface RefreshingKeys {
  /** Keys that are valid now. Rejects as `load` does, and only if there are none. */
  get(): Promise<AwsKeys>;
  /** AWS has refused them: the next `get` loads new ones. */
  forget(): void;
}

const marginMs = 5 * 60_000;
/** Keys without an end may still be replaced at their source, as a tool does that rewrites AWS's shared file. */
const recheckMs = 10 * 60_000;
/** Neither a source that fails nor one that gives out keys with a short life is asked in a loop. */
const pauseMs = 10_000;

interface Held {
  readonly keys: ExpiringKeys;
  /** From then on the keys are replaced behind the calls' back, while they are still good. */
  refreshAt: number;
}

/**
 * Keeps one identity's keys fresh: one load at a time however many calls ask, begun five minutes before the end; a
 * load that fails leaves good keys in place, and is forgotten.
 */
export function createRefreshingKeys({ load, now }: RefreshingOptions): RefreshingKeys {
  let held: Held | undefined;
  let loading: Promise<AwsKeys> | undefined;

  const loadNow = async (): Promise<AwsKeys> => {
    const keys = await load();
    held = { keys, refreshAt: refreshTime(keys, now()) };
    return keys;
  };
  const loadOnce = (): Promise<AwsKeys> => {
    loading ??= loadNow().finally(() => {
      loading = undefined;
    });
    return loading;
  };

  return {
    async get() {
      if (!held || hasEnded(held.keys, now())) return loadOnce();
      if (now() >= held.refreshAt) {
        held.refreshAt = now() + pauseMs;
        // The keys in hand are good: that new ones can't be had matters only when these have ended.
        loadOnce().catch(() => {});
      }
      return held.keys;
    },
    forget() {
      held = undefined;
    },
  };
}

function refreshTime({ expiration }: ExpiringKeys, now: number): number {
  return expiration ? Math.max(now + pauseMs, expiration.getTime() - marginMs) : now + recheckMs;
}

function hasEnded({ expiration }: ExpiringKeys, now: number): boolean {
  return expiration !== undefined && now >= expiration.getTime();
}
