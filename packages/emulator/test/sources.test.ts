import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ConverseCommand, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import { afterEach, describe, expect, test } from "vitest";
import { readServerEvents } from "../src/sources/server-events.ts";
import type { EmulatorOptions } from "../src/index.ts";
import {
  arns,
  failureOf,
  gather,
  invoke,
  invokeStream,
  kimi,
  pixel,
  startRig,
  stopRig,
  weatherTool,
} from "./rig.ts";
import type { Json, Rig } from "./rig.ts";

/** What a test's upstream was sent. */
interface Upstream {
  readonly server: Server;
  readonly url: string;
  readonly received: { path: string; headers: IncomingMessage["headers"]; body: Json }[];
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A server with OpenAI's API that answers with the given chunks. */
async function startUpstream(
  chunks: readonly Json[],
  answer?: (response: ServerResponse) => void,
): Promise<Upstream> {
  const received: Upstream["received"] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (bytes: Buffer) => (text += bytes.toString()));
    request.on("end", () => {
      if (request.url === "/v1/models") return response.end('{"data":[{"id":"listed-model"}]}');
      received.push({ path: request.url ?? "", headers: request.headers, body: JSON.parse(text) });
      if (answer !== undefined) return answer(response);
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const chunk of chunks)
        response.write(`data: ${typeof chunk === "string" ? chunk : JSON.stringify(chunk)}\n\n`);
      return response.end("data: [DONE]\n\n");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

async function start(options: EmulatorOptions): Promise<Rig> {
  const rig = await startRig(options);
  stops.push(() => stopRig(rig));
  return rig;
}

const textChunks = [
  { choices: [{ text: "Real" }] },
  { choices: [{ text: " words." }] },
  { choices: [{ text: "", finish_reason: "stop" }] },
  { choices: [], usage: { prompt_tokens: 11, completion_tokens: 22 } },
];
const chatChunks = [
  { choices: [{ delta: { role: "assistant", reasoning_content: "Hmm." } }] },
  { choices: [{ delta: { content: "Real words." } }] },
  {
    choices: [
      { delta: { tool_calls: [{ index: 0, id: "x", function: { name: "get_weather", arguments: "" } }] } },
    ],
  },
  { choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: '{"location":' } }] } }] },
  { choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: '"Rome"}' } }] } }] },
  {
    choices: [{ delta: {}, finish_reason: "tool_calls" }],
    usage: { prompt_tokens: 11, completion_tokens: 22 },
  },
];

