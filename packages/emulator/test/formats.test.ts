import { describe, expect, test } from "vitest";
import { InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { arns, failureOf, invoke, invokeStream, kimi, pixel, startRig, stopRig, useRig } from "./rig.ts";
import type { Json } from "./rig.ts";

const prompt = "How is the rainbow formed?";
const messages = [{ role: "user", content: prompt }];

/** A model of each kind of import, beside the built-in ones. */
const declared = [
  { name: "old-llama", architecture: "llama", id: "oldllama0001", imported: "2025-06-01" },
  { name: "old-mistral", architecture: "mistral", id: "oldmistral01", imported: "2025-06-01" },
  { name: "old-qwen", architecture: "qwen3", id: "oldqwen00001", imported: "2025-06-01" },
  { name: "new-qwen2", architecture: "qwen2", id: "newqwen20001" },
  { name: "new-qwen3", architecture: "qwen3", id: "newqwen30001" },
  { name: "bare-llama", architecture: "llama", id: "barellama001", chatTemplate: false },
  { name: "day-before", architecture: "llama", id: "daybefore001", imported: "2025-11-10T23:59:59Z" },
  { name: "day-after", architecture: "llama", id: "dayafter0001", imported: "2025-11-11T00:00:00Z" },
] as const;

const rig = useRig({ models: declared, builtInModels: true });
const own = (id: string): string => `arn:aws:bedrock:us-east-1:123456789012:imported-model/${id}`;

describe("whole answers have the shape of their format", () => {
  test("BedrockCompletion", async () => {
    const answer = await invoke(rig().runtime, arns.llama, { prompt, max_gen_len: 10, temperature: 0.5 });
    expect(answer).toEqual({
      generation: expect.any(String),
      prompt_token_count: 7,
      generation_token_count: 10,
      stop_reason: "length",
      logprobs: null,
    });
  });

  test("OpenAICompletion", async () => {
    const answer = await invoke(rig().runtime, arns.llama, { prompt, max_tokens: 10 });
    expect(answer).toMatchObject({
      id: expect.stringMatching(/^cmpl-[0-9a-f]{32}$/),
      object: "text_completion",
      created: expect.any(Number),
      model: "123456789012-llama0000000",
      choices: [{ index: 0, text: expect.any(String), finish_reason: "length" }],
      usage: { prompt_tokens: 7, completion_tokens: 10, total_tokens: 17 },
    });
  });

  test("OpenAIChatCompletion, with every member of vLLM's object", async () => {
    const answer = await invoke(rig().runtime, arns.llama, { messages, max_tokens: 1000 });
    expect(answer.id).toMatch(/^chatcmpl-[0-9a-f]{32}$/);
    expect(answer).toMatchObject({ object: "chat.completion", service_tier: null, kv_transfer_params: null });
    expect(answer.choices).toEqual([
      {
        index: 0,
        message: {
          role: "assistant",
          content: expect.stringContaining("rainbow"),
          refusal: null,
          annotations: null,
          audio: null,
          function_call: null,
          tool_calls: [],
          reasoning_content: null,
        },
        logprobs: null,
        finish_reason: "stop",
        stop_reason: null,
        token_ids: null,
      },
    ]);
    const { prompt_tokens, completion_tokens, total_tokens } = answer.usage;
    expect(total_tokens).toBe(prompt_tokens + completion_tokens);
  });

  test("an older Mistral answers in `outputs`, without token counts", async () => {
    const answer = await invoke(rig().runtime, own("oldmistral01"), { prompt, max_tokens: 3 });
    expect(answer).toEqual({ outputs: [{ text: expect.any(String), stop_reason: "length" }] });
  });

  test("an older Qwen2 may answer in `text`", async () => {
    const answer = await invoke(rig().runtime, arns.missionQwen2, { prompt, max_gen_len: 10 });
    expect(answer).toMatchObject({
      text: expect.any(String),
      stop_reason: "length",
      generation_token_count: 10,
    });
  });
});

/** The text that the chunks of each format carry, and what the whole answer carries. */
const shapes: readonly [
  format: string,
  model: string,
  body: Json,
  chunk: (json: Json) => string,
  whole: (json: Json) => string,
][] = [
  ["BedrockCompletion", arns.llama, { prompt, max_gen_len: 400 }, (c) => c.generation, (w) => w.generation],
  ["older outputs", own("oldmistral01"), { prompt }, (c) => c.outputs[0].text, (w) => w.outputs[0].text],
  ["older text", arns.missionQwen2, { prompt }, (c) => c.text, (w) => w.text],
  [
    "OpenAICompletion",
    arns.llama,
    { prompt, max_tokens: 400 },
    (c) => c.choices[0].text,
    (w) => w.choices[0].text,
  ],
  [
    "OpenAIChatCompletion",
    arns.llama,
    { messages },
    (c) => c.choices[0].delta.content,
    (w) => w.choices[0].message.content,
  ],
  [
    "thinking on BedrockCompletion",
    arns.qwen3,
    { prompt, max_gen_len: 400 },
    (c) => c.generation,
    (w) => w.generation,
  ],
];

describe("streams", () => {
  test.each(shapes)("%s: the chunks fold to the whole answer", async (_, model, body, ofChunk, ofWhole) => {
    const chunks = await invokeStream(rig().runtime, model, body);
    expect(chunks.length).toBeGreaterThan(5);
    expect(chunks.map(ofChunk).join("")).toBe(ofWhole(await invoke(rig().http1, model, body)));
  });

  test.each(shapes)("%s: only the last chunk has the metrics", async (_, model, body) => {
    const chunks = await invokeStream(rig().runtime, model, body);
    const [last, ...before] = chunks.toReversed();
    const metrics = last["amazon-bedrock-invocationMetrics"];
    expect(metrics).toMatchObject({
      inputTokenCount: expect.any(Number),
      outputTokenCount: expect.any(Number),
    });
    expect(before.some((chunk) => "amazon-bedrock-invocationMetrics" in chunk)).toBe(false);
  });

  test("BedrockCompletion counts the prompt in its first chunk only, and ends in the last chunk of text", async () => {
    const chunks = await invokeStream(rig().runtime, arns.llama, { prompt, max_gen_len: 8 });
    expect(chunks.map((chunk) => chunk.prompt_token_count)).toEqual([
      7,
      ...Array.from({ length: 7 }, () => null),
    ]);
    expect(chunks.map((chunk) => chunk.generation_token_count)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(chunks.map((chunk) => chunk.stop_reason)).toEqual([
      ...Array.from({ length: 7 }, () => null),
      "length",
    ]);
    expect(chunks.at(-1).generation).not.toBe("");
  });

  test("a chat stream begins with the role, and ends with exactly one reason", async () => {
    const chunks = await invokeStream(rig().runtime, arns.llama, { messages });
    expect(chunks[0].choices[0].delta).toEqual({ role: "assistant", content: "" });
    const reasons = chunks.map((chunk) => chunk.choices[0].finish_reason);
    expect(reasons.filter((reason) => reason !== null)).toEqual(["stop"]);
    expect(reasons.at(-1)).toBe("stop");
  });

  test("usage comes in a chunk of its own when it is asked for", async () => {
    const body = { messages, stream_options: { include_usage: true } };
    const last = (await invokeStream(rig().runtime, arns.llama, body)).at(-1);
    expect(last).toMatchObject({ choices: [], usage: { prompt_tokens: expect.any(Number) } });
    expect(last["amazon-bedrock-invocationMetrics"].outputTokenCount).toBe(last.usage.completion_tokens);
  });
});

describe("the shape of the body decides", () => {
  test.each<[body: string, json: Json, key: string]>([
    ["prompt alone", { prompt }, "generation"],
    ["prompt and max_gen_len", { prompt, max_gen_len: 5 }, "generation"],
    ["prompt and max_tokens", { prompt, max_tokens: 5 }, "choices"],
    ["prompt and both", { prompt, max_tokens: 5, max_gen_len: 5 }, "generation"],
    ["messages", { messages }, "choices"],
    ["messages and prompt", { messages, prompt }, "choices"],
  ])("%s", async (_, json, key) => {
    expect(await invoke(rig().runtime, arns.llama, json)).toHaveProperty(key);
  });

  test("prompt with both limits is refused where that is assumed", async () => {
    const strict = await startRig({ assumptions: { bothLimits: "reject" } });
    const failure = await failureOf(
      invoke(strict.runtime, arns.llama, { prompt, max_tokens: 5, max_gen_len: 5 }),
    );
    expect(failure.name).toBe("ValidationException");
    await stopRig(strict);
  });

  const every = "ChatCompletionRequest, BedrockMetaCompletionRequest, CompletionRequest";
  test.each<[string, string, Json, string]>([
    ["nothing, on Llama", arns.llama, {}, every],
    ["nothing, on a new Qwen3", own("newqwen30001"), {}, "ChatCompletionRequest"],
    ["nothing, on Kimi", kimi, {}, "ChatCompletionRequest"],
    [
      "max_gen_len, on a new Qwen2",
      own("newqwen20001"),
      { prompt, max_gen_len: 5 },
      "ChatCompletionRequest, CompletionRequest",
    ],
    ["max_gen_len, on a new Qwen3", own("newqwen30001"), { prompt, max_gen_len: 5 }, "ChatCompletionRequest"],
    ["max_tokens, on GPTBigCode", arns.gptBigCode, { prompt, max_tokens: 5 }, "BedrockMetaCompletionRequest"],
    ["messages, on GPTBigCode", arns.gptBigCode, { messages }, "BedrockMetaCompletionRequest"],
  ])("%s: refused with what the model takes", async (_, model, body, available) => {
    const failure = await failureOf(invoke(rig().runtime, model, body));
    expect([failure.name, failure.$metadata.httpStatusCode]).toEqual(["ValidationException", 400]);
    expect(failure.message).toMatch(new RegExp(`Available for this model: ${available}$`));
  });

  test.each([arns.deepseek, own("barellama001")])(
    "messages without a chat template are refused (%s)",
    async (model) => {
      const failure = await failureOf(invoke(rig().runtime, model, { messages }));
      expect(failure.message).toContain("must be provided");
    },
  );

  test.each([arns.qwen2, arns.qwen3, arns.qwen25Vision])(
    "a built-in Qwen takes both of its formats (%s)",
    async (model) => {
      expect(await invoke(rig().runtime, model, { prompt, max_gen_len: 5 })).toHaveProperty("generation");
      expect(await invoke(rig().runtime, model, { messages })).toHaveProperty("choices");
    },
  );
});

describe("imports from before 11 November 2025", () => {
  test.each([
    ["daybefore001", "generation"],
    ["dayafter0001", "choices"],
  ])("the day decides (%s)", async (id, key) => {
    expect(await invoke(rig().runtime, own(id), { prompt, max_tokens: 3 })).toHaveProperty(key);
  });

  test("Llama ignores what it doesn't know", async () => {
    const plain = await invoke(rig().runtime, own("oldllama0001"), { prompt });
    const unknown = {
      max_tokens: 3,
      top_k: 5,
      stop: [" "],
      return_logprobs: true,
      structured_outputs: { choice: ["x"] },
      foo: 1,
    };
    expect(await invoke(rig().runtime, own("oldllama0001"), { prompt, ...unknown })).toEqual(plain);
    expect(plain).not.toHaveProperty("logprobs");
  });

  test("Mistral knows max_tokens and stop", async () => {
    const cut = await invoke(rig().runtime, own("oldmistral01"), { prompt, max_tokens: 2 });
    expect(cut.outputs[0].stop_reason).toBe("length");
    const stopped = await invoke(rig().runtime, own("oldmistral01"), { prompt, stop: ["rainbow"] });
    expect(stopped.outputs[0].text).not.toContain("rainbow");
    expect(stopped.outputs[0].stop_reason).toBe("stop");
  });

  test("Qwen takes messages too", async () => {
    expect(await invoke(rig().runtime, own("oldqwen00001"), { messages })).toHaveProperty("choices");
  });
});

describe("limits", () => {
  test.each(["max_tokens", "max_completion_tokens"])("%s cuts a chat answer", async (name) => {
    const answer = await invoke(rig().runtime, arns.llama, { messages, [name]: 4 });
    expect(answer.choices[0].finish_reason).toBe("length");
    expect(answer.usage.completion_tokens).toBe(4);
  });

  test("a stop sequence ends the text before it, streamed or not", async () => {
    const body = { prompt, max_gen_len: 400, stop: ["rainbow"] };
    const whole = await invoke(rig().runtime, arns.llama, body);
    expect(whole.stop_reason).toBe("stop");
    expect(whole.generation).not.toContain("rainbow");
    const chunks = await invokeStream(rig().runtime, arns.llama, body);
    expect(chunks.map((chunk) => chunk.generation).join("")).toBe(whole.generation);
  });

  test("vLLM names the stop sequence that it met", async () => {
    const answer = await invoke(rig().runtime, arns.llama, { messages, stop: "rainbow" });
    expect(answer.choices[0]).toMatchObject({ finish_reason: "stop", stop_reason: "rainbow" });
  });

  test("several choices differ", async () => {
    const { choices } = await invoke(rig().runtime, arns.llama, { messages, n: 3 });
    expect(choices.map((choice: Json) => choice.index)).toEqual([0, 1, 2]);
    expect(new Set(choices.map((choice: Json) => choice.message.content)).size).toBeGreaterThan(1);
  });

  test("several choices stream one after the other and fold to the whole", async () => {
    const body = { prompt, max_tokens: 20, n: 2 };
    const { choices } = await invoke(rig().runtime, arns.llama, body);
    const chunks = await invokeStream(rig().runtime, arns.llama, body);
    for (const { index, text } of choices) {
      const deltas = chunks.flatMap((chunk) => chunk.choices).filter((choice) => choice.index === index);
      expect(deltas.map((choice) => choice.text).join("")).toBe(text);
    }
  });

  test("more than the context is refused", async () => {
    const failure = await failureOf(invoke(rig().runtime, arns.llama, { prompt, max_tokens: 200_000 }));
    expect(failure.message).toContain("maximum context length is 131072 tokens");
  });
});

describe("wrong members are named", () => {
  test.each<[Json, string]>([
    [{ prompt: 5 }, "#/prompt: expected type: String, found: Integer"],
    [{ prompt, max_gen_len: "5" }, "#/max_gen_len: expected type: Integer, found: String"],
    [{ prompt, max_gen_len: 1.5 }, "#/max_gen_len: expected type: Integer, found: Number"],
    [{ prompt, max_gen_len: 0 }, "#/max_gen_len: 0 is not greater or equal to 1"],
    [{ prompt, temperature: 3 }, "#/temperature: 3 is not less or equal to 2"],
    [{ prompt, max_tokens: 5, top_p: 0 }, "#/top_p: 0 is not greater than 0"],
    [{ prompt, stop: [1] }, "#/stop/0: expected type: String, found: Integer"],
    [{ messages: "hi" }, "#/messages: expected type: JSONArray, found: String"],
    [{ messages: [] }, "#/messages: expected minimum item count: 1"],
    [{ messages: [5] }, "#/messages/0: expected type: JSONObject, found: Integer"],
    [{ messages: [{ role: "human", content: "hi" }] }, "#/messages/0/role: human is not a valid enum value"],
    [{ messages: [{ role: "user" }] }, "#/messages/0/content: expected type: String, found: Null"],
    [{ messages: [{ role: "user", content: [{ type: "audio" }] }] }, "#/messages/0/content/0/type"],
    [{ messages, tools: [{}] }, "#/tools/0/function: expected type: JSONObject, found: Null"],
    [{ messages, tool_choice: "maybe" }, "#/tool_choice"],
    [{ messages, response_format: { type: "xml" } }, "#/response_format/type: xml"],
    [{ messages, structured_outputs: { regex: "a", choice: ["a"] } }, "exactly one of"],
    [{ messages, n: 99 }, "#/n: 99 is not less or equal to 16"],
  ])("%j", async (body, text) => {
    const failure = await failureOf(invoke(rig().runtime, arns.llama, body));
    expect(failure.name).toBe("ValidationException");
    expect(failure.message).toContain(`Malformed input request: `);
    expect(failure.message).toContain(text);
  });
});

describe("images", () => {
  const withImages = (...urls: string[]): Json => ({
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          ...urls.map((url) => ({ type: "image_url", image_url: { url } })),
        ],
      },
    ],
  });
  const dataUrl = `data:image/png;base64,${pixel}`;

  test.each([arns.qwen2Vision, arns.qwen25Vision, arns.missionVision, arns.mllama])(
    "are seen by %s",
    async (model) => {
      const answer = await invoke(rig().runtime, model, withImages(dataUrl, dataUrl.replace("png", "jpg")));
      const size = Buffer.from(pixel, "base64").length;
      expect(answer.choices[0].message.content).toContain(
        `2 images: a png of ${size} bytes and a jpeg of ${size} bytes`,
      );
    },
  );

  test.each<[string, string, string[], string]>([
    [
      "a model without eyes",
      arns.llama,
      [dataUrl],
      "This model doesn't support the image field for user messages.",
    ],
    ["more than three", arns.missionVision, [dataUrl, dataUrl, dataUrl, dataUrl], "At most 3 image(s)"],
    ["an address", arns.missionVision, ["https://example.com/a.png"], "image URLs are not supported"],
    ["no data", arns.missionVision, ["data:image/png;base64,"], "not valid base64"],
    ["broken data", arns.missionVision, ["data:image/png;base64,%%%"], "not valid base64"],
    [
      "another kind of file",
      arns.missionVision,
      [`data:application/pdf;base64,${pixel}`],
      "expected a data URL",
    ],
    ["no base64", arns.missionVision, ["data:image/png,abc"], "expected a data URL"],
  ])("%s: refused", async (_, model, urls, text) => {
    const failure = await failureOf(invoke(rig().runtime, model, withImages(...urls)));
    expect([failure.name, failure.message]).toEqual(["ValidationException", expect.stringContaining(text)]);
  });
});

