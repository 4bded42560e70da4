import { type ChatEvent, type JsonObject, OutcropError } from "@outcrop/sdk";
import fc from "fast-check";
import OpenAI from "openai";
import type { Response, ResponseStreamEvent } from "openai/resources/responses/responses";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openaiResponses } from "../../src/dialects/openai-responses.ts";
import { answers, foldEvents } from "./chat-events.ts";
import {
  type DialectServer,
  collect,
  identity,
  readEvents,
  startDialectServer,
  streamText,
} from "./dialect-server.ts";

const asked = { model: "house-model", input: "Hi" };
const { id } = identity;

let server: DialectServer;
let client: OpenAI;

beforeAll(async () => {
  server = await startDialectServer(openaiResponses);
  client = new OpenAI({ baseURL: server.url, apiKey: "sk-test", maxRetries: 0 });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const thinkAndCall: readonly ChatEvent[] = [
  { type: "reasoning-delta", choice: 0, text: "Hm" },
  { type: "text-delta", choice: 0, text: "I look." },
  { type: "tool-call-start", choice: 0, index: 0, id: "call_1", name: "weather" },
  { type: "tool-call-delta", choice: 0, index: 0, arguments: '{"city":"Bern"}' },
  { type: "tool-call-end", choice: 0, index: 0 },
  {
    type: "finish",
    reasons: ["tool_calls"],
    usage: { promptTokens: 20, completionTokens: 9, cachedTokens: 5 },
  },
];

const usage = {
  input_tokens: 20,
  input_tokens_details: { cached_tokens: 5, cache_write_tokens: 0 },
  output_tokens: 9,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 29,
};

const items = [
  {
    id: `rs_${id}_0`,
    status: "completed",
    type: "reasoning",
    summary: [],
    content: [{ type: "reasoning_text", text: "Hm" }],
  },
  {
    id: `msg_${id}_1`,
    status: "completed",
    type: "message",
    role: "assistant",
    content: [{ type: "output_text", text: "I look.", annotations: [], logprobs: [] }],
  },
  {
    id: `fc_${id}_2`,
    status: "completed",
    type: "function_call",
    call_id: "call_1",
    name: "weather",
    arguments: '{"city":"Bern"}',
  },
];

function parse(fields: JsonObject = {}) {
  return openaiResponses.parse({ ...asked, ...fields });
}

describe("a whole answer", () => {
  it("holds its items, and repeats the request", () => {
    const request = {
      instructions: "Be kind.",
      temperature: 0.5,
      metadata: { a: "b" },
      tools: [{ type: "function", name: "weather" }],
      store: true,
    };
    expect(parse(request).encodeWhole(foldEvents(thinkAndCall), identity)).toEqual({
      id: `resp_${id}`,
      object: "response",
      created_at: identity.created,
      model: "house-model",
      status: "completed",
      error: null,
      incomplete_details: null,
      output: items,
      usage,
      background: false,
      store: false,
      previous_response_id: null,
      instructions: "Be kind.",
      max_output_tokens: null,
      max_tool_calls: null,
      metadata: { a: "b" },
      parallel_tool_calls: true,
      prompt_cache_key: null,
      reasoning: { effort: null, summary: null },
      safety_identifier: null,
      service_tier: null,
      temperature: 0.5,
      text: { format: { type: "text" } },
      tool_choice: "auto",
      tools: [{ type: "function", name: "weather" }],
      top_logprobs: 0,
      top_p: null,
      truncation: "disabled",
      user: null,
    });
  });

  it.each([
    ["stop", "completed", null, "completed"],
    ["tool_calls", "completed", null, "completed"],
    ["length", "incomplete", { reason: "max_output_tokens" }, "incomplete"],
    ["content_filter", "incomplete", { reason: "content_filter" }, "incomplete"],
  ] as const)("ends for %s as %s", (reason, status, details, last) => {
    const events: readonly ChatEvent[] = [...thinkAndCall.slice(0, 2), { type: "finish", reasons: [reason] }];
    expect(parse().encodeWhole(foldEvents(events), identity)).toMatchObject({
      status,
      incomplete_details: details,
      output: [{ status: "completed" }, { status: last }],
      usage: null,
    });
  });

  it("gives the thinking as the summary to clients that ask for one", () => {
    const call = parse({ reasoning: { effort: "low", summary: "auto" } });
    expect(call.encodeWhole(foldEvents(thinkAndCall), identity)).toMatchObject({
      output: [{ type: "reasoning", summary: [{ type: "summary_text", text: "Hm" }] }, {}, {}],
    });
  });

  it("tells the log probabilities with the text", () => {
    const token = {
      token: "I",
      logprob: -1,
      bytes: null,
      top_logprobs: [{ token: "You", logprob: -2, bytes: [89] }],
    };
    const events: readonly ChatEvent[] = [
      { type: "text-delta", choice: 0, text: "I" },
      { type: "logprobs", choice: 0, content: [token] },
      { type: "finish", reasons: ["stop"] },
    ];
    const told = { ...token, bytes: [] };
    expect(parse().encodeWhole(foldEvents(events), identity)).toMatchObject({
      output: [{ content: [{ logprobs: [told] }] }],
    });
  });
});

describe("a stream", () => {
  it("goes in OpenAI's order, numbered throughout", () => {
    const events = readEvents(streamText(parse(), { events: thinkAndCall }));
    for (const [place, { event, data }] of events.entries())
      expect(data).toMatchObject({ type: event, sequence_number: place });
    const at = (prefix: string, index: number) => ({
      item_id: `${prefix}_${id}_${index}`,
      output_index: index,
    });
    const thinking = { ...at("rs", 0), content_index: 0 };
    const saying = { ...at("msg", 1), content_index: 0 };
    expect(events.map(({ data }) => data).slice(2, -1)).toMatchObject([
      {
        type: "response.output_item.added",
        output_index: 0,
        item: { type: "reasoning", summary: [], content: [], status: "in_progress" },
      },
      { type: "response.content_part.added", ...thinking, part: { type: "reasoning_text", text: "" } },
      { type: "response.reasoning_text.delta", ...thinking, delta: "Hm" },
      { type: "response.reasoning_text.done", ...thinking, text: "Hm" },
      { type: "response.content_part.done", ...thinking, part: { type: "reasoning_text", text: "Hm" } },
      { type: "response.output_item.done", output_index: 0, item: items[0] },
      {
        type: "response.output_item.added",
        output_index: 1,
        item: { type: "message", role: "assistant", content: [], status: "in_progress" },
      },
      {
        type: "response.content_part.added",
        ...saying,
        part: { type: "output_text", text: "", annotations: [], logprobs: [] },
      },
      { type: "response.output_text.delta", ...saying, delta: "I look.", logprobs: [] },
      { type: "response.output_text.done", ...saying, text: "I look.", logprobs: [] },
      { type: "response.content_part.done", ...saying, part: { type: "output_text", text: "I look." } },
      { type: "response.output_item.done", output_index: 1, item: items[1] },
      {
        type: "response.output_item.added",
        output_index: 2,
        item: {
          type: "function_call",
          call_id: "call_1",
          name: "weather",
          arguments: "",
          status: "in_progress",
        },
      },
      { type: "response.function_call_arguments.delta", ...at("fc", 2), delta: '{"city":"Bern"}' },
      { type: "response.function_call_arguments.done", ...at("fc", 2), arguments: '{"city":"Bern"}' },
      { type: "response.output_item.done", output_index: 2, item: items[2] },
    ]);
    const open = { id: `resp_${id}`, status: "in_progress", output: [], usage: null };
    expect(events.slice(0, 2)).toMatchObject([
      { event: "response.created", data: { response: open } },
      { event: "response.in_progress", data: { response: open } },
    ]);
    expect(events.at(-1)).toMatchObject({
      event: "response.completed",
      data: { response: parse().encodeWhole(foldEvents(thinkAndCall), identity) },
    });
  });

  it("has summary events for clients that ask for a summary", () => {
    const call = parse({ reasoning: { summary: "auto" } });
    const events = readEvents(
      streamText(call, { events: [...thinkAndCall.slice(0, 1), { type: "finish", reasons: ["stop"] }] }),
    );
    const place = { item_id: `rs_${id}_0`, output_index: 0, summary_index: 0 };
    expect(events.slice(2, -1).map(({ data }) => data)).toMatchObject([
      { type: "response.output_item.added", item: { summary: [] } },
      { type: "response.reasoning_summary_part.added", ...place, part: { type: "summary_text", text: "" } },
      { type: "response.reasoning_summary_text.delta", ...place, delta: "Hm" },
      { type: "response.reasoning_summary_text.done", ...place, text: "Hm" },
      { type: "response.reasoning_summary_part.done", ...place, part: { type: "summary_text", text: "Hm" } },
      { type: "response.output_item.done", item: { summary: [{ type: "summary_text", text: "Hm" }] } },
    ]);
  });

  it("tells log probabilities with the text that follows, and all of them at the end", () => {
    const token = (text: string) => ({ token: text, logprob: -1, bytes: [1], top_logprobs: [] });
    const events = readEvents(
      streamText(parse(), {
        events: [
          { type: "text-delta", choice: 0, text: "a" },
          { type: "logprobs", choice: 0, content: [token("a")] },
          { type: "text-delta", choice: 0, text: "b" },
          { type: "logprobs", choice: 0, content: [token("b")] },
          { type: "finish", reasons: ["stop"] },
        ],
      }),
    );
    const told = (name: string) =>
      events.flatMap(({ event, data }) => (event === name && data !== "[DONE]" ? [data.logprobs] : []));
    expect(told("response.output_text.delta")).toEqual([[], [token("a")]]);
    expect(told("response.output_text.done")).toEqual([[token("a"), token("b")]]);
  });

  it("ends in an error and a failed response after a failure", () => {
    const failure = new OutcropError("context_window_exceeded", "too long", { param: "input" });
    const events = readEvents(streamText(parse(), { events: thinkAndCall.slice(0, 3), failure }));
    expect(events.slice(-2)).toMatchObject([
      {
        event: "error",
        data: {
          type: "error",
          code: "context_length_exceeded",
          message: "too long",
          param: "input",
          error: {
            type: "context_window_exceeded",
            code: "context_length_exceeded",
            message: "too long",
            param: "input",
          },
        },
      },
      {
        event: "response.failed",
        data: {
          response: {
            status: "failed",
            error: { code: "context_length_exceeded", message: "too long" },
            output: items.slice(0, 2),
          },
        },
      },
    ]);
    expect(events.map(({ event }) => event)).not.toContain("response.completed");
  });
});

describe("OpenAI's client", () => {
  it("reads the same response from the stream as from the whole answer", async () => {
    await fc.assert(
      fc.asyncProperty(
        answers({ ordered: true, logprobs: true }),
        fc.constantFrom(undefined, "auto" as const),
        async (events, summary) => {
          server.play({ events });
          const request = { ...asked, reasoning: { summary } };
          const whole = await client.responses.create(request);
          const streamed = await client.responses.stream(request).finalResponse();
          expect(plain(streamed)).toEqual(plain(whole));
          expect(streamed.output_text).toBe(whole.output_text);
        },
      ),
      { numRuns: 80 },
    );
  });

  it("reads the same thoughts, words and calls in whatever order they come", async () => {
    await fc.assert(
      fc.asyncProperty(answers({ ordered: false, logprobs: true }), async (events) => {
        server.play({ events });
        const whole = await client.responses.create(asked);
        const streamed = await client.responses.stream(asked).finalResponse();
        expect(gathered(streamed)).toEqual(gathered(whole));
      }),
      { numRuns: 80 },
    );
  });

  it("gathers from the deltas what the items are at last", async () => {
    await fc.assert(
      fc.asyncProperty(answers({ ordered: false, logprobs: true }), async (events) => {
        server.play({ events });
        const raw = await collect(await client.responses.create({ ...asked, stream: true }));
        const last = raw.at(-1);
        if (last?.type !== "response.completed" && last?.type !== "response.incomplete")
          throw new Error("no end");
        expect(foldDeltas(raw)).toEqual(
          last.response.output.map(({ id: item, ...rest }) => [item, textOf(rest)]),
        );
      }),
      { numRuns: 40 },
    );
  });

  it("carries tools, thinking and a result through a conversation", async () => {
    server.play({ events: thinkAndCall });
    const tools = [{ type: "function" as const, name: "weather", parameters: {}, strict: false }];
    const first = await client.responses.create({ ...asked, tools });
    await client.responses.create({
      ...asked,
      tools,
      input: [
        { role: "user", content: "Hi" },
        ...first.output,
        { type: "function_call_output", call_id: "call_1", output: "12 °C" },
      ] as OpenAI.Responses.ResponseInput,
    });
    expect(server.lastCall?.requests[0]?.messages).toEqual([
      { role: "user", content: "Hi" },
      {
        role: "assistant",
        content: [{ type: "text", text: "I look." }],
        toolCalls: [{ id: "call_1", name: "weather", arguments: '{"city":"Bern"}' }],
        reasoningContent: "Hm",
      },
      { role: "tool", toolCallId: "call_1", content: "12 °C" },
    ]);
  });

  it("raises a failure in the middle of a stream", async () => {
    server.play({ events: thinkAndCall.slice(0, 2), failure: new OutcropError("throttled", "slow down") });
    const expected = { message: expect.stringContaining("slow down") as string, code: "rate_limit_exceeded" };
    await expect(collect(await client.responses.create({ ...asked, stream: true }))).rejects.toMatchObject(
      expected,
    );
    await expect(client.responses.stream(asked).finalResponse()).rejects.toMatchObject(expected);
  });

  it("raises the 400 of what needs a memory", async () => {
    const call = client.responses.create({ ...asked, previous_response_id: "resp_1" });
    await expect(call).rejects.toMatchObject({
      status: 400,
      param: "previous_response_id",
      type: "unsupported_parameter",
    });
  });
});

/** A response as JSON has it: the client's helper adds fields of its own. */
function plain(response: Response): unknown {
  return JSON.parse(
    JSON.stringify(response, (key, value: unknown) =>
      ["parsed", "parsed_arguments", "output_parsed"].includes(key) ? undefined : value,
    ),
  );
}

/** What a response says, whatever the order of its items. */
function gathered({ output, output_text, status, incomplete_details, usage: counted }: Response) {
  const thoughts = output.flatMap((item) => (item.type === "reasoning" ? [textOf(item)] : []));
  const calls = output.flatMap((item) =>
    item.type === "function_call" ? [[item.call_id, item.name, item.arguments]] : [],
  );
  return { thoughts: thoughts.join(""), calls, output_text, status, incomplete_details, usage: counted };
}

function textOf(item: Omit<Response["output"][number], "id">): string {
  const { content, arguments: json } = item as { content?: { text: string }[]; arguments?: string };
  return json ?? (content ?? []).map(({ text }) => text).join("");
}

/** The text of each item, from its deltas alone. */
function foldDeltas(
  events: readonly ResponseStreamEvent[],
): readonly (readonly [string | undefined, string])[] {
  const texts = new Map<string | undefined, string>();
  for (const event of events) {
    if (event.type === "response.output_item.added")
      texts.set("id" in event.item ? event.item.id : undefined, "");
    if (
      event.type === "response.output_text.delta" ||
      event.type === "response.reasoning_text.delta" ||
      event.type === "response.function_call_arguments.delta"
    ) {
      texts.set(event.item_id, (texts.get(event.item_id) ?? "") + event.delta);
    }
  }
  return [...texts];
}
