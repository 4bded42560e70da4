import Anthropic from "@anthropic-ai/sdk";
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LocalBedrock } from "../local-bedrock.ts";
import { missionRoutes, weatherTool } from "../mission/routes.ts";
import { key, startKeyedBedrock } from "./keyed-bedrock.ts";

let bedrock: LocalBedrock;
let client: Anthropic;
beforeAll(async () => {
  bedrock = await startKeyedBedrock();
  client = new Anthropic({ baseURL: bedrock.gateway.url, apiKey: key, maxRetries: 0 });
});
afterEach(() => bedrock.emulator.clearFaults());
afterAll(() => bedrock.close());

const rivers: Anthropic.MessageParam[] = [{ role: "user", content: "Tell me about rivers" }];
const weather: Anthropic.MessageParam[] = [{ role: "user", content: "What's the weather in Oslo?" }];
const tools: Anthropic.Tool[] = [
  {
    name: weatherTool.function.name,
    description: weatherTool.function.description,
    input_schema: { ...weatherTool.function.parameters, type: "object" },
  },
];

describe("messages, whole and streamed alike, on each route", () => {
  test.each(missionRoutes)("$alias", async ({ alias, thinks }) => {
    const request = { model: alias, max_tokens: 500, messages: rivers, system: "Be brief." };
    const whole = await client.messages.create(request);
    expect(whole).toMatchObject({
      type: "message",
      role: "assistant",
      model: alias,
      stop_reason: "end_turn",
    });
    expect(whole.content.map(({ type }) => type)).toEqual(thinks ? ["thinking", "text"] : ["text"]);

    const stream = client.messages.stream(request);
    const kinds: string[] = [];
    for await (const event of stream) if (kinds.at(-1) !== event.type) kinds.push(event.type);
    const streamed = await stream.finalMessage();
    expect(streamed.content).toEqual(whole.content);
    expect(streamed.usage.output_tokens).toBe(whole.usage.output_tokens);
    const block = ["content_block_start", "content_block_delta", "content_block_stop"];
    expect(kinds).toEqual([
      "message_start",
      ...block,
      ...(thinks ? block : []),
      "message_delta",
      "message_stop",
    ]);
  });

  test.each(missionRoutes)("a full round of tools: $alias", async ({ alias }) => {
    const asked = await client.messages.create({ model: alias, max_tokens: 500, messages: weather, tools });
    const call = asked.content.find((block) => block.type === "tool_use");
    expect(asked.stop_reason).toBe("tool_use");
    expect(call).toMatchObject({ name: "get_weather", input: { location: expect.any(String) } });
    const messages: Anthropic.MessageParam[] = [
      ...weather,
      { role: "assistant", content: asked.content },
      {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: call?.id ?? "", content: "rain, 7 degrees" }],
      },
    ];
    const answered = client.messages.stream({ model: alias, max_tokens: 500, messages, tools });
    expect(await answered.finalText()).toContain("7 degrees");
  });

  test.each(missionRoutes)("tools, streamed: $alias", async ({ alias }) => {
    const request = { model: alias, max_tokens: 500, messages: weather, tools };
    const whole = await client.messages.create(request);
    const streamed = await client.messages.stream(request).finalMessage();
    const calls = (message: Anthropic.Message) =>
      message.content.flatMap((block) => (block.type === "tool_use" ? [[block.name, block.input]] : []));
    expect(calls(streamed)).toEqual(calls(whole));
    expect(streamed.stop_reason).toBe("tool_use");
  });
});

test("thinking that was asked for comes before the text, and may be sent back", async () => {
  const request = {
    model: "Qwen3-32B",
    max_tokens: 2000,
    thinking: { type: "enabled" as const, budget_tokens: 1024 },
  };
  const first = await client.messages.create({ ...request, messages: rivers });
  expect(first.content[0]).toMatchObject({ type: "thinking", thinking: expect.stringMatching(/\w/) });
  const second = await client.messages.create({
    ...request,
    messages: [
      ...rivers,
      { role: "assistant", content: first.content },
      { role: "user", content: "And about lakes" },
    ],
  });
  expect(second.content.at(-1)).toMatchObject({ type: "text", text: expect.stringContaining("lakes") });
});

