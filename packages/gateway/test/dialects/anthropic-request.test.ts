import type { JsonObject, JsonValue } from "@outcrop/sdk";
import { describe, expect, it } from "vitest";
import {
  anthropicMessages,
  encodeTokenCount,
  parseTokenCount,
} from "../../src/dialects/anthropic-messages.ts";

const base = { model: "claude-alias", max_tokens: 64, messages: [{ role: "user", content: "Hi" }] };
const png = { type: "base64", media_type: "image/png", data: "aGk=" };
const weather = {
  name: "weather",
  description: "Tells it",
  input_schema: { type: "object", properties: { city: {} } },
};

function requestOf(fields: JsonObject) {
  const [request] = anthropicMessages.parse({ ...base, ...fields }).requests;
  if (!request) throw new Error("no request");
  return request;
}

function messagesOf(...messages: readonly JsonObject[]) {
  return requestOf({ messages }).messages;
}

describe("the request", () => {
  it("asks for what the caller asked for and no more", () => {
    const call = anthropicMessages.parse(base);
    expect(call).toMatchObject({ model: "claude-alias", stream: false, unsupported: [], warnings: [] });
    expect(call.requests).toEqual([
      {
        messages: [{ role: "user", content: "Hi" }],
        tools: [],
        parameters: { maxTokens: 64 },
        chatTemplateKwargs: {},
        extra: {},
      },
    ]);
  });

  it("reads the sampling parameters", () => {
    const fields = { temperature: 0, top_p: 1, top_k: 5, stop_sequences: ["END", "\n\n"] };
    expect(requestOf(fields).parameters).toEqual({
      maxTokens: 64,
      temperature: 0,
      topP: 1,
      topK: 5,
      stop: ["END", "\n\n"],
    });
  });

  it("counts null and an empty list of stop sequences as absent", () => {
    const fields = {
      temperature: null,
      top_k: null,
      stop_sequences: [],
      tools: null,
      tool_choice: null,
      system: null,
      stream: null,
    };
    expect(requestOf(fields)).toEqual(requestOf({}));
  });

  it("reads a wish for a schema, under its old name too", () => {
    const format = { type: "json_schema", schema: { type: "object" } };
    const expected = { type: "json_schema", name: "response", schema: { type: "object" }, strict: true };
    expect(requestOf({ output_config: { format } }).parameters.responseFormat).toEqual(expected);
    expect(requestOf({ output_format: format }).parameters.responseFormat).toEqual(expected);
  });
});

describe("system", () => {
  const turn = { role: "user", content: "Hi" };
  it.each<[JsonValue, JsonValue[]]>([
    ["Be kind.", [{ role: "system", content: "Be kind." }, turn]],
    ["", [turn]],
    [[], [turn]],
    [
      [
        { type: "text", text: "a", cache_control: { type: "ephemeral" } },
        { type: "text", text: "b" },
      ],
      [
        {
          role: "system",
          content: [
            { type: "text", text: "a" },
            { type: "text", text: "b" },
          ],
        },
        turn,
      ],
    ],
  ])("%j", (system, expected) => {
    expect(requestOf({ system }).messages).toEqual(expected);
  });
});

