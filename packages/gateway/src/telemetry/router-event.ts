import type { ErrorCode } from "@outcrop/sdk";

/** What happens between a request and its answer, as the router sees it. */
export type RouterEvent =
  | {
      readonly type: "attempt-started" | "attempt-succeeded";
      readonly deploymentId: string;
      readonly modelGroup: string;
    }
  | {
      /** `cooled-down`: the deployment is left alone for a while, because of that failure. */
      readonly type: "attempt-failed" | "cooled-down";
      readonly deploymentId: string;
      readonly modelGroup: string;
      readonly code: ErrorCode;
    }
  | {
      /** A model was being restored, and the request has waited for it. */
      readonly type: "cold-wait";
      readonly deploymentId: string;
      readonly modelGroup: string;
      readonly waitedMs: number;
    }
  | {
      /** `fallback-taken`: another group has answered; `fallback-exhausted`: the last one has failed too. */
      readonly type: "fallback-taken" | "fallback-exhausted";
      /** The group that was asked for. */
      readonly modelGroup: string;
      readonly fallbackGroup: string;
      /** Why the first group could not answer. */
      readonly code: ErrorCode;
    };