test("images", async () => {
  const data = readFileSync(new URL("../../examples/sdk/image1.jpg", import.meta.url), "base64");
  const image = {
    type: "image" as const,
    source: { type: "base64" as const, media_type: "image/jpeg" as const, data },
  };
  const answer = await client.messages.create({
    model: "qwen-25vl-72b",
    max_tokens: 500,
    messages: [{ role: "user", content: [image, { type: "text", text: "What is this?" }] }],
  });
  expect(answer.content[0]).toMatchObject({ text: expect.stringContaining("I can see an image") });
});

test("tokens are counted without a call", async () => {
  const before = bedrock.emulator.requests().length;
  const { input_tokens: few } = await client.messages.countTokens({ model: "Qwen3-32B", messages: rivers });
  const { input_tokens: more } = await client.messages.countTokens({
    model: "Qwen3-32B",
    messages: [...rivers, { role: "assistant", content: "They flow." }, ...weather],
    tools,
  });
  expect(few).toBeGreaterThan(2);
  expect(more).toBeGreaterThan(few);
  expect(bedrock.emulator.requests()).toHaveLength(before);
});

describe("failures are the client's own classes", () => {
  const ask = (more: object = {}, by: Anthropic = client) =>
    by.messages.create({ model: "Qwen3-32B", max_tokens: 50, messages: rivers, ...more });
  const fault = (exception: string) => () => bedrock.emulator.addFault({ kind: "error", exception });
  const nothing = () => undefined;

  test.each<[string, () => void, () => Promise<unknown>, new (...args: never[]) => Error, string]>([
    [
      "a wrong key",
      nothing,
      () => ask({}, new Anthropic({ baseURL: bedrock.gateway.url, apiKey: "sk-wrong", maxRetries: 0 })),
      Anthropic.AuthenticationError,
      "authentication_error",
    ],
    [
      "a wrong field",
      nothing,
      () => ask({ max_tokens: "many" }),
      Anthropic.BadRequestError,
      "invalid_request_error",
    ],
    [
      "an unknown model",
      nothing,
      () => ask({ model: "nobody" }),
      Anthropic.BadRequestError,
      "invalid_request_error",
    ],
    ["throttling", fault("ThrottlingException"), ask, Anthropic.RateLimitError, "rate_limit_error"],
    [
      "no permission",
      fault("AccessDeniedException"),
      ask,
      Anthropic.PermissionDeniedError,
      "permission_error",
    ],
    ["AWS's bad day", fault("InternalServerException"), ask, Anthropic.InternalServerError, "api_error"],
  ])("%s", async (_, arrange, act, kind, type) => {
    arrange();
    const failure: unknown = await act().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(kind);
    expect(failure).toMatchObject({ error: { type: "error", error: { type, message: expect.any(String) } } });
  });

  test("a failure in mid-stream is thrown by the stream", async () => {
    bedrock.emulator.addFault({ kind: "truncate", after: 3 });
    const stream = client.messages.stream({ model: "Qwen3-32B", max_tokens: 50, messages: rivers });
    await expect(stream.finalMessage()).rejects.toThrow(Anthropic.AnthropicError);
  });

  test("a stream that is left ends the call at Bedrock", async () => {
    bedrock.emulator.addFault({ kind: "hang", after: 3 });
    const stream = client.messages.stream({ model: "Qwen3-32B", max_tokens: 50, messages: rivers });
    stream.on("error", () => undefined);
    stream.on("abort", () => undefined);
    for await (const event of stream) if (event.type === "content_block_delta") break;
    stream.abort();
    await expect.poll(() => bedrock.emulator.requests().at(-1)?.outcome).toBe("cancelled");
  });
});
