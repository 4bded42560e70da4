import { type ChatEvent, type ErrorCode, type JsonValue, createCompletionFold } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import { createMockAnswer } from "../../../src/routing/shaping/mock-answer.ts";
import { createRequest, createRig, failureOf, nothingLeft, readEvents } from "../rig.ts";

async function fold(mock: JsonValue, choices = 1) {
  const completion = createCompletionFold();
  const events: ChatEvent[] = await readEvents(createMockAnswer(mock, choices));
  for (const event of events) completion.push(event);
  return completion.result();
}

const choice = { text: "", reasoning: "", toolCalls: [], logprobs: undefined, finishReason: "stop" };

describe("mock_response stands for", () => {
  const rows: readonly [string, JsonValue, unknown][] = [
    ["a text", "Hello", { choices: [{ ...choice, text: "Hello" }], usage: undefined }],
    ["an empty text", "", { choices: [choice], usage: undefined }],
    [
      "a text that only looks like a word of ours",
      "RateLimitErrors are rare",
      { choices: [{ ...choice, text: "RateLimitErrors are rare" }], usage: undefined },
    ],
    [
      "a text for a word that nobody knows",
      "litellm.UnheardOfError",
      { choices: [{ ...choice, text: "litellm.UnheardOfError" }], usage: undefined },
    ],
    [
      "the text of any other object",
      { a: 1 },
      { choices: [{ ...choice, text: '{"a":1}' }], usage: undefined },
    ],
    [
      "a completion",
      {
        choices: [
          {
            message: { role: "assistant", content: "A", reasoning_content: "because" },
            finish_reason: "length",
          },
          {
            message: {
              content: null,
              tool_calls: [{ id: "c1", type: "function", function: { name: "f", arguments: "{}" } }],
            },
            finish_reason: "tool_calls",
          },
        ],
        usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
      },
      {
        choices: [
          { ...choice, text: "A", reasoning: "because", finishReason: "length" },
          { ...choice, toolCalls: [{ id: "c1", name: "f", arguments: "{}" }], finishReason: "tool_calls" },
        ],
        usage: { promptTokens: 3, completionTokens: 4 },
      },
    ],
    ["a completion with gaps", { choices: [{}, null] }, { choices: [choice, choice], usage: undefined }],
  ];
  test.each(rows)("%s", async (_, mock, expected) => {
    expect(await fold(mock)).toEqual(expected);
  });

  const words: readonly [string, ErrorCode][] = [
    ["litellm.RateLimitError", "throttled"],
    ["litellm.InternalServerError", "upstream_error"],
    ["litellm.ContextWindowExceededError", "context_window_exceeded"],
    ["litellm.ContentPolicyViolationError", "content_policy"],
    ["Exception: content_filter_policy", "content_policy"],
    ["litellm.Timeout", "timeout"],
    ["litellm.ServiceUnavailableError", "service_unavailable"],
    ["litellm.AuthenticationError", "authentication"],
    ["RateLimitError", "throttled"],
    ["BadRequestError", "invalid_request"],
    ["litellm.NotFoundError", "not_found"],
  ];
  test.each(words)("the failure %s", async (word, code) => {
    const rig = createRig({ models: [{ name: "a", numRetries: 0, shaping: { mockResponse: word } }] });
    expect((await failureOf(rig.ask("a"))).code).toBe(code);
    expect(rig.leftovers()).toEqual(nothingLeft);
  });

  test("as many choices as the request asks for", async () => {
    const rig = createRig({ models: [{ name: "a", shaping: { mockResponse: "x" } }] });
    const events = await readEvents(await rig.chat("a", { request: createRequest({ n: 3 }) }));
    expect(events.at(-1)).toEqual({ type: "finish", reasons: ["stop", "stop", "stop"] });
  });
});

test("a mock calls nobody, and its failures fall back like any other", async () => {
  const rig = createRig({
    models: [
      { name: "a", numRetries: 0, shaping: { mockResponse: "litellm.RateLimitError" } },
      { name: "b", shaping: { mockResponse: "from b" } },
    ],
    router: { fallbacks: { a: ["b"] } },
  });
  expect(await rig.ask("a", { stream: true })).toMatchObject({ text: "from b", attemptedFallbacks: 1 });
  expect(rig.client.calls).toEqual([]);
});
