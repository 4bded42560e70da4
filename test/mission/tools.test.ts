import { completion } from "@outcrop/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalBedrock, startLocalBedrock } from "../local-bedrock.ts";
import { missionRoutes, weatherTool } from "./routes.ts";

let bedrock: LocalBedrock;
beforeAll(async () => {
  bedrock = await startLocalBedrock();
});
afterAll(() => bedrock.close());

const question = { role: "user" as const, content: "What's the weather in Tokyo?" };

describe("a tool call, and the answer to its result, on each route", () => {
  test.each(missionRoutes)("SDK: $model", async ({ model, settings }) => {
    const asked = await completion({ model, messages: [question], tools: [weatherTool], ...settings });
    const [choice] = asked.choices;
    const [call] = choice?.message.tool_calls ?? [];
    expect(choice?.finish_reason).toBe("tool_calls");
    expect(call).toMatchObject({
      type: "function",
      id: expect.any(String),
      function: { name: "get_weather" },
    });
    expect(JSON.parse(call?.function.arguments ?? "")).toMatchObject({ location: expect.any(String) });
    if (!choice || !call) return;

    const answered = await completion({
      model,
      messages: [
        question,
        choice.message,
        { role: "tool", tool_call_id: call.id, content: "sunny, 23 degrees" },
      ],
      tools: [weatherTool],
      ...settings,
    });
    expect(answered.choices[0]?.finish_reason).toBe("stop");
    expect(answered.choices[0]?.message.content).toContain("23");
  });

  test.each(missionRoutes)("gateway, streamed: $alias", async ({ alias }) => {
    const client = new OpenAI({ baseURL: `${bedrock.gateway.url}/v1`, apiKey: "sk-1234" });
    const runner = client.chat.completions.stream({
      model: alias,
      messages: [question],
      tools: [weatherTool],
    });
    const [choice] = (await runner.finalChatCompletion()).choices;
    expect(choice?.finish_reason).toBe("tool_calls");
    const [call] = choice?.message.tool_calls ?? [];
    expect(call).toMatchObject({ type: "function", function: { name: "get_weather" } });
  });
});
