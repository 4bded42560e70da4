/**
 * The one error table. `status` is the HTTP status that a gateway answers with, `type` the word in
 * OpenAI's envelope, `retryable` whether the same call may succeed if it is sent again.
 */
export const errorTable = {
  invalid_request: { status: 400, type: "invalid_request_error", retryable: false },
  unsupported_parameter: { status: 400, type: "unsupported_parameter", retryable: false },
  invalid_model: { status: 400, type: "invalid_model", retryable: false },
  region_mismatch: { status: 400, type: "region_mismatch", retryable: false },
  region_missing: { status: 400, type: "region_missing", retryable: false },
  context_window_exceeded: { status: 400, type: "context_window_exceeded", retryable: false },
  content_policy: { status: 400, type: "content_policy_violation", retryable: false },
  quota_exceeded: { status: 400, type: "quota_exceeded", retryable: false },
  conflict: { status: 400, type: "conflict", retryable: false },
  credentials_missing: { status: 401, type: "credentials_missing", retryable: false },
  authentication: { status: 401, type: "auth_error", retryable: false },
  permission_denied: { status: 403, type: "permission_denied", retryable: false },
  not_found: { status: 404, type: "not_found", retryable: false },
  timeout: { status: 408, type: "timeout", retryable: false },
  model_timeout: { status: 408, type: "model_timeout", retryable: false },
  cancelled: { status: 499, type: "cancelled", retryable: false },
  method_not_allowed: { status: 405, type: "method_not_allowed", retryable: false },
  request_too_large: { status: 413, type: "request_too_large", retryable: false },
  throttled: { status: 429, type: "rate_limit_error", retryable: true },
  internal: { status: 500, type: "internal_error", retryable: false },
  upstream_error: { status: 502, type: "upstream_error", retryable: true },
  model_error: { status: 502, type: "model_error", retryable: false },
  unreadable_answer: { status: 502, type: "unreadable_answer", retryable: false },
  stream_incomplete: { status: 502, type: "stream_incomplete", retryable: true },
  connection_failed: { status: 502, type: "connection_failed", retryable: true },
  model_not_ready: { status: 503, type: "model_not_ready", retryable: true },
  service_unavailable: { status: 503, type: "service_unavailable", retryable: true },
} as const satisfies Record<string, { status: number; type: string; retryable: boolean }>;

/** A row of the error table. */
export type ErrorCode = keyof typeof errorTable;

export interface ErrorDetails {
  /** The request field at fault, as a path such as `messages[3].content`. */
  readonly param?: string;
  /** AWS's request id (`x-amzn-requestid`). */
  readonly requestId?: string;
  /** AWS's name of the exception, such as `ThrottlingException`. */
  readonly awsType?: string;
  /** Seconds after which a retry makes sense. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/**
 * Every failure of the SDK and the gateway. It carries a code of the table above, never a credential
 * and never a prompt.
 *
 * @example
 * ```ts
 * try {
 *   await completion({ model, messages });
 * } catch (error) {
 *   if (error instanceof OutcropError && error.code === "model_not_ready") console.log(error.retryAfter);
 * }
 * ```
 */
export class OutcropError extends Error {
  override readonly name = "OutcropError";
  readonly code: ErrorCode;
  /** HTTP status, from the table. */
  readonly status: number;
  /** The `type` of OpenAI's error envelope, from the table. */
  readonly type: string;
  readonly retryable: boolean;
  readonly param: string | undefined;
  readonly requestId: string | undefined;
  readonly awsType: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    const row = errorTable[code];
    this.code = code;
    this.status = row.status;
    this.type = row.type;
    this.retryable = row.retryable;
    this.param = details.param;
    this.requestId = details.requestId;
    this.awsType = details.awsType;
    this.retryAfter = details.retryAfter;
  }
}
