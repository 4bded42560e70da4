import type { JsonObject, JsonValue } from "@outcrop/sdk";
import { describe, expect, it } from "vitest";
import { openaiResponses } from "../../src/dialects/openai-responses.ts";

const base = { model: "house-model", input: "Hi" };
const weather = {
  type: "function",
  name: "weather",
  description: "Tells it",
  parameters: { type: "object" },
  strict: true,
};

function callOf(fields: JsonObject) {
  return openaiResponses.parse({ ...base, ...fields });
}

function requestOf(fields: JsonObject) {
  const [request] = callOf(fields).requests;
  if (!request) throw new Error("no request");
  return request;
}

function messagesOf(...input: readonly JsonValue[]) {
  return requestOf({ input }).messages;
}

describe("the request", () => {
  it("asks for what the caller asked for and no more", () => {
    expect(callOf({})).toMatchObject({ model: "house-model", stream: false, unsupported: [], warnings: [] });
    expect(callOf({}).requests).toEqual([
      {
        messages: [{ role: "user", content: "Hi" }],
        tools: [],
        parameters: {},
        chatTemplateKwargs: {},
        extra: {},
      },
    ]);
  });

  it("reads the parameters", () => {
    const fields = {
      max_output_tokens: 9,
      temperature: 0,
      top_p: 0.5,
      top_k: 4,
      top_logprobs: 2,
      reasoning: { effort: "low", summary: null },
      chat_template_kwargs: { enable_thinking: false },
      min_p: 0.1,
    };
    expect(requestOf(fields)).toMatchObject({
      parameters: {
        maxTokens: 9,
        temperature: 0,
        topP: 0.5,
        topK: 4,
        logprobs: true,
        topLogprobs: 2,
        reasoningEffort: "low",
      },
      chatTemplateKwargs: { enable_thinking: false },
      extra: { min_p: 0.1 },
    });
  });

  it.each<[JsonObject, JsonObject]>([
    [{ format: { type: "text" } }, { type: "text" }],
    [{ format: { type: "json_object" } }, { type: "json_object" }],
    [
      {
        format: {
          type: "json_schema",
          name: "n",
          schema: { type: "object" },
          strict: true,
          description: null,
        },
      },
      { type: "json_schema", name: "n", schema: { type: "object" }, strict: true },
    ],
  ])("text %j", (text, expected) => {
    expect(requestOf({ text }).parameters.responseFormat).toEqual(expected);
  });

  it("asks for log probabilities where the answer is to include them", () => {
    const include = ["reasoning.encrypted_content", "message.output_text.logprobs"];
    expect(requestOf({ include }).parameters).toEqual({ logprobs: true, topLogprobs: 0 });
    expect(requestOf({ include: ["reasoning.encrypted_content"] }).parameters).toEqual({});
  });

  it("puts the instructions first", () => {
    expect(requestOf({ instructions: "Be kind." }).messages).toEqual([
      { role: "system", content: "Be kind." },
      { role: "user", content: "Hi" },
    ]);
  });
});

describe("input", () => {
  it("reads messages of every role, with or without their type", () => {
    expect(
      messagesOf(
        { role: "developer", content: "a" },
        { type: "message", role: "system", content: [{ type: "input_text", text: "b" }] },
        {
          role: "user",
          content: [
            { type: "input_text", text: "c" },
            { type: "input_image", image_url: "data:image/png;base64,aGk=", detail: "low" },
          ],
        },
        {
          type: "message",
          role: "assistant",
          id: "msg_1",
          status: "completed",
          content: [
            { type: "output_text", text: "d", annotations: [] },
            { type: "refusal", refusal: "e" },
          ],
        },
      ),
    ).toEqual([
      { role: "developer", content: "a" },
      { role: "system", content: [{ type: "text", text: "b" }] },
      {
        role: "user",
        content: [
          { type: "text", text: "c" },
          { type: "image", url: "data:image/png;base64,aGk=", detail: "low" },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "text", text: "d" },
          { type: "text", text: "e" },
        ],
        toolCalls: [],
      },
    ]);
  });

  it("makes the items of one turn one message", () => {
    expect(
      messagesOf(
        { role: "user", content: "Weather?" },
        { type: "reasoning", id: "rs_1", summary: [], content: [{ type: "reasoning_text", text: "Hm" }] },
        { role: "assistant", content: "I look." },
        { type: "function_call", id: "fc_1", call_id: "call_1", name: "weather", arguments: "{}" },
        { type: "function_call", call_id: "call_2", name: "time", arguments: "{}" },
        { type: "function_call_output", call_id: "call_1", output: "12 °C" },
        { type: "function_call_output", call_id: "call_2", output: [{ type: "input_text", text: "noon" }] },
        { role: "assistant", content: [{ type: "output_text", text: "It is" }] },
        { role: "assistant", content: "warm." },
      ),
    ).toEqual([
      { role: "user", content: "Weather?" },
      {
        role: "assistant",
        content: "I look.",
        toolCalls: [
          { id: "call_1", name: "weather", arguments: "{}" },
          { id: "call_2", name: "time", arguments: "{}" },
        ],
        reasoningContent: "Hm",
      },
      { role: "tool", toolCallId: "call_1", content: "12 °C" },
      { role: "tool", toolCallId: "call_2", content: [{ type: "text", text: "noon" }] },
      {
        role: "assistant",
        content: [
          { type: "text", text: "It is" },
          { type: "text", text: "warm." },
        ],
        toolCalls: [],
      },
    ]);
  });

  it.each<[JsonObject, string | undefined]>([
    [
      {
        summary: [
          { type: "summary_text", text: "a" },
          { type: "summary_text", text: "b" },
        ],
      },
      "ab",
    ],
    [
      { summary: [{ type: "summary_text", text: "a" }], content: [{ type: "reasoning_text", text: "c" }] },
      "c",
    ],
    [{ summary: [], encrypted_content: "gAAA" }, undefined],
    [{ summary: [], content: null }, undefined],
  ])("takes the thinking of %j", (item, expected) => {
    const [, turn] = messagesOf(
      { role: "user", content: "Hi" },
      { type: "reasoning", ...item },
      { role: "assistant", content: "x" },
    );
    expect(turn).toEqual({
      role: "assistant",
      content: "x",
      toolCalls: [],
      ...(expected === undefined ? {} : { reasoningContent: expected }),
    });
  });
});