describe("headers of an answer", () => {
  test("latency, token counts and the words of the request come back", async () => {
    const output = await rig().runtime.send(
      new InvokeModelCommand({
        modelId: arns.llama,
        contentType: "application/json",
        body: JSON.stringify({ prompt, max_gen_len: 5 }),
        performanceConfigLatency: "optimized",
        serviceTier: "priority",
      }),
    );
    expect(output).toMatchObject({
      contentType: "application/json",
      performanceConfigLatency: "optimized",
      serviceTier: "priority",
    });
    expect(output.$metadata.requestId).toBe(rig().emulator.requests()[0]?.id);
  });

  test("the token counts can be assumed away", async () => {
    const counts = async (tokenCountHeaders: boolean): Promise<string | null> => {
      const other = await startRig({ assumptions: { tokenCountHeaders } });
      const answer = await fetch(`${other.emulator.url}/model/${encodeURIComponent(arns.llama)}/invoke`, {
        method: "POST",
        headers: { authorization: `Bearer ${other.emulator.apiKey}`, "content-type": "application/json" },
        body: JSON.stringify({ prompt, max_gen_len: 5 }),
      });
      await stopRig(other);
      return answer.headers.get("x-amzn-bedrock-output-token-count");
    };
    expect([await counts(true), await counts(false)]).toEqual(["5", null]);
  });
});