describe("messages", () => {
  it("keeps text and images in their order", () => {
    const content = [
      { type: "text", text: "a" },
      { type: "image", source: png },
      { type: "text", text: "b" },
    ];
    expect(messagesOf({ role: "user", content })).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "a" },
          { type: "image", url: "data:image/png;base64,aGk=" },
          { type: "text", text: "b" },
        ],
      },
    ]);
  });

  it.each(["data:image/gif;base64,aGk=", "https://images.test/a.png"])("passes on a link: %s", (url) => {
    const source = { type: "url", url };
    expect(messagesOf({ role: "user", content: [{ type: "image", source }] })).toEqual([
      { role: "user", content: [{ type: "image", url }] },
    ]);
  });

  it("keeps the thinking, the words and the calls of an earlier turn", () => {
    const content = [
      { type: "thinking", thinking: "Let me see", signature: "" },
      { type: "redacted_thinking", data: "xyz" },
      { type: "text", text: "I look." },
      { type: "tool_use", id: "call_1", name: "weather", input: { city: "Bern" } },
      { type: "tool_use", id: "call_2", name: "time", input: {} },
    ];
    expect(messagesOf({ role: "assistant", content })).toEqual([
      {
        role: "assistant",
        content: [{ type: "text", text: "I look." }],
        toolCalls: [
          { id: "call_1", name: "weather", arguments: '{"city":"Bern"}' },
          { id: "call_2", name: "time", arguments: "{}" },
        ],
        reasoningContent: "Let me see",
      },
    ]);
  });

  it("says nothing for a turn of calls alone", () => {
    const content = [{ type: "tool_use", id: "c", name: "f", input: null }];
    expect(messagesOf({ role: "assistant", content })).toEqual([
      { role: "assistant", content: null, toolCalls: [{ id: "c", name: "f", arguments: "{}" }] },
    ]);
  });

  it("takes apart a turn that answers calls and goes on", () => {
    const content = [
      { type: "tool_result", tool_use_id: "call_1", content: "12 °C" },
      {
        type: "tool_result",
        tool_use_id: "call_2",
        content: [
          { type: "text", text: "see" },
          { type: "image", source: png },
        ],
      },
      { type: "tool_result", tool_use_id: "call_3" },
      { type: "text", text: "And now?" },
      { type: "image", source: png },
    ];
    expect(messagesOf({ role: "user", content })).toEqual([
      { role: "tool", toolCallId: "call_1", content: "12 °C" },
      {
        role: "tool",
        toolCallId: "call_2",
        content: [
          { type: "text", text: "see" },
          { type: "image", url: "data:image/png;base64,aGk=" },
        ],
      },
      { role: "tool", toolCallId: "call_3", content: "" },
      {
        role: "user",
        content: [
          { type: "text", text: "And now?" },
          { type: "image", url: "data:image/png;base64,aGk=" },
        ],
      },
    ]);
  });

  it("keeps apart what stands before and after a result", () => {
    const say = (text: string) => ({ type: "text", text });
    const content = [say("a"), { type: "tool_result", tool_use_id: "c", content: "x" }, say("b"), say("d")];
    expect(messagesOf({ role: "user", content })).toEqual([
      { role: "user", content: [say("a")] },
      { role: "tool", toolCallId: "c", content: "x" },
      { role: "user", content: [say("b"), say("d")] },
    ]);
  });

  it.each<[JsonValue | undefined, JsonValue]>([
    ["no such city", "Error: no such city"],
    [undefined, "Error: "],
    [
      [{ type: "text", text: "no" }],
      [
        { type: "text", text: "Error: " },
        { type: "text", text: "no" },
      ],
    ],
  ])("lets the model know that a call failed: %j", (content, expected) => {
    const result = { type: "tool_result", tool_use_id: "c", is_error: true, content };
    expect(messagesOf({ role: "user", content: [result] })).toMatchObject([{ content: expected }]);
  });

  it("takes a system message among the others", () => {
    expect(messagesOf({ role: "user", content: "a" }, { role: "system", content: "b" })).toEqual([
      { role: "user", content: "a" },
      { role: "system", content: "b" },
    ]);
  });
});

describe("tools", () => {
  it("become functions", () => {
    const { tools } = requestOf({
      tools: [
        { ...weather, type: "custom", cache_control: null },
        { name: "f", input_schema: {}, strict: true },
      ],
    });
    expect(tools).toEqual([
      { name: "weather", description: "Tells it", parameters: weather.input_schema },
      { name: "f", parameters: {}, strict: true },
    ]);
  });

  it.each<[JsonObject, JsonValue]>([
    [{ type: "auto" }, "auto"],
    [{ type: "none" }, "none"],
    [{ type: "any" }, "required"],
    [{ type: "tool", name: "weather" }, { name: "weather" }],
  ])("tool_choice %j", (choice, expected) => {
    expect(requestOf({ tools: [weather], tool_choice: choice }).toolChoice).toEqual(expected);
  });
});

