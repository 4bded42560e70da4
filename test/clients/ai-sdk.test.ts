import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, generateText, isStepCount, jsonSchema, streamText, tool } from "ai";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LocalBedrock } from "../local-bedrock.ts";
import { missionRoutes, weatherTool } from "../mission/routes.ts";
import { key, startKeyedBedrock } from "./keyed-bedrock.ts";

let bedrock: LocalBedrock;
beforeAll(async () => {
  bedrock = await startKeyedBedrock();
});
afterEach(() => bedrock.emulator.clearFaults());
afterAll(() => bedrock.close());

const provider = (apiKey: string = key) =>
  createOpenAICompatible({
    name: "outcrop",
    baseURL: `${bedrock.gateway.url}/v1`,
    apiKey,
    includeUsage: true,
  });

const prompt = "Tell me about rivers";
const tools = {
  get_weather: tool({
    description: weatherTool.function.description,
    inputSchema: jsonSchema<{ location: string }>({ ...weatherTool.function.parameters, type: "object" }),
    execute: async ({ location }: { location: string }) => `rain in ${location}, 7 degrees`,
  }),
};

describe("on each route", () => {
  test.each(missionRoutes)(
    "generateText and streamText agree, reasoning apart: $alias",
    async ({ alias, thinks }) => {
      const model = provider()(alias);
      const whole = await generateText({ model, prompt, maxRetries: 0 });
      expect(whole.text).toMatch(/\w/);
      expect(whole.finishReason).toBe("stop");
      expect(Boolean(whole.reasoningText)).toBe(thinks);

      const stream = streamText({ model, prompt, maxRetries: 0 });
      let text = "";
      for await (const part of stream.textStream) text += part;
      expect(text).toBe(whole.text);
      expect(await stream.reasoningText).toBe(whole.reasoningText);
      expect((await stream.usage).totalTokens).toBe(whole.usage.totalTokens);
    },
  );

  test.each(missionRoutes)("tools, a full round: $alias", async ({ alias }) => {
    const question = {
      model: provider()(alias),
      prompt: "What's the weather in Oslo?",
      tools,
      maxRetries: 0,
    };
    const whole = await generateText({ ...question, stopWhen: isStepCount(3) });
    expect(whole.steps[0]?.toolCalls).toMatchObject([
      { toolName: "get_weather", input: { location: expect.any(String) } },
    ]);
    expect(whole.text).toContain("7 degrees");
    const stream = streamText({ ...question, stopWhen: isStepCount(3) });
    expect(await stream.text).toContain("7 degrees");
  });
});

test("a wrong key is refused", async () => {
  const failure: unknown = await generateText({
    model: provider("sk-wrong")("Qwen3-32B"),
    prompt,
    maxRetries: 0,
  }).catch((error: unknown) => error);
  // The two packages may bring a class each.
  expect(APICallError.isInstance(failure)).toBe(true);
  expect(failure).toMatchObject({ statusCode: 401, isRetryable: false });
});

test("a failure in mid-stream is an error part", async () => {
  bedrock.emulator.addFault({ kind: "corrupt", after: 4 });
  const stream = streamText({
    model: provider()("Qwen3-32B"),
    prompt,
    maxRetries: 0,
    onError: () => undefined,
  });
  const kinds: string[] = [];
  for await (const part of stream.fullStream) kinds.push(part.type);
  expect(kinds).toContain("error");
});
