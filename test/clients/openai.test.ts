import { readFileSync } from "node:fs";
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LocalBedrock } from "../local-bedrock.ts";
import { missionRoutes, weatherTool } from "../mission/routes.ts";
import { key, startKeyedBedrock } from "./keyed-bedrock.ts";

let bedrock: LocalBedrock;
let client: OpenAI;
beforeAll(async () => {
  bedrock = await startKeyedBedrock();
  client = new OpenAI({ baseURL: `${bedrock.gateway.url}/v1`, apiKey: key, maxRetries: 0 });
});
afterEach(() => bedrock.emulator.clearFaults());
afterAll(() => bedrock.close());

const vision = "qwen-25vl-72b";
const thinking = "Qwen3-32B";
const say = (content: string) => [{ role: "user" as const, content }];

describe("chat, whole and streamed alike, on each route", () => {
  test.each(missionRoutes)("$alias", async ({ alias, thinks }) => {
    const messages = say("Tell me about rivers");
    const whole = await client.chat.completions.create({ model: alias, messages });
    const [choice] = whole.choices;
    expect(choice?.message).toMatchObject({ role: "assistant", content: expect.stringMatching(/\w/) });
    expect(whole.usage?.total_tokens).toBe(
      (whole.usage?.prompt_tokens ?? 0) + (whole.usage?.completion_tokens ?? 0),
    );

    const runner = client.chat.completions.stream({
      model: alias,
      messages,
      stream_options: { include_usage: true },
    });
    const streamed = await runner.finalChatCompletion();
    expect(streamed.model).toBe(alias);
    expect(streamed.choices[0]?.message.content).toBe(choice?.message.content);
    expect(streamed.choices[0]?.finish_reason).toBe(choice?.finish_reason);
    expect(streamed.usage).toEqual(whole.usage);
    const reasoning = choice?.message as { reasoning_content?: string } | undefined;
    expect(typeof reasoning?.reasoning_content === "string").toBe(thinks);
  });

  test("a caller's own tools are run, and the model goes on", async () => {
    const asked: unknown[] = [];
    const runner = client.chat.completions.runTools({
      model: thinking,
      messages: say("What's the weather in Oslo?"),
      tools: [
        {
          type: "function",
          function: {
            ...weatherTool.function,
            parse: JSON.parse,
            function: (given: { location: string }) => {
              asked.push(given);
              return "rain, 7 degrees";
            },
          },
        },
      ],
    });
    expect(await runner.finalContent()).toContain("7 degrees");
    expect(asked).toEqual([{ location: expect.any(String) }]);
  });

  test("log probabilities and several choices", async () => {
    const { choices } = await client.chat.completions.create({
      model: vision,
      messages: say("Tell me about rivers"),
      n: 2,
      logprobs: true,
      top_logprobs: 2,
    });
    expect(choices.map(({ index }) => index)).toEqual([0, 1]);
    expect(choices[0]?.logprobs?.content?.[0]?.top_logprobs).toHaveLength(2);
  });

  test("a structured output is what its schema says", async () => {
    const schema = {
      type: "object",
      properties: { city: { type: "string" }, people: { type: "integer" } },
      required: ["city", "people"],
      additionalProperties: false,
    };
    const { choices } = await client.chat.completions.parse({
      model: vision,
      messages: say("Describe Lisbon"),
      response_format: { type: "json_schema", json_schema: { name: "city", schema, strict: true } },
    });
    expect(choices[0]?.message.parsed).toEqual({ city: expect.any(String), people: expect.any(Number) });
  });

  test("a stream that is left ends the call at Bedrock", async () => {
    bedrock.emulator.addFault({ kind: "hang", after: 3 });
    const stream = await client.chat.completions.create({
      model: thinking,
      messages: say("Tell me about rivers"),
      stream: true,
    });
    for await (const chunk of stream) {
      expect(chunk.object).toBe("chat.completion.chunk");
      break;
    }
    await expect.poll(() => bedrock.emulator.requests().at(-1)?.outcome).toBe("cancelled");
  });
});

describe("vision", () => {
  const image = (name: string) => {
    const data = readFileSync(new URL(`../../examples/sdk/${name}`, import.meta.url), "base64");
    return { type: "image_url" as const, image_url: { url: `data:image/jpeg;base64,${data}` } };
  };
  const messages = [
    {
      role: "user" as const,
      content: [
        { type: "text" as const, text: "Spot the difference" },
        image("image1.jpg"),
        image("image2.jpg"),
      ],
    },
  ];

  test.each([false, true])("several images in one message (streamed: %s)", async (stream) => {
    const answer = stream
      ? await client.chat.completions.stream({ model: vision, messages }).finalChatCompletion()
      : await client.chat.completions.create({ model: vision, messages });
    expect(answer.choices[0]?.message.content).toContain("2 images");
  });
});

