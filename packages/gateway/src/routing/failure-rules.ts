import type { ErrorCode } from "@outcrop/sdk";
import type { FailureClass } from "../config/gateway-config.ts";

/** What the router makes of a failure. */
export interface FailureRule {
  /** LiteLLM's class, by which policies count; `Default` for what none of its classes means. */
  readonly failureClass: FailureClass;
  /** Whether the same deployment may answer another time, only another one, or none. */
  readonly retry: "again" | "elsewhere" | "never";
  /** Whether it takes the deployment out at once, counts towards that, or says nothing about the deployment. */
  readonly cooldown: "at-once" | "counted" | "never";
  /** Which fallbacks may stand in. */
  readonly fallback: "general" | "context-window" | "content-policy" | "none";
}

function row(
  failureClass: FailureClass,
  rule: readonly [FailureRule["retry"], FailureRule["cooldown"], FailureRule["fallback"]?],
): FailureRule {
  const [retry, cooldown, fallback = "general"] = rule;
  return { failureClass, retry, cooldown, fallback };
}

/**
 * One row for each row of the error table. What is the client's own fault is neither sent again nor counted, and falls
 * back only where a list of its own says so. A cold model is waited for, not taken out, so that another try elsewhere is
 * all that helps; a timeout has cost the whole of a deadline already, likewise.
 */
export const failureRules: Readonly<Record<ErrorCode, FailureRule>> = {
  invalid_request: row("BadRequestError", ["never", "never", "none"]),
  unsupported_parameter: row("BadRequestError", ["never", "never", "none"]),
  request_too_large: row("BadRequestError", ["never", "never", "none"]),
  method_not_allowed: row("BadRequestError", ["never", "never", "none"]),
  context_window_exceeded: row("BadRequestError", ["never", "never", "context-window"]),
  content_policy: row("ContentPolicyViolationError", ["never", "never", "content-policy"]),
  cancelled: row("Default", ["never", "never", "none"]),
  internal: row("Default", ["never", "never"]),
  invalid_model: row("BadRequestError", ["elsewhere", "never"]),
  region_mismatch: row("BadRequestError", ["elsewhere", "never"]),
  region_missing: row("BadRequestError", ["elsewhere", "never"]),
  quota_exceeded: row("Default", ["elsewhere", "never"]),
  conflict: row("Default", ["elsewhere", "never"]),
  credentials_missing: row("AuthenticationError", ["elsewhere", "at-once"]),
  authentication: row("AuthenticationError", ["elsewhere", "at-once"]),
  permission_denied: row("Default", ["elsewhere", "never"]),
  not_found: row("NotFoundError", ["elsewhere", "at-once"]),
  timeout: row("TimeoutError", ["elsewhere", "at-once"]),
  model_timeout: row("TimeoutError", ["again", "at-once"]),
  throttled: row("RateLimitError", ["again", "at-once"]),
  upstream_error: row("InternalServerError", ["again", "counted"]),
  model_error: row("InternalServerError", ["elsewhere", "counted"]),
  unreadable_answer: row("InternalServerError", ["elsewhere", "counted"]),
  stream_incomplete: row("InternalServerError", ["again", "counted"]),
  connection_failed: row("InternalServerError", ["again", "counted"]),
  service_unavailable: row("ServiceUnavailableError", ["again", "counted"]),
  model_not_ready: row("Default", ["elsewhere", "never"]),
};
