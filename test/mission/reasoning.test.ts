import { completion } from "@outcrop/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalBedrock, startLocalBedrock } from "../local-bedrock.ts";
import { missionRoutes } from "./routes.ts";

let bedrock: LocalBedrock;
beforeAll(async () => {
  bedrock = await startLocalBedrock();
});
afterAll(() => bedrock.close());

const messages = [{ role: "user" as const, content: "What is 2+2? Think step by step." }];
const thinking = missionRoutes.filter((route) => route.thinks);

describe("thinking comes apart from the answer, on each route whose model thinks", () => {
  test.each(thinking)("SDK: $model", async ({ model, settings }) => {
    const { choices } = await completion({ model, messages, ...settings });
    expect(choices[0]?.message.reasoning_content).toMatch(/\w/);
    expect(choices[0]?.message.content).toMatch(/\w/);
    expect(choices[0]?.message.content).not.toMatch(/think>|reasoning>/);
  });

  test.each(thinking)("gateway: $alias", async ({ alias }) => {
    const client = new OpenAI({ baseURL: `${bedrock.gateway.url}/v1`, apiKey: "sk-1234" });
    const { choices } = await client.chat.completions.create({ model: alias, messages });
    expect(choices[0]?.message).toMatchObject({ reasoning_content: expect.stringMatching(/\w/) });
  });
});

test("Qwen3 leaves its thinking out where the template says so", async () => {
  const qwen3 = missionRoutes.find((route) => route.alias === "Qwen3-32B");
  const { choices } = await completion({
    model: qwen3?.model ?? "",
    messages,
    chat_template_kwargs: { enable_thinking: false },
  });
  expect(choices[0]?.message).not.toHaveProperty("reasoning_content");
});
