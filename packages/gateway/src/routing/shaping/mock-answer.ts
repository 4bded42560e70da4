import {
  type ChatAnswer,
  type ChatEvent,
  type ErrorCode,
  type FinishReason,
  type JsonObject,
  type JsonValue,
  OutcropError,
  type Usage,
  isJsonObject,
} from "@outcrop/sdk";

/** LiteLLM's words for failures, as a `mock_response` may name them. */
const failures: Readonly<Record<string, ErrorCode>> = {
  BadRequestError: "invalid_request",
  ContextWindowExceededError: "context_window_exceeded",
  ContentPolicyViolationError: "content_policy",
  AuthenticationError: "authentication",
  PermissionDeniedError: "permission_denied",
  NotFoundError: "not_found",
  Timeout: "timeout",
  RateLimitError: "throttled",
  InternalServerError: "upstream_error",
  APIConnectionError: "connection_failed",
  ServiceUnavailableError: "service_unavailable",
};

/**
 * The answer that `mock_response` stands for: a text, an OpenAI chat completion, or the failure that a word such as
 * `litellm.RateLimitError` names. Nobody has counted tokens, so there is no usage unless the completion states one.
 *
 * @throws OutcropError the failure.
 */
export function createMockAnswer(mock: JsonValue, choices: number): ChatAnswer {
  if (typeof mock === "string") throwIfFailure(mock);
  const events =
    isJsonObject(mock) && Array.isArray(mock.choices)
      ? eventsOf(mock, mock.choices)
      : textEvents(mock, choices);
  return { events: once(events), warnings: [], requestId: undefined, region: "" };
}

function throwIfFailure(word: string): void {
  if (word.startsWith("Exception: content_filter_policy")) {
    throw new OutcropError("content_policy", "mock_response: a content filter has stepped in.");
  }
  const code = failures[/^(?:litellm\.)?(\w+)$/.exec(word)?.[1] ?? ""];
  if (code) throw new OutcropError(code, `mock_response: ${word}`);
}

function textEvents(mock: JsonValue, choices: number): readonly ChatEvent[] {
  const text = typeof mock === "string" ? mock : JSON.stringify(mock);
  const indices = Array.from({ length: choices }, (_, choice) => choice);
  return [
    ...indices.map((choice): ChatEvent => ({ type: "text-delta", choice, text })),
    { type: "finish", reasons: indices.map(() => "stop") },
  ];
}

function eventsOf(mock: JsonObject, choices: readonly JsonValue[]): readonly ChatEvent[] {
  const usage = usageOf(mock.usage);
  return [
    ...choices.flatMap((choice, index) => messageEvents(at(at(choice), "message"), index)),
    {
      type: "finish",
      reasons: choices.map((choice) => reasonOf(at(choice).finish_reason)),
      ...(usage && { usage }),
    },
  ];
}

function messageEvents(message: JsonObject, choice: number): readonly ChatEvent[] {
  const { content, reasoning_content: reasoning, tool_calls: calls } = message;
  return [
    ...(typeof reasoning === "string" ? [{ type: "reasoning-delta", choice, text: reasoning } as const] : []),
    ...(typeof content === "string" ? [{ type: "text-delta", choice, text: content } as const] : []),
    ...(Array.isArray(calls)
      ? calls.flatMap((call: JsonValue, index) => callEvents(at(call), choice, index))
      : []),
  ];
}

function callEvents(call: JsonObject, choice: number, index: number): readonly ChatEvent[] {
  const made = at(call, "function");
  return [
    {
      type: "tool-call-start",
      choice,
      index,
      id: textOf(call.id, `call_${index}`),
      name: textOf(made.name, ""),
    },
    { type: "tool-call-delta", choice, index, arguments: textOf(made.arguments, "{}") },
    { type: "tool-call-end", choice, index },
  ];
}

const reasons: readonly string[] = [
  "stop",
  "length",
  "tool_calls",
  "content_filter",
] satisfies FinishReason[];

function reasonOf(value: JsonValue | undefined): FinishReason {
  return typeof value === "string" && reasons.includes(value) ? (value as FinishReason) : "stop";
}

function usageOf(value: JsonValue | undefined): Usage | undefined {
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = at(value);
  if (typeof promptTokens !== "number" || typeof completionTokens !== "number") return undefined;
  return { promptTokens, completionTokens };
}

function at(value: JsonValue | undefined, name?: string): JsonObject {
  const found = name === undefined ? value : at(value)[name];
  return isJsonObject(found) ? found : {};
}

function textOf(value: JsonValue | undefined, fallback: string): string {
  return typeof value === "string" ? value : fallback;
}

async function* once(events: readonly ChatEvent[]): AsyncGenerator<readonly ChatEvent[]> {
  yield events;
}
