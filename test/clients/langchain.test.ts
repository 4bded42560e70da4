import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { LocalBedrock } from "../local-bedrock.ts";
import { missionRoutes } from "../mission/routes.ts";
import { key, startKeyedBedrock } from "./keyed-bedrock.ts";

let bedrock: LocalBedrock;
beforeAll(async () => {
  bedrock = await startKeyedBedrock();
});
afterAll(() => bedrock.close());

const model = (name: string, more: object = {}) =>
  new ChatOpenAI({
    model: name,
    apiKey: key,
    maxRetries: 0,
    configuration: { baseURL: `${bedrock.gateway.url}/v1` },
    ...more,
  });

const weather = tool(({ location }: { location: string }) => `rain in ${location}, 7 degrees`, {
  name: "get_weather",
  description: "Get the current weather in a location",
  schema: z.object({ location: z.string().describe("The city name") }),
});

describe("on each route", () => {
  test.each(missionRoutes)("invoke and stream agree: $alias", async ({ alias }) => {
    const messages = [new SystemMessage("Be brief."), new HumanMessage("Tell me about rivers")];
    const whole = await model(alias).invoke(messages);
    expect(whole.text).toMatch(/\w/);
    expect(whole.usage_metadata?.total_tokens).toBeGreaterThan(2);
    let text = "";
    for await (const chunk of await model(alias).stream(messages)) text += chunk.text;
    expect(text).toBe(whole.text);
  });

  test.each(missionRoutes)("bindTools, a full round: $alias", async ({ alias }) => {
    const bound = model(alias).bindTools([weather]);
    const question = new HumanMessage("What's the weather in Oslo?");
    const asked = await bound.invoke([question]);
    const [call] = asked.tool_calls ?? [];
    expect(call).toMatchObject({ name: "get_weather", args: { location: expect.any(String) } });
    if (!call) return;
    const result = new ToolMessage({
      tool_call_id: call.id ?? "",
      content: await weather.invoke(call.args as never),
    });
    const answered = await bound.invoke([question, asked, result]);
    expect(answered.text).toContain("7 degrees");
  });

  test.each(missionRoutes)("bindTools, streamed: $alias", async ({ alias }) => {
    const stream = await model(alias).bindTools([weather]).stream("What's the weather in Oslo?");
    let folded: Awaited<ReturnType<ChatOpenAI["invoke"]>> | undefined;
    for await (const chunk of stream) folded = folded === undefined ? chunk : folded.concat(chunk);
    expect(folded?.tool_calls).toMatchObject([
      { name: "get_weather", args: { location: expect.any(String) } },
    ]);
  });
});

test("structured output", async () => {
  const city = z.object({ city: z.string(), people: z.number() });
  const structured = model("qwen-25vl-72b").withStructuredOutput(city, {
    method: "jsonSchema",
    name: "city",
  });
  expect(city.parse(await structured.invoke("Describe Lisbon"))).toBeTruthy();
});

test("the responses API", async () => {
  const answer = await model("Qwen3-32B", { useResponsesApi: true }).invoke("Tell me about rivers");
  expect(answer).toBeInstanceOf(AIMessage);
  expect(answer.text).toMatch(/rivers/);
});

test("a wrong key is refused", async () => {
  await expect(model("Qwen3-32B", { apiKey: "sk-wrong" }).invoke("Hi")).rejects.toMatchObject({
    status: 401,
  });
});
