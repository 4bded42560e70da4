import { type ChatCompletionChunk, completion } from "@outcrop/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalBedrock, startLocalBedrock } from "../local-bedrock.ts";
import { missionRoutes } from "./routes.ts";

let bedrock: LocalBedrock;
beforeAll(async () => {
  bedrock = await startLocalBedrock();
});
afterAll(() => bedrock.close());

const messages = [{ role: "user" as const, content: "Explain quantum computing in simple terms." }];

/** What a stream of chunks adds up to. */
async function folded(stream: AsyncIterable<ChatCompletionChunk | OpenAI.ChatCompletionChunk>) {
  let content = "";
  let reasoning = "";
  const finishes: (string | null | undefined)[] = [];
  const usages: unknown[] = [];
  let deltas = 0;
  for await (const chunk of stream) {
    if (chunk.usage) usages.push(chunk.usage);
    for (const choice of chunk.choices) {
      const delta: ChatCompletionChunk["choices"][0]["delta"] = choice.delta as never;
      if (delta.content || delta.reasoning_content) deltas++;
      content += delta.content ?? "";
      reasoning += delta.reasoning_content ?? "";
      if (choice.finish_reason) finishes.push(choice.finish_reason);
    }
  }
  return { content, reasoning, finishes, usages, deltas };
}

describe("a stream folds to the whole answer, on each route", () => {
  test.each(missionRoutes)("SDK: $model", async ({ model, settings }) => {
    const whole = await completion({ model, messages, ...settings });
    const stream = completion({
      model,
      messages,
      stream: true,
      stream_options: { include_usage: true },
      ...settings,
    });
    const answer = await folded(stream);
    expect(answer.deltas).toBeGreaterThan(2);
    expect(answer).toMatchObject({
      content: whole.choices[0]?.message.content,
      reasoning: whole.choices[0]?.message.reasoning_content ?? "",
      finishes: ["stop"],
      usages: [whole.usage],
    });
  });

  test.each(missionRoutes)("gateway: $alias", async ({ alias }) => {
    const client = new OpenAI({ baseURL: `${bedrock.gateway.url}/v1`, apiKey: "sk-1234" });
    const whole = await client.chat.completions.create({ model: alias, messages });
    const stream = await client.chat.completions.create({ model: alias, messages, stream: true });
    const answer = await folded(stream);
    expect(answer.deltas).toBeGreaterThan(2);
    expect(answer).toMatchObject({
      content: whole.choices[0]?.message.content,
      finishes: ["stop"],
      usages: [],
    });
  });
});
