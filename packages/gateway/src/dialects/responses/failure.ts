import type { ErrorCode, JsonObject, OutcropError } from "@outcrop/sdk";
import type { NamedEvent } from "../server-sent-events.ts";

/** OpenAI's words for why a response failed, where it has one; Codex knows some of them. */
const codes: Readonly<Partial<Record<ErrorCode, string>>> = {
  invalid_request: "invalid_prompt",
  context_window_exceeded: "context_length_exceeded",
  throttled: "rate_limit_exceeded",
};

/** The `error` of a response that failed. */
export function toResponseError({ code, message }: OutcropError): JsonObject {
  return { code: codes[code] ?? "server_error", message };
}

/** The error event. OpenAI documents it flat and sends it nested, and its clients read the one or the other. */
export function toErrorEvent(failure: OutcropError): NamedEvent {
  const error = { ...toResponseError(failure), param: failure.param ?? null };
  return { type: "error", ...error, error: { type: failure.type, ...error } };
}