describe("leniency", () => {
  it.each([
    [{ thinking: { type: "enabled", budget_tokens: 2048 } }],
    [{ thinking: { type: "disabled" } }],
    [{ thinking: { type: "adaptive" } }],
    [{ metadata: { user_id: "u" }, service_tier: "auto", cache_control: { type: "ephemeral" } }],
  ])("%j changes nothing and is no error", (fields) => {
    const call = anthropicMessages.parse({ ...base, ...fields });
    expect(call).toMatchObject({ warnings: [], unsupported: [] });
    expect(call.requests).toEqual(anthropicMessages.parse(base).requests);
  });

  it.each([
    [{ context_management: { edits: [] } }, "context_management: ignored"],
    [{ made_up: 1 }, "made_up: ignored"],
    [{ output_config: { effort: "high" } }, "output_config.effort: ignored"],
    [
      { tools: [weather], tool_choice: { type: "auto", disable_parallel_tool_use: true } },
      "tool_choice.disable_parallel_tool_use: ignored",
    ],
  ])("%j is left out with a warning", (fields, warning) => {
    const call = anthropicMessages.parse({ ...base, ...fields });
    expect(call.warnings).toEqual([expect.stringContaining(warning)]);
    expect(call.requests[0]?.extra).toEqual({});
  });

  it("names what would change the answer, so that it can be refused", () => {
    const fields = { mcp_servers: [{ type: "url" }], container: "c" };
    expect(anthropicMessages.parse({ ...base, ...fields }).unsupported).toEqual(["mcp_servers", "container"]);
    expect(anthropicMessages.parse({ ...base, mcp_servers: [], container: null }).unsupported).toEqual([]);
  });
});

const user = (...content: readonly JsonValue[]) => ({ messages: [{ role: "user", content }] });

