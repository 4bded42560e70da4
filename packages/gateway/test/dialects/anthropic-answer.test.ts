import Anthropic from "@anthropic-ai/sdk";
import type { Message, RawMessageStreamEvent } from "@anthropic-ai/sdk/resources";
import { type ChatEvent, type ErrorCode, OutcropError, errorTable } from "@outcrop/sdk";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toToolInput } from "../../src/dialects/anthropic/tool-input.ts";
import { anthropicMessages } from "../../src/dialects/anthropic-messages.ts";
import { answers, foldEvents } from "./chat-events.ts";
import {
  type DialectServer,
  collect,
  identity,
  readEvents,
  startDialectServer,
  streamText,
} from "./dialect-server.ts";

const asked = { model: "house-model", max_tokens: 64, messages: [{ role: "user" as const, content: "Hi" }] };
const call = anthropicMessages.parse(asked);

let server: DialectServer;
let client: Anthropic;

beforeAll(async () => {
  server = await startDialectServer(anthropicMessages);
  client = new Anthropic({ baseURL: server.url, apiKey: "sk-test", maxRetries: 0 });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const thinkAndCall: readonly ChatEvent[] = [
  { type: "reasoning-delta", choice: 0, text: "Hm" },
  { type: "text-delta", choice: 0, text: "I look." },
  { type: "tool-call-start", choice: 0, index: 0, id: "call_1", name: "weather" },
  { type: "tool-call-start", choice: 0, index: 1, id: "call_2", name: "time" },
  { type: "tool-call-delta", choice: 0, index: 1, arguments: '{"zone":1}' },
  { type: "tool-call-delta", choice: 0, index: 0, arguments: '{"city":' },
  { type: "tool-call-delta", choice: 0, index: 0, arguments: '"Bern"}' },
  { type: "tool-call-end", choice: 0, index: 0 },
  { type: "tool-call-end", choice: 0, index: 1 },
  {
    type: "finish",
    reasons: ["tool_calls"],
    usage: { promptTokens: 20, completionTokens: 9, cachedTokens: 5 },
  },
];

const usage = {
  input_tokens: 15,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 5,
  output_tokens: 9,
};
const noUsage = {
  input_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: 0,
};

describe("a whole answer", () => {
  it("holds thinking, text and calls", () => {
    expect(call.encodeWhole(foldEvents(thinkAndCall), identity)).toEqual({
      id: `msg_${identity.id}`,
      type: "message",
      role: "assistant",
      model: "house-model",
      content: [
        { type: "thinking", thinking: "Hm", signature: "" },
        { type: "text", text: "I look." },
        { type: "tool_use", id: "call_1", name: "weather", input: { city: "Bern" } },
        { type: "tool_use", id: "call_2", name: "time", input: { zone: 1 } },
      ],
      stop_reason: "tool_use",
      stop_sequence: null,
      usage,
    });
  });

  it.each([
    ["stop", "end_turn"],
    ["length", "max_tokens"],
    ["tool_calls", "tool_use"],
    ["content_filter", "refusal"],
  ] as const)("ends for %s as %s", (reason, expected) => {
    const completion = foldEvents([{ type: "finish", reasons: [reason] }]);
    expect(call.encodeWhole(completion, identity)).toMatchObject({
      content: [],
      stop_reason: expected,
      usage: noUsage,
    });
  });
});

describe("a stream", () => {
  it("goes in Anthropic's order, one block after another", () => {
    const events = readEvents(streamText(call, { events: thinkAndCall }));
    for (const { event, data } of events) expect(data).toMatchObject({ type: event });
    const delta = (index: number, piece: object) => ({ type: "content_block_delta", index, delta: piece });
    const stop = (index: number) => ({ type: "content_block_stop", index });
    expect(events.map(({ data }) => data)).toEqual([
      {
        type: "message_start",
        message: {
          id: `msg_${identity.id}`,
          type: "message",
          role: "assistant",
          model: "house-model",
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: noUsage,
        },
      },
      {
        type: "content_block_start",
        index: 0,
        content_block: { type: "thinking", thinking: "", signature: "" },
      },
      delta(0, { type: "thinking_delta", thinking: "Hm" }),
      delta(0, { type: "signature_delta", signature: "" }),
      stop(0),
      { type: "content_block_start", index: 1, content_block: { type: "text", text: "" } },
      delta(1, { type: "text_delta", text: "I look." }),
      stop(1),
      {
        type: "content_block_start",
        index: 2,
        content_block: { type: "tool_use", id: "call_1", name: "weather", input: {} },
      },
      delta(2, { type: "input_json_delta", partial_json: '{"city":' }),
      delta(2, { type: "input_json_delta", partial_json: '"Bern"}' }),
      stop(2),
      {
        type: "content_block_start",
        index: 3,
        content_block: { type: "tool_use", id: "call_2", name: "time", input: {} },
      },
      delta(3, { type: "input_json_delta", partial_json: '{"zone":1}' }),
      stop(3),
      { type: "message_delta", delta: { stop_reason: "tool_use", stop_sequence: null }, usage },
      { type: "message_stop" },
    ]);
  });

  it("ends in an error event and without message_stop after a failure", () => {
    const failure = new OutcropError("model_not_ready", "still cold");
    const events = readEvents(streamText(call, { events: thinkAndCall.slice(0, 2), failure }));
    expect(events.at(-1)).toEqual({
      event: "error",
      data: { type: "error", error: { type: "overloaded_error", message: "still cold" } },
    });
    expect(events.map(({ event }) => event)).not.toContain("message_stop");
  });

  it("keeps its grammar whatever the model does", () => {
    fc.assert(
      fc.property(answers({ ordered: false, logprobs: true }), (events) => {
        const names = readEvents(streamText(call, { events })).map(({ event }) =>
          event?.replace("content_block_", ""),
        );
        expect(names.join(" ")).toMatch(/^message_start( start( delta)* stop)* message_delta message_stop$/);
      }),
    );
  });
});

describe("Anthropic's client", () => {
  it("reads the same message from the stream as from the whole answer", async () => {
    await fc.assert(
      fc.asyncProperty(answers({ ordered: true }), async (events) => {
        server.play({ events });
        const whole = await client.messages.create(asked);
        const streamed = await client.messages.stream(asked).finalMessage();
        expect(plain(streamed)).toEqual(plain(whole));
      }),
      { numRuns: 80 },
    );
  });

  it("reads the same thoughts, words and calls in whatever order they come", async () => {
    await fc.assert(
      fc.asyncProperty(answers({ ordered: false }), async (events) => {
        server.play({ events });
        const whole = await client.messages.create(asked);
        const streamed = await client.messages.stream(asked).finalMessage();
        expect(gathered(streamed)).toEqual(gathered(whole));
      }),
      { numRuns: 80 },
    );
  });

  it("sees each event of a raw stream", async () => {
    server.play({ events: thinkAndCall });
    const stream = await client.messages.create({ ...asked, stream: true });
    const events: readonly RawMessageStreamEvent[] = await collect(stream);
    expect(events.at(0)?.type).toBe("message_start");
    expect(events.at(-1)?.type).toBe("message_stop");
    expect(events.filter((event) => event.type === "content_block_delta")).toHaveLength(6);
  });

  it("carries tools, thinking and a result through a conversation", async () => {
    server.play({ events: thinkAndCall });
    const tools = [{ name: "weather", input_schema: { type: "object" as const } }];
    const thinking = { type: "enabled" as const, budget_tokens: 1024 };
    const first = await client.messages.stream({ ...asked, tools, thinking }).finalMessage();
    const result = { type: "tool_result" as const, tool_use_id: "call_1", content: "12 °C" };
    await client.messages.create({
      ...asked,
      tools,
      thinking,
      messages: [
        ...asked.messages,
        { role: "assistant", content: first.content },
        { role: "user", content: [result] },
      ],
    });
    expect(server.lastCall?.requests[0]?.messages).toEqual([
      { role: "user", content: "Hi" },
      {
        role: "assistant",
        content: [{ type: "text", text: "I look." }],
        toolCalls: [
          { id: "call_1", name: "weather", arguments: '{"city":"Bern"}' },
          { id: "call_2", name: "time", arguments: '{"zone":1}' },
        ],
        reasoningContent: "Hm",
      },
      { role: "tool", toolCallId: "call_1", content: "12 °C" },
    ]);
  });

  it("raises a failure in the middle of a stream", async () => {
    server.play({ events: thinkAndCall.slice(0, 2), failure: new OutcropError("throttled", "slow down") });
    await expect(client.messages.stream(asked).finalMessage()).rejects.toMatchObject({
      type: "rate_limit_error",
    });
  });

  it("fails in both modes when the model writes arguments that are not JSON", async () => {
    const broken: readonly ChatEvent[] = [
      { type: "tool-call-start", choice: 0, index: 0, id: "c", name: "weather" },
      { type: "tool-call-delta", choice: 0, index: 0, arguments: "{city: Bern}" },
      { type: "tool-call-end", choice: 0, index: 0 },
      { type: "finish", reasons: ["tool_calls"] },
    ];
    server.play({ events: broken });
    await expect(client.messages.create(asked)).rejects.toMatchObject({ status: 502, type: "api_error" });
    const stream = await client.messages.create({ ...asked, stream: true });
    await expect(collect(stream)).rejects.toMatchObject({ type: "api_error" });
  });

  it.each([
    ["authentication", Anthropic.AuthenticationError],
    ["permission_denied", Anthropic.PermissionDeniedError],
    ["not_found", Anthropic.NotFoundError],
    ["throttled", Anthropic.RateLimitError],
    ["upstream_error", Anthropic.InternalServerError],
  ] as const)("raises its own error for %s", async (code, expected) => {
    server.play({ events: [], failure: new OutcropError(code, "no") });
    await expect(client.messages.create(asked)).rejects.toBeInstanceOf(expected);
  });
});

describe("errors", () => {
  it.each([
    ["invalid_request", "invalid_request_error"],
    ["context_window_exceeded", "invalid_request_error"],
    ["authentication", "authentication_error"],
    ["permission_denied", "permission_error"],
    ["not_found", "not_found_error"],
    ["timeout", "timeout_error"],
    ["request_too_large", "request_too_large"],
    ["throttled", "rate_limit_error"],
    ["internal", "api_error"],
    ["stream_incomplete", "api_error"],
    ["model_not_ready", "overloaded_error"],
    ["service_unavailable", "overloaded_error"],
  ] as const)("%s is an %s", (code, type) => {
    expect(anthropicMessages.encodeError(new OutcropError(code, "why"))).toEqual({
      type: "error",
      error: { type, message: "why" },
    });
  });

  it("call every 4xx but the cancelled a fault of the request, and every 5xx one of the API", () => {
    for (const code of Object.keys(errorTable) as ErrorCode[]) {
      if (code === "cancelled") continue;
      const { error } = anthropicMessages.encodeError(new OutcropError(code, "")) as {
        error: { type: string };
      };
      expect([code, ["api_error", "overloaded_error"].includes(error.type)]).toEqual([
        code,
        errorTable[code].status >= 500,
      ]);
    }
  });
});

describe("a call's input", () => {
  it.each([
    ["", {}],
    ["  \n", {}],
    ["{}", {}],
    ['{"a": [1, {"b": null}]}', { a: [1, { b: null }] }],
    ["{", {}],
    ['{"a', {}],
    ['{"a"', {}],
    ['{"a":', {}],
    ['{"a": "unended', {}],
    ['{"a": "b\\', {}],
    ['{"a": 12', {}],
    ['{"a": 12,', { a: 12 }],
    ['{"a": tru', {}],
    ['{"a": true', { a: true }],
    ['{"a": "}\\"{"', { a: '}"{' }],
    ['{"a": 1, "b', { a: 1 }],
    ['{"a": [', { a: [] }],
    ['{"a": ["x", "y', { a: ["x"] }],
    ['{"a": {"b": "c"}, "d": {"e": [1, 2', { a: { b: "c" }, d: { e: [1] } }],
  ])("%j", (json, expected) => {
    expect(toToolInput("f", json)).toEqual(expected);
  });

  it.each([
    "nonsense",
    "[1]",
    '"text"',
    "12",
    "null",
    "{a: 1}",
    '{"a": 1}}',
    '{"a": nope, "b": 1',
    '{"a": [1}',
    "{'a': 1}",
  ])("%j is the model's fault", (json) => {
    expect(() => toToolInput("f", json)).toThrow(expect.objectContaining({ code: "model_error" }));
  });

  it("never loses a whole member to a cut", () => {
    const members = fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 3 }), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(members, fc.nat(), (value, cut) => {
        const json = JSON.stringify(value);
        const length = cut % (json.length + 1);
        const read = toToolInput("f", json.slice(0, length));
        const whole = JSON.parse(json) as Record<string, unknown>;
        const keys = Object.keys(read);
        expect(keys).toEqual(Object.keys(whole).slice(0, keys.length));
        for (const key of keys.slice(0, -1)) expect(read[key]).toEqual(whole[key]);
        if (length === json.length) expect(read).toEqual(whole);
      }),
    );
  });
});

/** A message as JSON has it: the client's helper adds fields of its own. */
function plain(message: Message) {
  const { id, type, role, model, content, stop_reason, stop_sequence, usage: counted } = message;
  return JSON.parse(
    JSON.stringify({ id, type, role, model, content, stop_reason, stop_sequence, usage: counted }),
  ) as object;
}

/** What a message says, whatever the order of its blocks. */
function gathered({ content, stop_reason, usage: counted }: Message) {
  const join = (pick: (block: Message["content"][number]) => string) => content.map(pick).join("");
  return {
    thinking: join((block) => (block.type === "thinking" ? block.thinking : "")),
    text: join((block) => (block.type === "text" ? block.text : "")),
    calls: content
      .filter((block) => block.type === "tool_use")
      .map(({ id, name, input }) => ({ id, name, input })),
    stop_reason,
    usage: counted,
  };
}