describe("log probabilities", () => {
  test("BedrockCompletion: one map a token", async () => {
    const answer = await invoke(rig().runtime, arns.llama, { prompt, max_gen_len: 6, return_logprobs: true });
    expect(answer.logprobs).toHaveLength(6);
    for (const map of answer.logprobs) {
      const [[id, logprob]] = Object.entries(map) as [[string, number]];
      expect(id).toMatch(/^\d+$/);
      expect(logprob).toBeLessThanOrEqual(0);
    }
  });

  test("OpenAICompletion: the offsets lead back to the text", async () => {
    const answer = await invoke(rig().runtime, arns.llama, { prompt, max_tokens: 6, logprobs: 2 });
    const [{ text, logprobs }] = answer.choices;
    expect(logprobs.tokens.join("")).toBe(text);
    logprobs.tokens.forEach((token: string, index: number) => {
      expect(text.startsWith(token, logprobs.text_offset[index])).toBe(true);
      expect(logprobs.top_logprobs[index][token]).toBe(logprobs.token_logprobs[index]);
    });
  });

  test("OpenAIChatCompletion: alternatives with the likeliest first, the same when streamed", async () => {
    const body = { messages, max_tokens: 5, logprobs: true, top_logprobs: 3 };
    const { content } = (await invoke(rig().runtime, arns.llama, body)).choices[0].logprobs;
    expect(content).toHaveLength(5);
    expect(content[0].top_logprobs).toHaveLength(3);
    expect(content[0].top_logprobs[0]).toEqual({
      token: content[0].token,
      logprob: content[0].logprob,
      bytes: content[0].bytes,
    });
    const chunks = await invokeStream(rig().runtime, arns.llama, body);
    expect(chunks.flatMap((chunk) => chunk.choices[0].logprobs?.content ?? [])).toEqual(content);
  });

  test("prompt_logprobs: nothing for the first token", async () => {
    const answer = await invoke(rig().runtime, arns.llama, { messages, max_tokens: 5, prompt_logprobs: 1 });
    expect(answer.prompt_logprobs[0]).toBeNull();
    expect(Object.values(answer.prompt_logprobs[1])[0]).toMatchObject({
      rank: 1,
      decoded_token: expect.any(String),
    });
  });
});