describe("strictness", () => {
  it.each<[JsonObject, string]>([
    [{ model: undefined }, "model"],
    [{ max_tokens: undefined }, "max_tokens"],
    [{ max_tokens: 0 }, "max_tokens"],
    [{ max_tokens: 1.5 }, "max_tokens"],
    [{ temperature: 1.2 }, "temperature"],
    [{ top_p: "1" }, "top_p"],
    [{ top_k: -1 }, "top_k"],
    [{ stop_sequences: "END" }, "stop_sequences"],
    [{ stop_sequences: ["a", ""] }, "stop_sequences[1]"],
    [{ stream: "yes" }, "stream"],
    [{ metadata: [] }, "metadata"],
    [{ thinking: "on" }, "thinking"],
    [{ thinking: {} }, "thinking.type"],
    [{ output_config: { format: { type: "text" } } }, "output_config.format.type"],
    [{ output_format: { type: "json_schema" } }, "output_format.schema"],
    [{ system: 1 }, "system"],
    [{ system: [{ type: "image", source: png }] }, "system[0].type"],
    [{ messages: undefined }, "messages"],
    [{ messages: [] }, "messages"],
    [{ messages: ["Hi"] }, "messages[0]"],
    [{ messages: [{ role: "tool", content: "x" }] }, "messages[0].role"],
    [{ messages: [{ role: "constructor", content: "x" }] }, "messages[0].role"],
    [{ messages: [{ role: "user" }] }, "messages[0].content"],
    [user(), "messages[0].content"],
    [user("Hi"), "messages[0].content[0]"],
    [user({ text: "Hi" }), "messages[0].content[0].type"],
    [user({ type: "text" }), "messages[0].content[0].text"],
    [user({ type: "tool_use", id: "c", name: "f", input: {} }), "messages[0].content[0].type"],
    [
      user({ type: "image", source: { ...png, media_type: "image/tiff" } }),
      "messages[0].content[0].source.media_type",
    ],
    [user({ type: "image", source: { ...png, data: 1 } }), "messages[0].content[0].source.data"],
    [user({ type: "image", source: { type: "file", file_id: "f" } }), "messages[0].content[0].source.type"],
    [
      user({ type: "image", source: { type: "url", url: "file:///a.png" } }),
      "messages[0].content[0].source.url",
    ],
    [user({ type: "tool_result", content: "x" }), "messages[0].content[0].tool_use_id"],
    [user({ type: "tool_result", tool_use_id: "c", is_error: 1 }), "messages[0].content[0].is_error"],
    [
      user({ type: "tool_result", tool_use_id: "c", content: [{ type: "audio" }] }),
      "messages[0].content[0].content[0].type",
    ],
    [
      { messages: [{ role: "assistant", content: [{ type: "image", source: png }] }] },
      "messages[0].content[0].type",
    ],
    [
      { messages: [{ role: "assistant", content: [{ type: "tool_use", id: "c", name: "f", input: "{}" }] }] },
      "messages[0].content[0].input",
    ],
    [{ tools: {} }, "tools"],
    [{ tools: [{ name: "f" }] }, "tools[0].input_schema"],
    [{ tools: [{ input_schema: {} }] }, "tools[0].name"],
    [{ tool_choice: "auto" }, "tool_choice"],
    [{ tool_choice: { type: "required" } }, "tool_choice.type"],
    [{ tool_choice: { type: "any" } }, "tool_choice"],
    [{ tools: [weather], tool_choice: { type: "tool", name: "time" } }, "tool_choice.name"],
    [
      { tools: [weather], tool_choice: { type: "auto", disable_parallel_tool_use: 1 } },
      "tool_choice.disable_parallel_tool_use",
    ],
  ])("%j is a 400 at %s", (fields, param) => {
    expect(() => anthropicMessages.parse({ ...base, ...fields })).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        status: 400,
        param,
        message: expect.stringContaining(param),
      }),
    );
  });

  it.each<[JsonObject, string, string]>([
    [user({ type: "document", source: {} }), "messages[0].content[0].type", "documents"],
    [
      { tools: [{ type: "web_search_20250305", name: "web_search" }] },
      "tools[0].type",
      "web_search_20250305",
    ],
    [{ tools: [weather, { type: "bash_20250124", name: "bash" }] }, "tools[1].type", "bash_20250124"],
  ])("%j is refused at %s, saying what to do", (fields, param, hint) => {
    expect(() => anthropicMessages.parse({ ...base, ...fields })).toThrow(
      expect.objectContaining({
        code: "unsupported_parameter",
        status: 400,
        param,
        message: expect.stringContaining(hint),
      }),
    );
  });

  it("never repeats what a caller wrote", () => {
    expect(() => anthropicMessages.parse({ ...base, ...user({ type: "secret words" }) })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("secret") }),
    );
  });
});

describe("counting tokens", () => {
  it("reads what the model would be given", () => {
    const body = { ...base, max_tokens: undefined, system: "Be kind.", tools: [weather] };
    expect(parseTokenCount(body)).toMatchObject({
      model: "claude-alias",
      request: {
        messages: [
          { role: "system", content: "Be kind." },
          { role: "user", content: "Hi" },
        ],
        tools: [{ name: "weather" }],
        parameters: {},
      },
      warnings: [],
    });
  });

  it("is as strict as a message", () => {
    expect(() => parseTokenCount({ model: "m", messages: "Hi" })).toThrow(
      expect.objectContaining({ param: "messages" }),
    );
  });

  it("answers with the number", () => {
    expect(encodeTokenCount(42)).toEqual({ input_tokens: 42 });
  });
});
