import type { ErrorCode, OutcropError } from "@outcrop/sdk";
import type { RouterSettings } from "../config/gateway-config.ts";
import { failureRules } from "./failure-rules.ts";
import type { Target } from "./model-groups.ts";
import type { MinuteView } from "./state.ts";

/** The settings that a cooldown follows from. */
export type CooldownSettings = Pick<
  RouterSettings,
  "allowedFails" | "allowedFailsPolicy" | "cooldownTime" | "disableCooldowns"
>;

/** LiteLLM's default of `allowed_fails`: as long as nobody sets another, it does not count by it. */
const defaultAllowedFails = 3;
/** Below this many calls in the minute, a share of failures says nothing. */
const leastCalls = 5;
/** AWS's own `Retry-After` is believed up to here. */
const maxAskedSeconds = 60;

/**
 * For how many seconds a deployment is left alone after a failure, which its `minute` already counts; 0: not at all.
 * A lone deployment is spared, as there would be nobody else to ask.
 */
export function cooldownSeconds(
  { error, target, minute }: { error: OutcropError; target: Target; minute: MinuteView },
  settings: CooldownSettings,
): number {
  if (settings.disableCooldowns || target.isAlone || !isDue(error.code, minute, settings)) return 0;
  // Under a pattern, a model that isn't there says nothing about the others.
  if (error.code === "not_found" && target.entry.wildcard) return 0;
  const asked = Math.min(error.retryAfter ?? 0, maxAskedSeconds);
  return target.entry.routing.cooldownTime ?? (asked > 0 ? asked : settings.cooldownTime);
}

function isDue(
  code: ErrorCode,
  minute: MinuteView,
  { allowedFails, allowedFailsPolicy }: CooldownSettings,
): boolean {
  const { cooldown, failureClass } = failureRules[code];
  if (cooldown === "never") return false;
  const ofClass = allowedFailsPolicy[failureClass];
  if (ofClass !== undefined) return (minute.failuresByClass[failureClass] ?? 0) > ofClass;
  const isCounted = allowedFails !== defaultAllowedFails || Object.keys(allowedFailsPolicy).length > 0;
  if (isCounted) return minute.failures > (allowedFailsPolicy.Default ?? allowedFails);
  const calls = minute.successes + minute.failures;
  return cooldown === "at-once" || (calls >= leastCalls && minute.failures > calls / 2);
}
