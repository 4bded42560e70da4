import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import { ChatBedrockConverse } from "@langchain/aws";
import { HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { generateText, streamText, tool } from "ai";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { arns, kimi, useRig } from "./rig.ts";

const rig = useRig();
const weather = {
  name: "get_weather",
  description: "The weather in a place",
  schema: z.object({ location: z.string() }),
};

describe("@langchain/aws", () => {
  /** It has no option for an endpoint without TLS, so the environment says where Bedrock is. */
  const createChat = (model: string): ChatBedrockConverse => {
    for (const [name, value] of Object.entries(rig().emulator.environment)) vi.stubEnv(name, value);
    return new ChatBedrockConverse({ model, region: "us-east-1" });
  };

  test.each([kimi, arns.llama])("chats (%s)", async (model) => {
    const answer = await createChat(model).invoke([
      new SystemMessage("Be brief."),
      new HumanMessage("Tell me about the sea"),
    ]);
    expect(answer.text).toContain("sea");
    expect(answer.usage_metadata?.output_tokens).toBeGreaterThan(5);
  });

  test.each([kimi, arns.llama])("streams (%s)", async (model) => {
    let text = "";
    for await (const chunk of await createChat(model).stream("Tell me about the sea")) text += chunk.text;
    expect(text).toContain("sea");
  });

  test.each([kimi, arns.llama])("calls a tool and goes on with its result (%s)", async (model) => {
    const chat = createChat(model).bindTools([{ ...weather }]);
    const question = new HumanMessage("What's the weather in Tokyo?");
    const answer = await chat.invoke([question]);
    expect(answer.tool_calls).toMatchObject([{ name: "get_weather", args: { location: "Tokyo" } }]);
    const result = new ToolMessage({ content: "sunny, 31C", tool_call_id: answer.tool_calls?.[0]?.id ?? "" });
    expect((await chat.invoke([question, answer, result])).text).toContain("sunny, 31C");
  });
});

describe("@ai-sdk/amazon-bedrock", () => {
  const createModel = (model: string): Parameters<typeof generateText>[0]["model"] => {
    const { url, credentials } = rig().emulator;
    return createAmazonBedrock({ region: "us-east-1", baseURL: url, ...credentials })(model);
  };
  const tools = {
    get_weather: tool({
      description: weather.description,
      inputSchema: weather.schema,
      execute: async () => "sunny, 31C",
    }),
  };

  test.each([kimi, arns.llama])("chats (%s)", async (model) => {
    const { text, usage } = await generateText({
      model: createModel(model),
      system: "Be brief.",
      prompt: "Tell me about the sea",
    });
    expect(text).toContain("sea");
    expect(usage.outputTokens).toBeGreaterThan(5);
  });

  test.each([kimi, arns.llama])("streams (%s)", async (model) => {
    let text = "";
    for await (const part of streamText({ model: createModel(model), prompt: "Tell me about the sea" })
      .textStream)
      text += part;
    expect(text).toContain("sea");
  });

  test.each([kimi, arns.llama])("calls a tool (%s)", async (model) => {
    const { toolCalls, toolResults } = await generateText({
      model: createModel(model),
      prompt: "What's the weather in Tokyo?",
      tools,
    });
    expect(toolCalls).toMatchObject([{ toolName: "get_weather", input: { location: "Tokyo" } }]);
    expect(toolResults).toMatchObject([{ output: "sunny, 31C" }]);
  });
});
