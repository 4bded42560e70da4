import { type ErrorCode, errorTable } from "@outcrop/sdk";

/** LiteLLM's classes where the status alone does not tell them. */
const byCode: Readonly<Partial<Record<ErrorCode, string>>> = {
  unsupported_parameter: "UnsupportedParamsError",
  context_window_exceeded: "ContextWindowExceededError",
  content_policy: "ContentPolicyViolationError",
  unreadable_answer: "APIResponseValidationError",
  connection_failed: "APIConnectionError",
  stream_incomplete: "APIConnectionError",
};

const byStatus: Readonly<Record<number, string>> = {
  400: "BadRequestError",
  401: "AuthenticationError",
  403: "PermissionDeniedError",
  404: "NotFoundError",
  408: "Timeout",
  413: "BadRequestError",
  422: "UnprocessableEntityError",
  429: "RateLimitError",
  500: "InternalServerError",
  502: "BadGatewayError",
  503: "ServiceUnavailableError",
  504: "Timeout",
};

/** What LiteLLM calls a failure in its metrics and logs. */
export function exceptionClassOf(code: ErrorCode): string {
  return byCode[code] ?? byStatus[errorTable[code].status] ?? "APIError";
}
