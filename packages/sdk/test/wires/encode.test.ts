import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/core/json.ts";
import type { WireName } from "../../src/core/wire.ts";
import { parseChatRequest } from "../../src/openai/parse-chat-request.ts";
import { wires } from "../../src/wires/wire-list.ts";

const hi = [{ role: "user", content: "hi" }];
const image = { type: "image_url", image_url: { url: "data:image/png;base64,aGk=" } };
const tool = { type: "function", function: { name: "f", description: "d", parameters: { type: "object" } } };
const schema = { type: "object", properties: { a: { type: "string" } } };
const jsonSchema = { type: "json_schema", json_schema: { name: "n", schema } };

function encode(wire: WireName, body: JsonObject): unknown {
  const { request } = parseChatRequest({ messages: hi, ...body });
  const encoded = wires[wire].encode({ request, prompt: wires[wire].sendsPrompt ? "PROMPT" : undefined });
  return JSON.parse(JSON.stringify(encoded));
}

describe("the body holds what was asked for and nothing else", () => {
  test.each<[WireName, JsonObject, JsonObject]>([
    ["bedrock_completion", {}, { prompt: "PROMPT" }],
    ["openai_completion", {}, { prompt: "PROMPT" }],
    ["openai_chat", {}, { messages: hi }],
    ["converse", {}, { messages: [{ role: "user", content: [{ text: "hi" }] }] }],
    [
      "bedrock_completion",
      { max_tokens: 5, temperature: 0.5, top_p: 0.9, top_k: 3, stop: "x" },
      { prompt: "PROMPT", max_gen_len: 5, temperature: 0.5, top_p: 0.9, top_k: 3, stop: ["x"] },
    ],
    [
      "openai_completion",
      { max_tokens: 5, temperature: 0, seed: 1, n: 2, logit_bias: { 1: 2 } },
      { prompt: "PROMPT", max_tokens: 5, temperature: 0, seed: 1, n: 2, logit_bias: { 1: 2 } },
    ],
    [
      "openai_chat",
      { max_completion_tokens: 7, max_tokens: 5, stop: ["a", "b"], frequency_penalty: 1 },
      { messages: hi, max_tokens: 7, stop: ["a", "b"], frequency_penalty: 1 },
    ],
    ["bedrock_completion", { logprobs: true }, { prompt: "PROMPT", return_logprobs: true }],
    ["openai_completion", { logprobs: true }, { prompt: "PROMPT", logprobs: 1 }],
    ["openai_completion", { logprobs: true, top_logprobs: 4 }, { prompt: "PROMPT", logprobs: 4 }],
    ["openai_chat", { logprobs: true, top_logprobs: 4 }, { messages: hi, logprobs: true, top_logprobs: 4 }],
    [
      "bedrock_completion",
      { response_format: jsonSchema },
      { prompt: "PROMPT", response_format: { type: "json_schema", json_schema: schema } },
    ],
    ["openai_completion", { response_format: jsonSchema }, { prompt: "PROMPT", response_format: jsonSchema }],
    ["openai_chat", { response_format: jsonSchema }, { messages: hi, response_format: jsonSchema }],
    [
      "openai_chat",
      { response_format: { type: "json_schema", json_schema: schema } },
      { messages: hi, response_format: { type: "json_schema", json_schema: { name: "response", schema } } },
    ],
    ["openai_chat", { response_format: { type: "text" } }, { messages: hi }],
    [
      "bedrock_completion",
      { response_format: { type: "json_object" } },
      { prompt: "PROMPT", response_format: { type: "json_object" } },
    ],
    [
      "openai_chat",
      { structured_outputs: { choice: ["a", "b"] } },
      { messages: hi, structured_outputs: { choice: ["a", "b"] } },
    ],
    ["bedrock_completion", { repetition_penalty: 1.1 }, { prompt: "PROMPT", repetition_penalty: 1.1 }],
    [
      "openai_chat",
      {
        user: "u",
        metadata: { a: "b" },
        parallel_tool_calls: false,
        n: 1,
        presence_penalty: 0,
        stream: true,
        stream_options: { include_usage: true },
      },
      { messages: hi },
    ],
    [
      "openai_chat",
      { chat_template_kwargs: { enable_thinking: false } },
      { messages: hi, chat_template_kwargs: { enable_thinking: false } },
    ],
    ["openai_chat", { tools: [tool] }, { messages: hi, tools: [tool] }],
    [
      "openai_chat",
      { tools: [tool], tool_choice: "auto" },
      { messages: hi, tools: [tool], tool_choice: "auto" },
    ],
    [
      "openai_chat",
      { tools: [tool], tool_choice: { type: "function", function: { name: "f" } } },
      { messages: hi, tools: [tool], tool_choice: { type: "function", function: { name: "f" } } },
    ],
  ])("%s %j", (wire, body, expected) => {
    expect(encode(wire, body)).toEqual(expected);
  });
});