describe("an upstream", () => {
  test("gets a rendered prompt as it is, and its words come by Bedrock's wire", async () => {
    const upstream = await startUpstream(textChunks);
    const rig = await start({ upstream: { url: upstream.url, apiKey: "sk-upstream" } });
    const body = { prompt: "<|im_start|>user\nhi", max_gen_len: 50, temperature: 0.5, stop: ["x"] };
    expect(await invoke(rig.runtime, arns.llama, body)).toEqual({
      generation: "Real words.",
      prompt_token_count: 11,
      generation_token_count: 22,
      stop_reason: "stop",
      logprobs: null,
    });
    expect(upstream.received).toMatchObject([
      {
        path: "/v1/completions",
        headers: { authorization: "Bearer sk-upstream" },
        body: {
          model: "listed-model",
          prompt: body.prompt,
          max_tokens: 50,
          temperature: 0.5,
          stop: ["x"],
          stream: true,
        },
      },
    ]);
    const chunks = await invokeStream(rig.runtime, arns.llama, body);
    expect(chunks.map((chunk) => chunk.generation).join("")).toBe("Real words.");
    expect(chunks.at(-1)["amazon-bedrock-invocationMetrics"]).toMatchObject({
      inputTokenCount: 11,
      outputTokenCount: 22,
    });
  });

  test("gets messages, tools and all", async () => {
    const upstream = await startUpstream(chatChunks);
    const rig = await start({ upstream: { url: `${upstream.url}/v1/`, model: "mine" } });
    const body = {
      messages: [{ role: "user", content: "weather?" }],
      tools: [weatherTool],
      temperature: 0.1,
    };
    const { choices, usage } = await invoke(rig.runtime, arns.gptOss, body);
    expect(choices[0]).toMatchObject({
      message: {
        content: "Real words.",
        reasoning_content: "Hmm.",
        tool_calls: [{ function: { name: "get_weather", arguments: '{"location":"Rome"}' } }],
      },
      finish_reason: "tool_calls",
    });
    expect(usage).toMatchObject({ prompt_tokens: 11, completion_tokens: 22 });
    expect(upstream.received[0]).toMatchObject({
      path: "/v1/chat/completions",
      body: { ...body, model: "mine" },
    });
    expect(upstream.received[0]?.headers).not.toHaveProperty("authorization");
  });

  test("gets a Converse call as messages", async () => {
    const upstream = await startUpstream(chatChunks);
    const rig = await start({ upstream: { url: upstream.url, model: "m" } });
    const toolSpec = { name: "get_weather", description: "d", inputSchema: { json: { type: "object" } } };
    const input = {
      modelId: arns.mllama,
      system: [{ text: "Be kind." }],
      messages: [
        {
          role: "user" as const,
          content: [
            { text: "look" },
            { image: { format: "png" as const, source: { bytes: Buffer.from(pixel, "base64") } } },
          ],
        },
        {
          role: "assistant" as const,
          content: [{ toolUse: { toolUseId: "t1", name: "get_weather", input: { a: 1 } } }],
        },
        {
          role: "user" as const,
          content: [{ toolResult: { toolUseId: "t1", content: [{ json: { t: 3 } }] } }, { text: "and?" }],
        },
      ],
      toolConfig: { tools: [{ toolSpec }], toolChoice: { any: {} } },
      inferenceConfig: { maxTokens: 99, topP: 0.5 },
    };
    const answer = await rig.runtime.send(new ConverseCommand(input));
    expect(answer).toMatchObject({ stopReason: "tool_use", usage: { inputTokens: 11, outputTokens: 22 } });
    expect(upstream.received[0]?.body).toMatchObject({
      max_tokens: 99,
      top_p: 0.5,
      tool_choice: "required",
      tools: [
        {
          type: "function",
          function: { name: "get_weather", description: "d", parameters: { type: "object" } },
        },
      ],
      messages: [
        { role: "system", content: "Be kind." },
        {
          role: "user",
          content: [
            { type: "text", text: "look" },
            { type: "image_url", image_url: { url: `data:image/png;base64,${pixel}` } },
          ],
        },
        {
          role: "assistant",
          content: [],
          tool_calls: [
            { id: "t1", type: "function", function: { name: "get_weather", arguments: '{"a":1}' } },
          ],
        },
        { role: "tool", tool_call_id: "t1", content: '{"t":3}' },
        { role: "user", content: [{ type: "text", text: "and?" }] },
      ],
    });
    const events = await gather((await rig.runtime.send(new ConverseStreamCommand(input))).stream);
    expect(events.at(-1).metadata.usage).toMatchObject({ outputTokens: 22 });
  });

  test("gets a schema in OpenAI's spelling", async () => {
    const upstream = await startUpstream(textChunks);
    const rig = await start({ upstream: { url: upstream.url, model: "m" } });
    const schema = { type: "object", properties: {} };
    await invoke(rig.runtime, arns.llama, {
      prompt: "x",
      response_format: { type: "json_schema", json_schema: schema },
    });
    expect(upstream.received[0]?.body.response_format).toEqual({
      type: "json_schema",
      json_schema: { name: "answer", schema },
    });
  });

  test.each<[string, (response: ServerResponse) => void, string]>([
    ["an error", (response) => void response.writeHead(500).end("broken"), "answered 500: broken"],
    ["a wrong address", (response) => void response.writeHead(404).end("nothing here"), "answered 404"],
    ["a cut connection", (response) => void response.destroy(), "can't be reached"],
  ])("%s is a ModelErrorException", async (_, answer, text) => {
    const upstream = await startUpstream([], answer);
    const rig = await start({ upstream: { url: upstream.url, model: "m" } });
    for (const send of [invoke, invokeStream]) {
      const failure = await failureOf(send(rig.runtime, arns.llama, { prompt: "x" }));
      expect(failure).toMatchObject({
        name: "ModelErrorException",
        resourceName: "upstream",
        originalStatusCode: expect.any(Number),
      });
      expect(failure.message).toContain(text);
    }
  });

  test.each<[string, readonly Json[]]>([
    [
      "no finish reason",
      [{ choices: [{ text: "a" }] }, { choices: [{ text: "b" }] }, { choices: [{ text: "c" }] }],
    ],
    ["an error in the stream", [...textChunks.slice(0, 2), { error: { message: "out of memory" } }]],
    ["nonsense", [...textChunks.slice(0, 2), "{"]],
  ])("%s breaks the stream as AWS's does", async (_, chunks) => {
    const upstream = await startUpstream(chunks);
    const rig = await start({ upstream: { url: upstream.url, model: "m" } });
    expect((await failureOf(invokeStream(rig.runtime, arns.llama, { prompt: "x" }))).name).toBe(
      "ModelStreamErrorException",
    );
  });

  test("a caller that leaves makes the upstream stop", async () => {
    let left: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => (left = resolve));
    const upstream = await startUpstream([], (response) => {
      response.on("close", left);
      response
        .writeHead(200)
        .write('data: {"choices":[{"text":"a"}]}\n\ndata: {"choices":[{"text":"b"}]}\n\n');
    });
    const rig = await start({ upstream: { url: upstream.url, model: "m" } });
    const leave = new AbortController();
    const call = rig.http1.send(
      new ConverseCommand({ modelId: kimi, messages: [{ role: "user", content: [{ text: "x" }] }] }),
      { abortSignal: leave.signal },
    );
    const failure = failureOf(call);
    while (upstream.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    leave.abort();
    await failure;
    await gone;
  });

  test("server-sent events are read however they are cut", async () => {
    const bytes = Buffer.from(
      'event: x\ndata: {"a":"é"}\r\n\r\n: comment\ndata:{"b":2}\n\ndata: [DONE]\n\ndata: late\n',
    );
    for (let size = 1; size <= bytes.length; size++) {
      const stream = new ReadableStream<Uint8Array>({
        start: (controller) => {
          for (let from = 0; from < bytes.length; from += size)
            controller.enqueue(bytes.subarray(from, from + size));
          controller.close();
        },
      });
      const events: string[] = [];
      for await (const data of readServerEvents(stream)) events.push(data);
      expect(events).toEqual(['{"a":"é"}', '{"b":2}']);
    }
  });
});

