import { completion } from "@outcrop/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalBedrock, startLocalBedrock } from "../local-bedrock.ts";
import { missionRoutes } from "./routes.ts";

let bedrock: LocalBedrock;
beforeAll(async () => {
  bedrock = await startLocalBedrock();
});
afterAll(() => bedrock.close());

describe("one SDK call on each route", () => {
  test.each(missionRoutes)("$model", async ({ model, settings }) => {
    const response = await completion({
      model,
      messages: [{ role: "user", content: "Tell me a joke" }],
      ...settings,
    });
    const [choice] = response.choices;
    expect(response).toMatchObject({ object: "chat.completion", model });
    expect(choice?.message.content).toMatch(/\w/);
    expect(choice?.message.content).not.toMatch(/<\/?(think|reasoning)>|<\|/);
    expect(choice?.finish_reason).toBe("stop");
    expect(response.usage?.total_tokens).toBeGreaterThan(2);
  });

  test.each(missionRoutes)("max_tokens cuts $model", async ({ model, settings }) => {
    const messages = [{ role: "user" as const, content: "Tell me a long story" }];
    const response = await completion({ model, messages, max_tokens: 3, ...settings });
    expect(response.choices[0]?.finish_reason).toBe("length");
    expect(response.usage?.completion_tokens).toBe(3);
  });

  test.each(missionRoutes)("every role, on $model", async ({ model, settings }) => {
    const response = await completion({
      model,
      messages: [
        { role: "system", content: "Be brief." },
        { role: "developer", content: [{ type: "text", text: "Be kind." }] },
        { role: "user", content: [{ type: "text", text: "Weather in Paris?" }] },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "call00001", type: "function", function: { name: "f", arguments: '{"a":1}' } }],
        },
        { role: "tool", tool_call_id: "call00001", content: "18 degrees" },
        { role: "assistant", content: "It is 18 degrees." },
        { role: "user", content: "Thanks. And tomorrow?" },
      ],
      tools: [{ type: "function", function: { name: "f", parameters: { type: "object" } } }],
      ...settings,
    });
    expect(response.choices[0]?.message.content).toMatch(/\w/);
  });
});