describe("tools", () => {
  it("are flat", () => {
    const bare = { type: "function", name: "f", parameters: null, strict: null };
    expect(requestOf({ tools: [weather, bare] }).tools).toEqual([
      { name: "weather", description: "Tells it", parameters: { type: "object" }, strict: true },
      { name: "f" },
    ]);
  });

  it("of OpenAI's own are named, so that they can be refused or dropped", () => {
    const call = callOf({ tools: [{ type: "web_search" }, weather, { type: "mcp", server_label: "x" }] });
    expect(call.unsupported).toEqual(["tools[0] (web_search)", "tools[2] (mcp)"]);
    expect(call.requests[0]?.tools).toHaveLength(1);
  });

  it.each<[JsonValue, JsonValue]>([
    ["auto", "auto"],
    ["none", "none"],
    ["required", "required"],
    [{ type: "function", name: "weather" }, { name: "weather" }],
  ])("tool_choice %j", (choice, expected) => {
    expect(requestOf({ tools: [weather], tool_choice: choice }).toolChoice).toEqual(expected);
  });

  it("can be narrowed down by the choice", () => {
    const choice = { type: "allowed_tools", mode: "required", tools: [{ type: "function", name: "time" }] };
    const request = requestOf({ tools: [weather, { type: "function", name: "time" }], tool_choice: choice });
    expect(request).toMatchObject({ tools: [{ name: "time" }], toolChoice: "required" });
  });
});

describe("leniency", () => {
  it.each<[JsonObject]>([
    [
      {
        store: false,
        background: false,
        previous_response_id: null,
        conversation: null,
        truncation: "disabled",
      },
    ],
    [
      {
        metadata: { a: "b" },
        user: "u",
        service_tier: "auto",
        parallel_tool_calls: false,
        max_tool_calls: 3,
      },
    ],
    [{ stream_options: { include_obfuscation: false }, prompt_cache_key: "k", safety_identifier: "s" }],
    [{ text: { verbosity: "medium" } }],
  ])("%j changes nothing", (fields) => {
    expect(callOf(fields)).toMatchObject({ warnings: [], unsupported: [] });
    expect(callOf(fields).requests).toEqual(callOf({}).requests);
  });

  it.each<[JsonObject, string]>([
    [{ store: true }, "store: nothing is stored"],
    [{ truncation: "auto" }, "truncation: nothing is cut"],
    [{ context_management: [{ type: "compaction" }] }, "context_management: ignored"],
  ])("%j is taken with a warning", (fields, warning) => {
    expect(callOf(fields).warnings).toEqual([expect.stringContaining(warning)]);
  });

  it("names a verbosity that it cannot have", () => {
    expect(callOf({ text: { verbosity: "low" } }).unsupported).toEqual(["text.verbosity"]);
  });
});

const item = (fields: JsonObject) => ({ input: [fields] });
const part = (fields: JsonObject) => item({ role: "user", content: [fields] });

