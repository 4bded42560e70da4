import type { OutcropError } from "@outcrop/sdk";
import type { DeploymentRouting, FailurePolicy, RouterSettings } from "../config/gateway-config.ts";
import { failureRules } from "./failure-rules.ts";
import { own } from "./model-groups.ts";

/** A call that has failed, and what there is to try it again. */
export interface FailedTry {
  readonly error: OutcropError;
  /** Retries made before, of this level of the group. */
  readonly retries: number;
  /** Whether a deployment that was not tried yet could take the call. */
  readonly hasFresh: boolean;
}

/** What allows retries, the stronger first. */
export interface RetryRules {
  /** `retry_policy`, with the group's own over it. */
  readonly policy: FailurePolicy;
  /** What the request asks for. */
  readonly asked: number | undefined;
  readonly routing: Pick<DeploymentRouting, "numRetries">;
  /** Seconds. */
  readonly retryAfter: number;
  readonly random: () => number;
}

const throttledBaseMs = 500;
const maxBackoffMs = 20_000;
/** A longer pause that AWS asks for is the client's to wait. */
const maxRetryAfterMs = 60_000;

/** How long to wait before the next try, in milliseconds; `undefined`: there is none. */
export function retryWaitMs({ error, retries, hasFresh }: FailedTry, rules: RetryRules): number | undefined {
  const { failureClass, retry } = failureRules[error.code];
  const named = failureClass === "Default" ? undefined : rules.policy[failureClass];
  const allowed = named ?? rules.policy.Default ?? rules.asked ?? rules.routing.numRetries;
  const mayTry = retry === "again" || named !== undefined || (retry === "elsewhere" && hasFresh);
  if (!mayTry || retries >= allowed) return undefined;
  const least = rules.retryAfter * 1000;
  return hasFresh || error.code !== "throttled" ? least : backoffMs(error, retries, { ...rules, least });
}

function backoffMs(
  error: OutcropError,
  retries: number,
  { least, random }: { least: number; random: () => number },
): number | undefined {
  const asked = (error.retryAfter ?? 0) * 1000;
  if (asked > maxRetryAfterMs) return undefined;
  return Math.max(least, asked, random() * Math.min(maxBackoffMs, throttledBaseMs * 2 ** retries));
}

/** The policy of a group: its own words, and the router's where it says nothing. */
export function policyOf(
  group: string,
  settings: Pick<RouterSettings, "retryPolicy" | "modelGroupRetryPolicy">,
): FailurePolicy {
  return { ...settings.retryPolicy, ...own(settings.modelGroupRetryPolicy, group) };
}
