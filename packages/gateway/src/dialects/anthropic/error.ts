import type { OutcropError } from "@outcrop/sdk";

/** Anthropic's error types by HTTP status; a status that is not here is the API's own failure. */
const types: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  405: "invalid_request_error",
  408: "timeout_error",
  413: "request_too_large",
  429: "rate_limit_error",
  503: "overloaded_error",
};

/**
 * Anthropic's error envelope, which is its error event as well. It has no place for a path, so messages
 * name it.
 * @see https://docs.anthropic.com/en/api/errors
 */
export function encodeAnthropicError({ status, message }: OutcropError) {
  return { type: "error", error: { type: types[status] ?? "api_error", message } };
}