describe("a GGUF file", () => {
  /** What is used of node-llama-cpp, with a model that repeats its input. */
  function fakeLlama(): { load: () => Promise<unknown>; calls: Json[] } {
    const calls: Json[] = [];
    const library = {
      getLlama: async () => ({
        loadModel: async (options: Json) => {
          calls.push(["loadModel", options]);
          return {
            createContext: async () => ({ getSequence: () => "sequence" }),
            tokenize: (text: string, special: boolean) => [special, text],
          };
        },
      }),
      LlamaCompletion: class {
        async generateCompletionWithMeta(input: Json, options: Json): Promise<Json> {
          calls.push(["complete", input, options.maxTokens]);
          options.onTextChunk("said ");
          options.onTextChunk("so");
          return { metadata: { stopReason: "maxTokens" } };
        }
      },
      LlamaChatSession: class {
        history: Json;
        setChatHistory(history: Json): void {
          this.history = history;
        }
        async promptWithMeta(prompt: string, options: Json): Promise<Json> {
          calls.push(["chat", this.history, prompt]);
          if (prompt === "fail") throw new Error("no memory");
          options.onTextChunk(`echo ${prompt}`);
          return { stopReason: "eogToken" };
        }
      },
    };
    return { load: async () => library, calls };
  }

  test("completes prompts and chats with messages, loaded once", async () => {
    const { load, calls } = fakeLlama();
    const rig = await start({ llama: { gguf: "/models/small.gguf", load } });
    const completed = await invoke(rig.runtime, arns.llama, { prompt: "x", max_gen_len: 7 });
    expect(completed).toMatchObject({ generation: "said so", stop_reason: "length" });
    const messages = [
      { role: "system", content: "Be kind." },
      { role: "user", content: "one" },
      { role: "assistant", content: "two" },
      { role: "user", content: "three" },
    ];
    const { choices } = await invoke(rig.runtime, arns.llama, { messages });
    expect(choices[0]).toMatchObject({ message: { content: "echo three" }, finish_reason: "stop" });
    expect(calls).toEqual([
      ["loadModel", { modelPath: "/models/small.gguf" }],
      ["complete", [true, "x"], 7],
      [
        "chat",
        [
          { type: "system", text: "Be kind." },
          { type: "user", text: "one" },
          { type: "model", response: ["two"] },
        ],
        "three",
      ],
    ]);
  });

  test("a failure is answered, and the next call served", async () => {
    const { load } = fakeLlama();
    const rig = await start({ llama: { gguf: "x", load } });
    const ask = (content: string): Promise<Json> =>
      invoke(rig.runtime, arns.llama, { messages: [{ role: "user", content }] });
    expect((await failureOf(ask("fail"))).name).toBe("InternalServerException");
    expect((await ask("go")).choices[0].message.content).toBe("echo go");
  });

  test("without the package the error names it, at once", async () => {
    await expect(startRig({ llama: { gguf: "x.gguf" } })).rejects.toThrow(
      /node-llama-cpp.*npm install node-llama-cpp/,
    );
  });
});
