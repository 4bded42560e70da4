import { completion } from "@outcrop/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalBedrock, startGateway, startLocalBedrock } from "../local-bedrock.ts";

let bedrock: LocalBedrock;
beforeAll(async () => {
  bedrock = await startLocalBedrock();
});
afterAll(() => bedrock.close());

const messages = [{ role: "user" as const, content: "Tell me about rivers" }];

/** The ARN of the local Bedrock's model of an architecture. */
function arnOf(architecture: RegExp): string {
  const model = bedrock.emulator.models().find((known) => architecture.test(known.architecture ?? ""));
  if (!model) throw new Error(`no model of architecture ${architecture}`);
  return model.arn;
}

const routes: readonly (readonly [name: string, model: () => string])[] = [
  ["bedrock/converse/{id}", () => "bedrock/converse/moonshot.kimi-k2-thinking"],
  ["bedrock/mistral/{arn}", () => `bedrock/mistral/${arnOf(/^mistral/)}`],
  ["bedrock/gpt_oss/{arn}", () => `bedrock/gpt_oss/${arnOf(/^gpt_oss/)}`],
  ["bedrock/{arn} of a llama", () => `bedrock/${arnOf(/^llama/)}`],
  ["bedrock/{arn} of a qwen2", () => `bedrock/${arnOf(/^qwen2$/)}`],
  ["bedrock/{arn} of a qwen3", () => `bedrock/${arnOf(/^qwen3/)}`],
  ["bedrock/{arn} of a mistral", () => `bedrock/${arnOf(/^mistral/)}`],
  ["bedrock/{arn} of a gpt_oss", () => `bedrock/${arnOf(/^gpt_oss/)}`],
];

describe("routes that LiteLLM does not have", () => {
  test.each(routes)("SDK: %s", async (_, model) => {
    const { choices, usage } = await completion({ model: model(), messages });
    expect(choices[0]).toMatchObject({
      finish_reason: "stop",
      message: { content: expect.stringMatching(/\w/) },
    });
    expect(choices[0]?.message.content).not.toMatch(/<\/?think>|<\|/);
    expect(usage === undefined || usage.total_tokens > 2).toBe(true);
  });

  test.each(routes)("SDK, streamed: %s", async (_, model) => {
    const whole = await completion({ model: model(), messages });
    let content = "";
    for await (const chunk of completion({ model: model(), messages, stream: true }))
      content += chunk.choices[0]?.delta.content ?? "";
    expect(content).toBe(whole.choices[0]?.message.content);
  });

  test.each(routes)("gateway: %s", async (_, model) => {
    const gateway = await startGateway(
      `model_list: [{model_name: m, litellm_params: {model: "${model()}", aws_region_name: us-east-1}}]`,
    );
    try {
      const client = new OpenAI({ baseURL: gateway.url, apiKey: "sk-1234" });
      const { choices } = await client.chat.completions.create({ model: "m", messages });
      expect(choices[0]?.message.content).toMatch(/\w/);
    } finally {
      await gateway.close(0);
    }
  });
});
