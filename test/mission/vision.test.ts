import { readFileSync } from "node:fs";
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

function image(name: string) {
  const base64 = readFileSync(new URL(`../../examples/sdk/${name}`, import.meta.url), "base64");
  return { type: "image_url" as const, image_url: { url: `data:image/jpeg;base64,${base64}` } };
}

const comparison = [
  {
    role: "user" as const,
    content: [
      { type: "text" as const, text: "Spot the difference" },
      image("image1.jpg"),
      image("image2.jpg"),
    ],
  },
];

describe("several images in one message, on the chat format", () => {
  const vision = missionRoutes.filter((route) => route.model.startsWith("bedrock/openai/"));

  test.each(vision)("SDK: $model", async ({ model }) => {
    const { choices } = await completion({ model, messages: comparison });
    expect(choices[0]?.message.content).toMatch(/\w/);
    const sent = bedrock.emulator.requests().at(-1)?.body;
    expect(JSON.stringify(sent)).toContain(image("image1.jpg").image_url.url);
    expect(JSON.stringify(sent)).toContain(image("image2.jpg").image_url.url);
  });

  test.each(vision)("gateway: $alias", async ({ alias }) => {
    const client = new OpenAI({ baseURL: `${bedrock.gateway.url}/v1`, apiKey: "sk-1234" });
    const { choices } = await client.chat.completions.create({ model: alias, messages: comparison });
    expect(choices[0]?.message.content).toMatch(/\w/);
  });
});

describe("a text format says which route takes images", () => {
  const text = missionRoutes.filter(({ model }) => /(deepseek_r1|llama|qwen3|qwen2)\//.test(model));

  test.each(text)("$model", async ({ model }) => {
    const failure = completion({ model, messages: comparison });
    await expect(failure).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("bedrock/openai/"),
    });
  });
});
