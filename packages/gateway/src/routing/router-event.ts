import type { ChatCall, ErrorCode, OutcropError, Usage } from "@outcrop/sdk";

/** How far a call has waited for a model that is being restored. */
export type ColdStartProgress = Parameters<NonNullable<ChatCall["onColdStart"]>>[0];

interface OfDeployment {
  /** The group as the config names it: an alias, or a pattern. */
  readonly group: string;
  readonly deploymentId: string;
}

interface EndOfAttempt extends OfDeployment {
  /** Milliseconds since the call was sent. */
  readonly totalMs: number;
  /** To the first event; absent if there was none. */
  readonly firstEventMs: number | undefined;
}

/**
 * What the router tells of its work, for logs and metrics. Every `attempt-started` is followed by exactly one of the
 * three ends. Nothing in it is a prompt, an answer or a key.
 */
export type RouterEvent =
  | ({
      readonly type: "attempt-started";
      /** From 1, within the request. */ readonly attempt: number;
    } & OfDeployment)
  | ({ readonly type: "attempt-succeeded"; readonly usage: Usage | undefined } & EndOfAttempt)
  | ({ readonly type: "attempt-failed"; readonly error: OutcropError } & EndOfAttempt)
  /** The reader has gone. */
  | ({ readonly type: "attempt-left" } & EndOfAttempt)
  /** The deployment's model isn't known to be warm. */
  | ({
      readonly type: "cold-model-called";
      /** Milliseconds before a stream that waits for it is opened; 0: never. */
      readonly graceMs: number;
      /** Whether it still isn't known to be warm. */
      readonly isCold: () => boolean;
    } & OfDeployment)
  | ({ readonly type: "cold-start-waiting"; readonly progress: ColdStartProgress } & OfDeployment)
  | ({ readonly type: "cooled-down"; readonly code: ErrorCode; readonly seconds: number } & OfDeployment)
  | { readonly type: "fallback-taken"; readonly from: string; readonly to: string; readonly code: ErrorCode }
  /** At least one fallback was taken, and the last of them has failed too. */
  | { readonly type: "fallbacks-exhausted"; readonly group: string; readonly code: ErrorCode };

/** Told as things happen; must not throw. */
export type RouterObserver = (event: RouterEvent) => void;
