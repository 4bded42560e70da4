import { OutcropError, createChunkEncoder, toChatCompletion } from "@outcrop/sdk";
import fc from "fast-check";
import OpenAI from "openai";
import type { ChatCompletion, ChatCompletionChunk, ChatCompletionMessage } from "openai/resources";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openaiChat } from "../../src/dialects/openai-chat.ts";
import { answers, foldEvents } from "./chat-events.ts";
import {
  type DialectServer,
  collect,
  identity,
  readEvents,
  startDialectServer,
  streamText,
} from "./dialect-server.ts";

const model = "house-model";
const messages = [{ role: "user" as const, content: "Hello" }];
const call = openaiChat.parse({ model, messages });

let server: DialectServer;
let client: OpenAI;

beforeAll(async () => {
  server = await startDialectServer(openaiChat);
  client = new OpenAI({ baseURL: server.url, apiKey: "sk-test", maxRetries: 0 });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describe("the request", () => {
  it("is the SDK's, with the model beside it", () => {
    const body = { model, messages, temperature: 0.5, stream: true, audio: { voice: "alloy" }, top_k: 3 };
    expect(openaiChat.parse(body)).toMatchObject({
      model,
      stream: true,
      unsupported: ["audio"],
      warnings: [],
      requests: [
        { messages: [{ role: "user", content: "Hello" }], parameters: { temperature: 0.5, topK: 3 } },
      ],
    });
  });

  it.each([
    [{ messages }, "model"],
    [{ model: 3, messages }, "model"],
    [{ model }, "messages"],
    [{ model, messages, temperature: 3 }, "temperature"],
    [{ model, messages: [{ role: "user", content: [{ type: "video" }] }] }, "messages[0].content[0].type"],
  ])("%j is refused at %s", (body, param) => {
    expect(() => openaiChat.parse(body)).toThrow(expect.objectContaining({ code: "invalid_request", param }));
  });
});

describe("the answer", () => {
  it("carries the prefix of its id and the alias", () => {
    const completion = foldEvents([
      { type: "text-delta", choice: 0, text: "Hi" },
      { type: "finish", reasons: ["stop"] },
    ]);
    expect(call.encodeWhole(completion, identity)).toMatchObject({ id: `chatcmpl-${identity.id}`, model });
  });

  it("streams the very bytes of the chunk encoder's chunks", () => {
    fc.assert(
      fc.property(
        answers({ ordered: false, logprobs: true, choices: 2 }),
        fc.boolean(),
        (events, includeUsage) => {
          const body = { model, messages, stream: true, stream_options: { include_usage: includeUsage } };
          const encoder = createChunkEncoder({
            identity: { ...identity, id: `chatcmpl-${identity.id}` },
            includeUsage,
          });
          const chunks = events.flatMap((event) => encoder.push(event));
          const expected = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("");
          expect(streamText(openaiChat.parse(body), { events })).toBe(`${expected}data: [DONE]\n\n`);
        },
      ),
    );
  });

  it("ends in an error and without [DONE] after a failure", () => {
    const failure = new OutcropError("stream_incomplete", "cut");
    const text = streamText(call, { events: [{ type: "text-delta", choice: 0, text: "Hi" }], failure });
    expect(text).not.toContain("[DONE]");
    expect(readEvents(text).at(-1)?.data).toEqual({
      error: { message: "cut", type: "stream_incomplete", param: null, code: "502" },
    });
  });
});

describe("OpenAI's client", () => {
  it("reads the same from the stream as from the whole answer", async () => {
    await fc.assert(
      fc.asyncProperty(answers({ ordered: false, logprobs: true, choices: 2 }), async (events) => {
        server.play({ events });
        const whole = await client.chat.completions.create({ model, messages });
        const stream = await client.chat.completions.create({
          model,
          messages,
          stream: true,
          stream_options: { include_usage: true },
        });
        expect(foldChunks(await collect(stream))).toEqual({
          ...choicesOf(whole),
          usage: whole.usage ?? null,
        });
        expect(whole).toEqual(
          toChatCompletion(foldEvents(events), { ...identity, id: `chatcmpl-${identity.id}` }),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("raises a failure in the middle of a stream", async () => {
    server.play({
      events: [{ type: "text-delta", choice: 0, text: "Hi" }],
      failure: new OutcropError("throttled", "slow down"),
    });
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    await expect(collect(stream)).rejects.toMatchObject({
      message: "slow down",
      type: "rate_limit_error",
      code: "429",
    });
  });

  it("raises the 400 of a wrong field with its path", async () => {
    const wrong = client.chat.completions.create({ model, messages, temperature: 9 });
    await expect(wrong).rejects.toMatchObject({
      status: 400,
      param: "temperature",
      type: "invalid_request_error",
      code: "400",
    });
  });
});

type Message = ChatCompletionMessage & { reasoning_content?: string };

/** What a client keeps of a whole answer. */
function choicesOf({ choices }: ChatCompletion) {
  return {
    choices: choices.map(({ message, finish_reason, logprobs }) => ({
      content: message.content ?? "",
      reasoning: (message as Message).reasoning_content ?? "",
      calls: (message.tool_calls ?? []).flatMap((made) =>
        made.type === "function" ? [{ id: made.id, ...made.function }] : [],
      ),
      finish_reason,
      tokens: logprobs?.content ?? [],
    })),
  };
}

/** What a client keeps of a stream. */
function foldChunks(chunks: readonly ChatCompletionChunk[]) {
  const choices: ReturnType<typeof choicesOf>["choices"] = [];
  for (const { index, delta, finish_reason, logprobs } of chunks.flatMap((chunk) => chunk.choices)) {
    const choice = (choices[index] ??= {
      content: "",
      reasoning: "",
      calls: [],
      finish_reason: "stop",
      tokens: [],
    });
    choice.content += delta.content ?? "";
    choice.reasoning += (delta as Message).reasoning_content ?? "";
    choice.tokens.push(...(logprobs?.content ?? []));
    if (finish_reason && finish_reason !== "function_call") choice.finish_reason = finish_reason;
    for (const made of delta.tool_calls ?? []) {
      const known = (choice.calls[made.index] ??= {
        id: made.id ?? "",
        name: made.function?.name ?? "",
        arguments: "",
      });
      known.arguments += made.function?.arguments ?? "";
    }
  }
  return { choices, usage: chunks.at(-1)?.usage };
}
