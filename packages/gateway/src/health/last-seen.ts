import type { ErrorCode } from "@outcrop/sdk";

/** What the last calls of a deployment showed of its model. */
export type Warmth = "unknown" | "warm" | "restoring" | "idle";

/** Remembers how each deployment's model was seen last; it asks nobody. */
export interface LastSeen {
  succeeded(deploymentId: string): void;
  failed(deploymentId: string, code: ErrorCode): void;
  warmthOf(deploymentId: string): { readonly warmth: Warmth; readonly secondsAgo: number | undefined };
}

/**
 * Bedrock takes a model off the hardware after five minutes without calls.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/import-model-calculate-cost.html
 */
const idleAfterMs = 5 * 60_000;

/** A fresh memory. */
export function createLastSeen(now: () => number = Date.now): LastSeen {
  const seen = new Map<string, { at: number; warm: boolean }>();
  return {
    succeeded: (id) => void seen.set(id, { at: now(), warm: true }),
    failed(id, code) {
      if (code === "model_not_ready") seen.set(id, { at: now(), warm: false });
    },
    warmthOf(id) {
      const last = seen.get(id);
      if (!last) return { warmth: "unknown", secondsAgo: undefined };
      const age = now() - last.at;
      const recent = last.warm ? "warm" : "restoring";
      return { warmth: age > idleAfterMs ? "idle" : recent, secondsAgo: Math.round(age / 1000) };
    },
  };
}