describe("responses, on each route", () => {
  test.each(missionRoutes)("$alias", async ({ alias, thinks }) => {
    const request = { model: alias, input: "Tell me about rivers", instructions: "Be brief." };
    const whole = await client.responses.create(request);
    expect(whole).toMatchObject({ object: "response", status: "completed", model: alias });
    expect(whole.output_text).toMatch(/\w/);
    expect(whole.output.some((item) => item.type === "reasoning")).toBe(thinks);

    const kinds: string[] = [];
    const stream = client.responses.stream(request);
    for await (const event of stream) kinds.push(event.type);
    const streamed = await stream.finalResponse();
    expect(kinds.at(0)).toBe("response.created");
    expect(kinds.at(-1)).toBe("response.completed");
    expect(streamed.output_text).toBe(whole.output_text);
  });

  test("a round of tools, the items sent back as they came", async () => {
    const tools = [{ type: "function" as const, strict: false, ...weatherTool.function }];
    const input: OpenAI.Responses.ResponseInput = [{ role: "user", content: "What's the weather in Oslo?" }];
    const asked = await client.responses.create({ model: thinking, input, tools });
    const call = asked.output.find((item) => item.type === "function_call");
    expect(call).toMatchObject({ name: "get_weather", call_id: expect.any(String) });
    const answered = await client.responses.create({
      model: thinking,
      tools,
      input: [
        ...input,
        ...(asked.output as OpenAI.Responses.ResponseInput),
        { type: "function_call_output", call_id: call?.call_id ?? "", output: "rain, 7 degrees" },
      ],
    });
    expect(answered.output_text).toContain("7 degrees");
  });
});

describe("completions, on each route", () => {
  test.each(missionRoutes)("$alias", async ({ alias }) => {
    const request = { model: alias, prompt: "Rivers are", max_tokens: 40 };
    const whole = await client.completions.create(request);
    expect(whole).toMatchObject({ object: "text_completion", model: alias });
    let text = "";
    for await (const part of await client.completions.create({ ...request, stream: true }))
      text += part.choices[0]?.text ?? "";
    expect(text).toBe(whole.choices[0]?.text);
  });

  test("several prompts", async () => {
    const { choices } = await client.completions.create({ model: vision, prompt: ["Rivers", "Hills"] });
    expect(choices.map(({ index }) => index)).toEqual([0, 1]);
    expect(choices[0]?.text).toContain("ivers");
    expect(choices[1]?.text).toContain("ills");
  });
});

test("models", async () => {
  const ids: string[] = [];
  for await (const { id } of client.models.list()) ids.push(id);
  expect(ids.toSorted()).toEqual(missionRoutes.map(({ alias }) => alias).toSorted());
  expect(await client.models.retrieve(vision)).toMatchObject({ id: vision, object: "model" });
});

describe("failures are the client's own classes", () => {
  const ask = (more: object = {}, by: OpenAI = client) =>
    by.chat.completions.create({ model: vision, messages: say("Hi"), ...more });
  const fault = (exception: string) => () => bedrock.emulator.addFault({ kind: "error", exception });
  const nothing = () => undefined;

  test.each<
    [string, () => void, () => Promise<unknown>, new (...args: never[]) => Error, Record<string, unknown>]
  >([
    [
      "a wrong key",
      nothing,
      () => ask({}, new OpenAI({ baseURL: `${bedrock.gateway.url}/v1`, apiKey: "sk-wrong", maxRetries: 0 })),
      OpenAI.AuthenticationError,
      { status: 401, type: "auth_error", code: "401" },
    ],
    [
      "a wrong field",
      nothing,
      () => ask({ temperature: "hot" }),
      OpenAI.BadRequestError,
      { status: 400, param: "temperature" },
    ],
    ["an unknown model", nothing, () => ask({ model: "nobody" }), OpenAI.BadRequestError, { param: "model" }],
    ["an unknown model's card", nothing, () => client.models.retrieve("nobody"), OpenAI.NotFoundError, {}],
    [
      "an unknown path",
      nothing,
      () => client.embeddings.create({ model: vision, input: "Hi" }),
      OpenAI.NotFoundError,
      { status: 404 },
    ],
    ["throttling", fault("ThrottlingException"), ask, OpenAI.RateLimitError, { type: "rate_limit_error" }],
    ["no permission", fault("AccessDeniedException"), ask, OpenAI.PermissionDeniedError, {}],
    ["AWS's bad day", fault("InternalServerException"), ask, OpenAI.InternalServerError, { status: 502 }],
    [
      "a model that isn't ready",
      fault("ModelNotReadyException"),
      // A model of its own: the next call to this one waits for its turn.
      () => ask({ timeout: 0.2, model: "Qwen2-72B" }),
      OpenAI.InternalServerError,
      { status: 503, type: "model_not_ready" },
    ],
  ])("%s", async (_, arrange, act, kind, details) => {
    arrange();
    const failure: unknown = await act().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(kind);
    expect(failure).toMatchObject(details);
    expect(String(failure)).toMatch(/\w{3,}/);
  });

  test("a failure in mid-stream is thrown by the stream", async () => {
    bedrock.emulator.addFault({ kind: "stream-error", exception: "ThrottlingException", after: 3 });
    const stream = await client.chat.completions.create({
      model: vision,
      messages: say("Hi"),
      stream: true,
    });
    const read = async () => {
      let text = "";
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
      return text;
    };
    await expect(read()).rejects.toThrow(OpenAI.APIError);
  });

  test("a failure in the middle of a response's stream too", async () => {
    bedrock.emulator.addFault({ kind: "truncate", after: 3 });
    const kinds: string[] = [];
    const stream = await client.responses.create({ model: vision, input: "Hi", stream: true });
    const read = async () => {
      for await (const event of stream) kinds.push(event.type);
    };
    await expect(read()).rejects.toThrow(OpenAI.APIError);
    expect(kinds).toContain("response.created");
    expect(kinds).not.toContain("response.completed");
  });
});
