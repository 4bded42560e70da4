import { describe, expect, test } from "vitest";
import type { CompletionParams } from "../../src/client/completion-params.ts";
import type { CancelSignal } from "../../src/core/cancellation.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { createClient } from "../../src/client/create-client.ts";
import { answered, createFakeBedrock } from "./fake-bedrock.ts";

const arn = "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456";
const encodedArn = encodeURIComponent(arn);
const messages: CompletionParams["messages"] = [{ role: "user", content: "hi" }];
const kimi = { aws_region_name: "us-west-2", messages };
const chatAnswer: JsonObject = {
  choices: [{ message: { content: "Hello" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 3, completion_tokens: 1 },
};

describe("where a call goes", () => {
  test.each([
    [
      `bedrock/qwen3/${arn}`,
      {},
      `https://bedrock-runtime.us-east-1.amazonaws.com/model/${encodedArn}/invoke`,
    ],
    [
      `bedrock/converse/${arn}`,
      {},
      `https://bedrock-runtime.us-east-1.amazonaws.com/model/${encodedArn}/converse`,
    ],
    [
      "bedrock/moonshot.kimi-k2-thinking",
      { aws_region_name: "us-west-2" },
      "https://bedrock-runtime.us-west-2.amazonaws.com/model/moonshot.kimi-k2-thinking/converse",
    ],
    [
      "bedrock/us-east-2/invoke/moonshot.kimi-k2-thinking",
      {},
      "https://bedrock-runtime.us-east-2.amazonaws.com/model/moonshot.kimi-k2-thinking/invoke",
    ],
    [
      "bedrock/llama/x",
      { model_id: arn },
      `https://bedrock-runtime.us-east-1.amazonaws.com/model/${encodedArn}/invoke`,
    ],
    [
      `bedrock/qwen3/${arn}`,
      { aws_bedrock_runtime_endpoint: "http://localhost:9999/base/" },
      `http://localhost:9999/base/model/${encodedArn}/invoke`,
    ],
  ])("%s with %j", async (model, settings, url) => {
    const { client, sent } = createFakeBedrock();
    await client.completion({ model, messages, ...settings });
    expect(sent.map((request) => request.url)).toEqual([url]);
  });

  test.each([
    [
      "a region that contradicts the ARN",
      `bedrock/qwen3/${arn}`,
      { aws_region_name: "eu-central-1" },
      "region_mismatch",
    ],
    ["no region at all", "bedrock/moonshot.kimi-k2-thinking", {}, "region_missing"],
    [
      "an odd region",
      "bedrock/moonshot.kimi-k2-thinking",
      { aws_region_name: "evil.example/" },
      "invalid_request",
    ],
    ["no model", "", {}, "invalid_model"],
  ])("%s is an error", async (_, model, settings, code) => {
    const { client, sent } = createFakeBedrock();
    await expect(client.completion({ model, messages, ...settings })).rejects.toMatchObject({ code });
    expect(sent).toEqual([]);
  });
});

describe("what a route takes", () => {
  test.each<[string, Partial<CompletionParams>, RegExp]>([
    [
      `bedrock/qwen3/${arn}`,
      { seed: 1 },
      /bedrock\/qwen3 \(bedrock_completion wire\) does not take seed\. It takes max_tokens/,
    ],
    [`bedrock/llama/${arn}`, { n: 2, logit_bias: { 5: 1 } }, /does not take n, logit_bias/],
    [`bedrock/converse/${arn}`, { logprobs: true }, /does not take logprobs/],
    [`bedrock/qwen2/${arn}`, { functions: [{ name: "f" }] }, /does not take functions/],
    ["bedrock/moonshot.kimi-k2-thinking", { aws_region_name: "us-west-2", stop: "x" }, /does not take stop/],
    [
      "bedrock/invoke/moonshot.kimi-k2-thinking",
      { aws_region_name: "us-west-2", stop: ["x"] },
      /does not take stop/,
    ],
  ])("%s refuses %j", async (model, more, message) => {
    const { client, sent } = createFakeBedrock();
    const call = client.completion({ model, messages, ...more, stream: false });
    await expect(call).rejects.toMatchObject({
      code: "unsupported_parameter",
      status: 400,
      message: expect.stringMatching(message),
    });
    expect(sent).toEqual([]);
  });

  test("drop_params drops, and says so", async () => {
    const { client, sent } = createFakeBedrock();
    const warnings: string[] = [];
    await client.completion({
      model: `bedrock/qwen3/${arn}`,
      messages,
      seed: 1,
      n: 3,
      drop_params: true,
      onWarning: (warning) => warnings.push(warning),
    });
    expect(sent[0]?.body).not.toHaveProperty("seed");
    expect(warnings).toEqual([
      expect.stringContaining("seed: dropped"),
      expect.stringContaining("n: dropped"),
    ]);
  });

  test("Kimi: temperature is clamped, a forced call becomes an instruction", async () => {
    const { client, sent } = createFakeBedrock([{ json: chatAnswer }]);
    const warnings: string[] = [];
    const tools = [{ type: "function" as const, function: { name: "f" } }];
    await client.completion({
      model: "bedrock/invoke/moonshot.kimi-k2-thinking",
      ...kimi,
      temperature: 1.5,
      tools,
      tool_choice: "required",
      onWarning: (warning) => warnings.push(warning),
    });
    expect(sent[0]?.body).toMatchObject({ temperature: 1, tools });
    expect(sent[0]?.body.tool_choice).not.toBe("required");
    expect(sent[0]?.body.messages).toEqual([
      ...messages,
      { role: "user", content: expect.stringContaining("calling") },
    ]);
    expect(warnings).toEqual([
      expect.stringContaining("temperature"),
      expect.stringContaining("tool_choice"),
    ]);
  });

  test("Kimi: a named tool is sent as it is", async () => {
    const { client, sent } = createFakeBedrock([{ json: chatAnswer }]);
    const choice = { type: "function" as const, function: { name: "f" } };
    await client.completion({
      model: "bedrock/invoke/moonshot.kimi-k2-thinking",
      ...kimi,
      tools: [choice],
      tool_choice: choice,
    });
    expect(sent[0]?.body.tool_choice).toEqual(choice);
  });

  test("nothing that nobody asked for is sent", async () => {
    const { client, sent } = createFakeBedrock();
    await client.completion({
      model: `bedrock/qwen3/${arn}`,
      messages,
      user: "u",
      timeout: 5,
      num_retries: 1,
    });
    expect(Object.keys(sent[0]?.body ?? {})).toEqual(["prompt"]);
  });

  test("an unknown field goes to the model; settings never do", async () => {
    const { client, sent } = createFakeBedrock();
    await client.completion({
      model: `bedrock/qwen3/${arn}`,
      messages,
      min_p: 0.1,
      aws_future_setting: "x",
      api_key: "ABSKtest",
    });
    expect(Object.keys(sent[0]?.body ?? {})).toEqual(["prompt", "min_p"]);
    expect(sent[0]?.headers.authorization).toBe("Bearer ABSKtest");
  });

  test("guardrails are headers on InvokeModel", async () => {
    const { client, sent } = createFakeBedrock();
    const guardrailConfig = { guardrailIdentifier: "gr1", guardrailVersion: "2", trace: "enabled" };
    await client.completion({ model: `bedrock/qwen3/${arn}`, messages, guardrailConfig });
    expect(sent[0]?.body).not.toHaveProperty("guardrailConfig");
    expect(sent[0]?.headers).toMatchObject({
      "x-amzn-bedrock-guardrailidentifier": "gr1",
      "x-amzn-bedrock-guardrailversion": "2",
      "x-amzn-bedrock-trace": "ENABLED",
    });
  });
});

describe("overrides", () => {
  test("wire: and chat_template: change the preset", async () => {
    const { client, sent } = createFakeBedrock();
    await client.completion({
      model: `bedrock/llama/${arn}`,
      messages,
      wire: "openai_completion",
      chat_template: "chatml",
      max_tokens: 4,
    });
    expect(sent[0]?.body).toEqual({
      prompt: "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n",
      max_tokens: 4,
    });
  });

  test("add_bos_token: false leaves the begin token out", async () => {
    const { client, sent } = createFakeBedrock();
    await client.completion({ model: `bedrock/llama/${arn}`, messages, add_bos_token: false });
    expect(sent[0]?.body.prompt).toMatch(/^<\|start_header_id\|>/);
  });

  test("a text wire without a template says what to set", async () => {
    const { client } = createFakeBedrock();
    const call = client.completion({ model: `bedrock/openai/${arn}`, messages, wire: "bedrock_completion" });
    await expect(call).rejects.toMatchObject({
      param: "chat_template",
      message: expect.stringContaining("chat_template"),
    });
  });

  test.each([
    [{ wire: "xml" }, "wire"],
    [{ chat_template: "qwen33" }, undefined],
    [{ timeout: -1 }, "timeout"],
    [{ drop_params: "yes" }, "drop_params"],
  ])("%j is refused", async (settings, param) => {
    const { client } = createFakeBedrock();
    const call = client.completion({
      model: `bedrock/llama/${arn}`,
      messages,
      ...settings,
    } as CompletionParams & { stream: false });
    await expect(call).rejects.toMatchObject({ status: 400, ...(param ? { param } : {}) });
  });
});

describe("a bare ARN asks AWS once", () => {
  const described = (facts: JsonObject) => ({
    json: { modelArn: arn, modelName: "m", creationTime: "2026-01-01T00:00:00Z", ...facts },
  });

  test.each<[JsonObject, string, readonly string[]]>([
    [{ modelArchitecture: "qwen3", instructSupported: false }, "invoke", ["messages"]],
    [{ modelArchitecture: "qwen2_5_vl", instructSupported: true }, "invoke", ["messages"]],
    [{ modelArchitecture: "gpt_oss", instructSupported: false }, "invoke", ["messages"]],
    [{ modelArchitecture: "llama", instructSupported: true }, "invoke", ["messages"]],
    [{ modelArchitecture: "llama", instructSupported: false }, "invoke", ["prompt", "max_gen_len"]],
    [{ modelArchitecture: "mistral", instructSupported: false }, "invoke", ["prompt", "max_tokens"]],
    [
      { modelArchitecture: "llama", instructSupported: true, creationTime: "2025-01-01T00:00:00Z" },
      "converse",
      ["messages", "inferenceConfig"],
    ],
    [
      { modelArchitecture: "qwen2", instructSupported: true, creationTime: "2025-08-01T00:00:00Z" },
      "invoke",
      ["prompt", "max_gen_len"],
    ],
    [
      { modelArchitecture: "llama", instructSupported: true, modelName: "DeepSeek-R1-Distill-Llama-70B" },
      "invoke",
      ["prompt", "max_gen_len"],
    ],
  ])("%j", async (facts, operation, keys) => {
    const { client, sent } = createFakeBedrock([described(facts), { json: answered }]);
    const params = { model: `bedrock/${arn}`, messages, max_tokens: 5 };
    await Promise.all([client.completion(params), client.completion(params)]);
    await client.completion(params);
    expect(sent[0]?.url).toBe(`https://bedrock.us-east-1.amazonaws.com/imported-models/${encodedArn}`);
    expect(sent).toHaveLength(4);
    expect(sent[1]?.url).toMatch(new RegExp(`/${operation}$`));
    expect(Object.keys(sent[1]?.body ?? {})).toEqual(expect.arrayContaining([...keys]));
  });

  test("a refusal says how to do without, and is not remembered", async () => {
    const refused = {
      status: 403,
      headers: { "x-amzn-errortype": "AccessDeniedException" },
      json: { message: "no" },
    };
    const { client } = createFakeBedrock([
      refused,
      described({ modelArchitecture: "qwen3" }),
      { json: answered },
    ]);
    const params = { model: `bedrock/${arn}`, messages };
    await expect(client.completion(params)).rejects.toMatchObject({
      code: "permission_denied",
      message: expect.stringContaining("bedrock/qwen3/"),
    });
    expect((await client.completion(params)).choices[0]?.message.content).toBe("Hello");
  });

  test("an architecture without a chat format says what to set", async () => {
    const { client } = createFakeBedrock([described({ modelArchitecture: "gpt_bigcode" })]);
    await expect(client.completion({ model: `bedrock/${arn}`, messages })).rejects.toMatchObject({
      message: expect.stringContaining("chat_template"),
    });
  });
});

describe("usage and finish reason are never invented", () => {
  test.each<[string, JsonObject, Record<string, string>, unknown, string]>([
    ["the body's", answered, {}, { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 }, "stop"],
    [
      "length stays length",
      { ...answered, stop_reason: "length" },
      {},
      { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
      "length",
    ],
    [
      "metrics",
      {
        generation: "x",
        stop_reason: "stop",
        "amazon-bedrock-invocationMetrics": { inputTokenCount: 8, outputTokenCount: 9 },
      },
      { "x-amzn-bedrock-input-token-count": "1", "x-amzn-bedrock-output-token-count": "1" },
      { prompt_tokens: 8, completion_tokens: 9, total_tokens: 17 },
      "stop",
    ],
    [
      "headers",
      { outputs: [{ text: "x", stop_reason: "stop" }] },
      { "x-amzn-bedrock-input-token-count": "5", "x-amzn-bedrock-output-token-count": "6" },
      { prompt_tokens: 5, completion_tokens: 6, total_tokens: 11 },
      "stop",
    ],
    ["absent", { outputs: [{ text: "x", stop_reason: "length" }] }, {}, undefined, "length"],
    [
      "a half is none",
      { generation: "x", generation_token_count: 5, stop_reason: "stop" },
      {},
      undefined,
      "stop",
    ],
    ["text without a reason", { text: "x" }, {}, undefined, "stop"],
  ])("%s", async (_, json, headers, usage, finish) => {
    const { client } = createFakeBedrock([{ json, headers }]);
    const response = await client.completion({ model: `bedrock/qwen2/${arn}`, messages });
    expect(response.usage).toEqual(usage);
    expect(response.choices[0]?.finish_reason).toBe(finish);
  });
});

describe("a stop sequence that AWS does not keep is kept by us", () => {
  test("whole", async () => {
    const { client, sent } = createFakeBedrock([
      { json: { ...answered, generation: "one, two STOP three", stop_reason: "length" } },
    ]);
    const response = await client.completion({ model: `bedrock/llama/${arn}`, messages, stop: "STOP" });
    expect(sent[0]?.body.stop).toEqual(["STOP"]);
    expect(response.choices[0]).toMatchObject({ message: { content: "one, two " }, finish_reason: "stop" });
  });
});

describe("several choices", () => {
  test("each with its own text and reason", async () => {
    const choices = [
      { index: 0, message: { content: "a" }, finish_reason: "stop" },
      { index: 1, message: { content: "b" }, finish_reason: "length" },
    ];
    const { client, sent } = createFakeBedrock([{ json: { choices } }]);
    const response = await client.completion({ model: `bedrock/openai/${arn}`, messages, n: 2 });
    expect(sent[0]?.body.n).toBe(2);
    expect(response.choices).toMatchObject([
      { index: 0, message: { content: "a" }, finish_reason: "stop" },
      { index: 1, message: { content: "b" }, finish_reason: "length" },
    ]);
  });
});

describe("ending early", () => {
  test("the caller's signal", async () => {
    const { client } = createFakeBedrock();
    const call = client.completion({ model: `bedrock/qwen3/${arn}`, messages, signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ code: "cancelled" });
  });

  test("a stream that nobody reads does not end the process", async () => {
    const { client } = createFakeBedrock([{ status: 400, json: { message: "no" } }]);
    client.completion({ model: `bedrock/qwen3/${arn}`, messages, stream: true });
    await new Promise((resolve) => setImmediate(resolve));
  });

  test("a refused stream fails when it is awaited, and when it is iterated", async () => {
    const refusal = {
      status: 400,
      headers: { "x-amzn-errortype": "ValidationException" },
      json: { message: "no" },
    };
    const params = { model: `bedrock/qwen3/${arn}`, messages, stream: true as const };
    await expect(async () => createFakeBedrock([refusal]).client.completion(params)).rejects.toMatchObject({
      status: 400,
    });
    const iterate = async () => {
      for await (const chunk of createFakeBedrock([refusal]).client.completion(params))
        expect(chunk).toBeUndefined();
    };
    await expect(iterate).rejects.toMatchObject({ status: 400, code: "invalid_request" });
  });

  test("leaving a stream's loop ends the upstream call", async () => {
    const sse = (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
    let signal: CancelSignal | undefined;
    const client = createClient({
      runtime: {
        env: () => ({ AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" }),
        send: async (request) => {
          signal = request.signal;
          return {
            status: 200,
            headers: { "content-type": "text/event-stream" },
            body: (async function* () {
              for (;;) yield Buffer.from(sse("word "));
            })(),
          };
        },
      },
    });
    let chunks = 0;
    for await (const chunk of client.completion({ model: `bedrock/openai/${arn}`, messages, stream: true })) {
      expect(chunk.object).toBe("chat.completion.chunk");
      if (++chunks === 5) break;
    }
    expect(signal?.aborted).toBe(true);
  });

  test("a deadline is an error of its own", async () => {
    const client = createClient({
      runtime: {
        env: () => ({ AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" }),
        send: ({ signal }) =>
          new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
      },
    });
    const call = client.completion({ model: `bedrock/openai/${arn}`, messages, timeout: 0.01 });
    await expect(call).rejects.toMatchObject({ code: "timeout", status: 408 });
  });
});
