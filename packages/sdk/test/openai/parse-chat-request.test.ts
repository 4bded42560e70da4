import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/core/json.ts";
import { parseChatRequest } from "../../src/openai/parse-chat-request.ts";

const hi = [{ role: "user", content: "hi" }];

describe("known fields are read strictly", () => {
  test.each<[JsonObject, string]>([
    [{ messages: undefined }, "messages"],
    [{ messages: [] }, "messages"],
    [{ messages: "hi" }, "messages"],
    [{ messages: ["hi"] }, "messages[0]"],
    [{ messages: [{ role: "robot", content: "x" }] }, "messages[0].role"],
    [{ messages: [{ role: "user" }] }, "messages[0].content"],
    [{ messages: [...hi, { role: "user", content: 5 }] }, "messages[1].content"],
    [{ messages: [{ role: "user", content: [{ type: "audio" }] }] }, "messages[0].content[0].type"],
    [{ messages: [{ role: "user", content: [{ type: "text", text: 1 }] }] }, "messages[0].content[0].text"],
    [
      { messages: [{ role: "user", content: [{ type: "image_url", image_url: {} }] }] },
      "messages[0].content[0].image_url.url",
    ],
    [{ messages: [{ role: "tool", content: "x" }] }, "messages[0].tool_call_id"],
    [
      { messages: [{ role: "assistant", tool_calls: [{ id: "1", function: {} }] }] },
      "messages[0].tool_calls[0].function.name",
    ],
    [{ temperature: "hot" }, "temperature"],
    [{ temperature: 2.1 }, "temperature"],
    [{ temperature: -1 }, "temperature"],
    [{ top_p: 1.5 }, "top_p"],
    [{ max_tokens: 0 }, "max_tokens"],
    [{ max_tokens: 1.5 }, "max_tokens"],
    [{ max_completion_tokens: "5" }, "max_completion_tokens"],
    [{ n: 0 }, "n"],
    [{ seed: 1.5 }, "seed"],
    [{ stop: 5 }, "stop"],
    [{ stop: ["a", ""] }, "stop[1]"],
    [{ stop: [5] }, "stop[0]"],
    [{ stream: "yes" }, "stream"],
    [{ stream_options: true }, "stream_options"],
    [{ logprobs: 5 }, "logprobs"],
    [{ top_logprobs: 21 }, "top_logprobs"],
    [{ response_format: { type: "xml" } }, "response_format.type"],
    [{ response_format: { type: "json_schema" } }, "response_format.json_schema"],
    [{ tools: {} }, "tools"],
    [{ tools: [{ type: "web_search" }] }, "tools[0].type"],
    [{ tools: [{ type: "function", function: {} }] }, "tools[0].function.name"],
    [{ tool_choice: "sometimes" }, "tool_choice"],
    [{ tool_choice: "required" }, "tool_choice"],
    [{ tool_choice: { type: "function", function: { name: "f" } } }, "tool_choice.function.name"],
    [{ chat_template_kwargs: [] }, "chat_template_kwargs"],
    [{ logit_bias: 5 }, "logit_bias"],
    [{ reasoning_effort: 5 }, "reasoning_effort"],
  ])("%j names %s", (body, param) => {
    const read = () => parseChatRequest({ messages: hi, ...body });
    expect(read).toThrow(expect.objectContaining({ code: "invalid_request", status: 400, param }));
  });

  test("a message never repeats what the caller wrote", () => {
    expect(() => parseChatRequest({ messages: [{ role: "secret-role", content: "x" }] })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("secret-role") }),
    );
  });
});

describe("what is read", () => {
  test("null is absent, neutral values ask for nothing, unknown fields are kept", () => {
    const { request, stream, includeUsage, unsupported } = parseChatRequest({
      model: "m",
      messages: hi,
      temperature: null,
      n: 1,
      frequency_penalty: 0,
      presence_penalty: 0,
      user: "u",
      metadata: {},
      parallel_tool_calls: true,
      modalities: ["text"],
      top_k: 5,
      repetition_penalty: 1.2,
      functions: [],
    });
    expect(request.parameters).toEqual({ topK: 5 });
    expect(request.extra).toEqual({ repetition_penalty: 1.2 });
    expect({ stream, includeUsage, unsupported }).toEqual({
      stream: false,
      includeUsage: false,
      unsupported: [],
    });
  });

  test("max_completion_tokens beats max_tokens", () => {
    expect(
      parseChatRequest({ messages: hi, max_tokens: 1, max_completion_tokens: 2 }).request.parameters,
    ).toEqual({ maxTokens: 2 });
  });

  test("what Bedrock has no meaning for is named", () => {
    const body = { messages: hi, functions: [{ name: "f" }], audio: {}, modalities: ["text", "audio"] };
    expect(parseChatRequest(body).unsupported).toEqual(["functions", "audio", "modalities"]);
  });

  test("a conversation of every role", () => {
    const messages = [
      { role: "system", content: "s" },
      { role: "developer", content: [{ type: "text", text: "d" }] },
      {
        role: "user",
        content: [
          { type: "text", text: "u" },
          { type: "image_url", image_url: { url: "data:,x", detail: "low" } },
        ],
        name: "ann",
      },
      {
        role: "assistant",
        content: null,
        refusal: null,
        tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "1", content: "r" },
      { role: "assistant", content: "a", reasoning_content: "why", tool_calls: null },
    ];
    expect(parseChatRequest({ messages }).request.messages).toEqual([
      { role: "system", content: "s" },
      { role: "developer", content: [{ type: "text", text: "d" }] },
      {
        role: "user",
        content: [
          { type: "text", text: "u" },
          { type: "image", url: "data:,x", detail: "low" },
        ],
        name: "ann",
      },
      { role: "assistant", content: null, toolCalls: [{ id: "1", name: "f", arguments: "{}" }] },
      { role: "tool", content: "r", toolCallId: "1" },
      { role: "assistant", content: "a", reasoningContent: "why", toolCalls: [] },
    ]);
  });
});

test("a tool's keys keep the request's order, because templates print them as they come", () => {
  const made = { strict: true, parameters: { type: "object" }, name: "f", description: "d", unknown: 1 };
  const { tools } = parseChatRequest({ messages: hi, tools: [{ type: "function", function: made }] }).request;
  expect(JSON.stringify(tools)).toBe(
    '[{"strict":true,"parameters":{"type":"object"},"name":"f","description":"d"}]',
  );
});