describe("Converse", () => {
  const said = (messages: unknown) =>
    (encode("converse", { messages } as JsonObject) as { messages: unknown }).messages;

  test.each<[string, JsonObject, JsonObject]>([
    [
      "limits",
      { max_tokens: 5, temperature: 0.1, top_p: 0.2, stop: ["x"] },
      { inferenceConfig: { maxTokens: 5, temperature: 0.1, topP: 0.2, stopSequences: ["x"] } },
    ],
    [
      "top_k and foreign fields",
      { top_k: 4, reasoning_config: "high" },
      { additionalModelRequestFields: { top_k: 4, reasoning_config: "high" } },
    ],
    [
      "its own members",
      { guardrailConfig: { guardrailIdentifier: "g", guardrailVersion: "1" } },
      { guardrailConfig: { guardrailIdentifier: "g", guardrailVersion: "1" } },
    ],
    [
      "a schema",
      { response_format: jsonSchema },
      {
        outputConfig: {
          textFormat: {
            type: "json_schema",
            structure: { jsonSchema: { schema: JSON.stringify(schema), name: "n" } },
          },
        },
      },
    ],
    [
      "tools",
      { tools: [tool], tool_choice: "required" },
      {
        toolConfig: {
          tools: [{ toolSpec: { name: "f", description: "d", inputSchema: { json: { type: "object" } } } }],
          toolChoice: { any: {} },
        },
      },
    ],
    ["no tools wanted", { tools: [tool], tool_choice: "none" }, {}],
  ])("%s", (_, body, expected) => {
    expect(encode("converse", body)).toEqual({
      messages: [{ role: "user", content: [{ text: "hi" }] }],
      ...expected,
    });
  });

  test("system turns stand apart, wherever they were", () => {
    const messages = [
      { role: "system", content: "a" },
      ...hi,
      { role: "developer", content: [{ type: "text", text: "b" }] },
      { role: "system", content: " " },
    ];
    expect(encode("converse", { messages })).toEqual({
      system: [{ text: "a" }, { text: "b" }],
      messages: [{ role: "user", content: [{ text: "hi" }] }],
    });
  });

  test("a tool round: neighbours of one role become one message", () => {
    const call = (id: string) => ({ id, type: "function", function: { name: "f", arguments: '{"a":1}' } });
    const messages = [
      ...hi,
      { role: "assistant", content: "", tool_calls: [call("1"), call("2")] },
      { role: "tool", tool_call_id: "1", content: "one" },
      { role: "tool", tool_call_id: "2", content: "" },
      { role: "user", content: "and?" },
    ];
    const use = (toolUseId: string) => ({ toolUse: { toolUseId, name: "f", input: { a: 1 } } });
    const result = (toolUseId: string, text: string) => ({ toolResult: { toolUseId, content: [{ text }] } });
    expect(said(messages)).toEqual([
      { role: "user", content: [{ text: "hi" }] },
      { role: "assistant", content: [use("1"), use("2")] },
      { role: "user", content: [result("1", "one"), result("2", "(empty)"), { text: "and?" }] },
    ]);
  });

  test("images are bytes with a format", () => {
    expect(said([{ role: "user", content: [{ type: "text", text: "see" }, image, image] }])).toEqual([
      {
        role: "user",
        content: [
          { text: "see" },
          ...[1, 2].map(() => ({ image: { format: "png", source: { bytes: "aGk=" } } })),
        ],
      },
    ]);
  });

  test.each([["https://example.com/a.png"], ["data:image/tiff;base64,aGk="], ["data:image/png,plain"]])(
    "refuses the image %s",
    (url) => {
      expect(() => said([{ role: "user", content: [{ type: "image_url", image_url: { url } }] }])).toThrow(
        /data URL/,
      );
    },
  );
});

describe("the chat wire", () => {
  const said = (messages: unknown) =>
    (encode("openai_chat", { messages } as JsonObject) as { messages: unknown }).messages;

  test.each([
    ["developer is system", { role: "developer", content: "d" }, { role: "system", content: "d" }],
    [
      "text parts are one string",
      {
        role: "user",
        content: [
          { type: "text", text: "a" },
          { type: "text", text: "b" },
        ],
      },
      { role: "user", content: "ab" },
    ],
    [
      "images stay parts",
      { role: "user", content: [{ type: "text", text: "a" }, image, image] },
      { role: "user", content: [{ type: "text", text: "a" }, image, image] },
    ],
    [
      "a bare image_url is an object",
      { role: "user", content: [{ type: "image_url", image_url: "data:image/png;base64,aGk=" }] },
      { role: "user", content: [image] },
    ],
    [
      "an assistant that says nothing",
      { role: "assistant", content: null },
      { role: "assistant", content: "" },
    ],
    [
      "a tool result",
      { role: "tool", tool_call_id: "1", content: "r" },
      { role: "tool", tool_call_id: "1", content: "r" },
    ],
    [
      "thinking sent back",
      { role: "assistant", content: "a", reasoning_content: "r" },
      { role: "assistant", content: "a", reasoning_content: "r" },
    ],
  ])("%s", (_, message, expected) => {
    expect(said([...hi, message])).toEqual([...hi, expected]);
  });

  test("beside calls, no content is null", () => {
    const calls = [{ id: "functions.f:0", type: "function", function: { name: "f", arguments: "{}" } }];
    expect(said([{ role: "assistant", content: "", tool_calls: calls }])).toEqual([
      { role: "assistant", content: null, tool_calls: calls },
    ]);
  });

  test("a link is refused: nothing is fetched on a caller's word", () => {
    const messages = [
      ...hi,
      { role: "user", content: [{ type: "image_url", image_url: { url: "http://169.254.169.254/" } }] },
    ];
    expect(() => said(messages)).toThrow(
      expect.objectContaining({ code: "invalid_request", param: "messages[1].content" }),
    );
  });
});