describe("strictness", () => {
  it.each<[JsonObject, string]>([
    [{ model: null }, "model"],
    [{ input: undefined }, "input"],
    [{ input: 1 }, "input"],
    [{ input: [] }, "input"],
    [{ input: ["Hi"] }, "input[0]"],
    [item({ content: "Hi" }), "input[0].role"],
    [item({ role: "tool", content: "Hi" }), "input[0].role"],
    [item({ role: "user" }), "input[0].content"],
    [item({ type: "web_search_call", id: "ws_1" }), "input[0].type"],
    [item({ type: "function_call", name: "f", arguments: "{}" }), "input[0].call_id"],
    [item({ type: "function_call", call_id: "c", arguments: "{}" }), "input[0].name"],
    [item({ type: "function_call", call_id: "c", name: "f", arguments: {} }), "input[0].arguments"],
    [item({ type: "function_call_output", output: "x" }), "input[0].call_id"],
    [item({ type: "function_call_output", call_id: "c" }), "input[0].output"],
    [item({ type: "reasoning", summary: "x" }), "input[0].summary"],
    [item({ type: "reasoning", content: [{}] }), "input[0].content[0].text"],
    [part({ type: "input_audio" }), "input[0].content[0].type"],
    [part({ type: "input_text" }), "input[0].content[0].text"],
    [part({ type: "input_image" }), "input[0].content[0].image_url"],
    [{ instructions: ["x"] }, "instructions"],
    [{ max_output_tokens: 0 }, "max_output_tokens"],
    [{ temperature: 2.1 }, "temperature"],
    [{ top_p: -1 }, "top_p"],
    [{ top_logprobs: 21 }, "top_logprobs"],
    [{ include: "x" }, "include"],
    [{ include: [1] }, "include[0]"],
    [{ text: "json" }, "text"],
    [{ text: { format: { type: "xml" } } }, "text.format.type"],
    [{ text: { format: { type: "json_schema", schema: {} } } }, "text.format.name"],
    [{ text: { format: { type: "json_schema", name: "n" } } }, "text.format.schema"],
    [{ text: { verbosity: 1 } }, "text.verbosity"],
    [{ reasoning: "high" }, "reasoning"],
    [{ reasoning: { effort: 1 } }, "reasoning.effort"],
    [{ reasoning: { summary: true } }, "reasoning.summary"],
    [{ stream: 1 }, "stream"],
    [{ store: "no" }, "store"],
    [{ background: "no" }, "background"],
    [{ metadata: "x" }, "metadata"],
    [{ user: 1 }, "user"],
    [{ truncation: "some" }, "truncation"],
    [{ parallel_tool_calls: "no" }, "parallel_tool_calls"],
    [{ tools: {} }, "tools"],
    [{ tools: [{ name: "f" }] }, "tools[0].type"],
    [{ tools: [{ type: "function", function: { name: "f" } }] }, "tools[0].name"],
    [{ tools: [{ type: "function", name: "f", parameters: "x" }] }, "tools[0].parameters"],
    [{ tool_choice: "any" }, "tool_choice"],
    [{ tool_choice: "required" }, "tool_choice"],
    [{ tools: [weather], tool_choice: { type: "function", name: "time" } }, "tool_choice.name"],
    [
      { tools: [weather], tool_choice: { type: "allowed_tools", mode: "auto", tools: [{ name: "x" }] } },
      "tool_choice.tools[0].name",
    ],
    [{ tools: [weather], tool_choice: { type: "allowed_tools", mode: "x", tools: [] } }, "tool_choice.mode"],
    [{ chat_template_kwargs: [] }, "chat_template_kwargs"],
  ])("%j is a 400 at %s", (fields, param) => {
    expect(() => callOf(fields)).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        status: 400,
        param,
        message: expect.stringContaining(param),
      }),
    );
  });

  it.each<[JsonObject, string, string]>([
    [{ previous_response_id: "resp_1" }, "previous_response_id", "whole conversation in input"],
    [{ conversation: { id: "conv_1" } }, "conversation", "whole conversation in input"],
    [{ prompt: { id: "pmpt_1" } }, "prompt", "instructions and input"],
    [{ background: true }, "background", "stream"],
    [item({ type: "item_reference", id: "msg_1" }), "input[0].type", "Send the item itself"],
    [part({ type: "input_file", file_id: "f" }), "input[0].content[0].type", "file's text"],
    [part({ type: "input_image", file_id: "f" }), "input[0].content[0].file_id", "data URL"],
    [{ tools: [weather], tool_choice: { type: "web_search" } }, "tool_choice.type", "functions alone"],
  ])("%j is refused at %s, saying what to do", (fields, param, hint) => {
    expect(() => callOf(fields)).toThrow(
      expect.objectContaining({
        code: "unsupported_parameter",
        status: 400,
        param,
        message: expect.stringContaining(hint),
      }),
    );
  });
});
