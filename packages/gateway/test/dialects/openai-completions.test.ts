import { type ChatEvent, OutcropError } from "@outcrop/sdk";
import fc from "fast-check";
import OpenAI from "openai";
import type { Completion, CompletionChoice } from "openai/resources";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openaiCompletions } from "../../src/dialects/openai-completions.ts";
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
const parse = openaiCompletions.parse.bind(openaiCompletions);

let server: DialectServer;
let client: OpenAI;

beforeAll(async () => {
  server = await startDialectServer(openaiCompletions);
  client = new OpenAI({ baseURL: server.url, apiKey: "sk-test", maxRetries: 0 });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describe("the request", () => {
  it("sends a prompt as it stands, and nothing that was not asked for", () => {
    expect(parse({ model, prompt: "<|user|>Hi" })).toMatchObject({
      model,
      stream: false,
      unsupported: [],
      warnings: [],
    });
    expect(parse({ model, prompt: "<|user|>Hi" }).requests).toEqual([
      {
        prompt: "<|user|>Hi",
        messages: [{ role: "user", content: "<|user|>Hi" }],
        tools: [],
        parameters: {},
        chatTemplateKwargs: {},
        extra: {},
      },
    ]);
  });

  it("makes several prompts several requests with the same parameters", () => {
    const { requests } = parse({ model, prompt: ["a", "b"], n: 2, max_tokens: 5, stop: "\n", min_p: 0.1 });
    expect(requests.map(({ prompt }) => prompt)).toEqual(["a", "b"]);
    for (const request of requests) {
      expect(request).toMatchObject({
        parameters: { n: 2, maxTokens: 5, stop: ["\n"] },
        extra: { min_p: 0.1 },
      });
    }
  });

  it.each([
    [0, { logprobs: true, topLogprobs: 0 }],
    [5, { logprobs: true, topLogprobs: 5 }],
    [null, {}],
  ])("logprobs %j", (logprobs, parameters) => {
    expect(parse({ model, prompt: "a", logprobs }).requests[0]?.parameters).toEqual(parameters);
  });

  it.each([{ suffix: "" }, { suffix: null, best_of: 1, echo: false, n: null }])(
    "%j asks for nothing",
    (fields) => {
      expect(parse({ model, prompt: "a", ...fields }).requests).toEqual(
        parse({ model, prompt: "a" }).requests,
      );
    },
  );

  it.each([
    [{ prompt: "a" }, "model", "invalid_request"],
    [{ model }, "prompt", "invalid_request"],
    [{ model, prompt: [] }, "prompt", "invalid_request"],
    [{ model, prompt: { text: "a" } }, "prompt", "invalid_request"],
    [{ model, prompt: ["a", null] }, "prompt[1]", "invalid_request"],
    [{ model, prompt: [1, 2, 3] }, "prompt[0]", "unsupported_parameter"],
    [{ model, prompt: [[1, 2], [3]] }, "prompt[0]", "unsupported_parameter"],
    [{ model, prompt: "a", suffix: "b" }, "suffix", "unsupported_parameter"],
    [{ model, prompt: "a", suffix: 1 }, "suffix", "invalid_request"],
    [{ model, prompt: "a", best_of: 2 }, "best_of", "unsupported_parameter"],
    [{ model, prompt: "a", best_of: "2" }, "best_of", "invalid_request"],
    [{ model, prompt: "a", echo: "yes" }, "echo", "invalid_request"],
    [{ model, prompt: "a", echo: true, logprobs: 1 }, "echo", "unsupported_parameter"],
    [{ model, prompt: "a", logprobs: true }, "logprobs", "invalid_request"],
    [{ model, prompt: "a", logprobs: 21 }, "logprobs", "invalid_request"],
    [{ model, prompt: "a", max_tokens: 0 }, "max_tokens", "invalid_request"],
    [{ model, prompt: "a", stop: ["x", 1] }, "stop[1]", "invalid_request"],
    [{ model, prompt: "a", messages: [] }, "messages", "unsupported_parameter"],
    [{ model, prompt: "a", tools: [] }, "tools", "unsupported_parameter"],
    [{ model, prompt: Array.from({ length: 65 }, () => "a"), n: 2 }, "prompt", "invalid_request"],
  ])("%j is refused at %s", (body, param, code) => {
    expect(() => parse(body)).toThrow(expect.objectContaining({ code, param, status: 400 }));
  });
});

const events: readonly ChatEvent[] = [
  { type: "text-delta", choice: 0, text: "1" },
  { type: "text-delta", choice: 2, text: "3" },
  {
    type: "finish",
    reasons: ["stop", "length", "stop", "content_filter"],
    usage: { promptTokens: 4, completionTokens: 2 },
  },
];

describe("the answer", () => {
  it("numbers its choices across the prompts, each behind its own", () => {
    const call = parse({ model, prompt: ["a", "b"], n: 2, echo: true });
    expect(call.encodeWhole(foldEvents(events), identity)).toEqual({
      id: `cmpl-${identity.id}`,
      object: "text_completion",
      created: identity.created,
      model,
      choices: [
        { index: 0, text: "a1", logprobs: null, finish_reason: "stop" },
        { index: 1, text: "a", logprobs: null, finish_reason: "length" },
        { index: 2, text: "b3", logprobs: null, finish_reason: "stop" },
        { index: 3, text: "b", logprobs: null, finish_reason: "content_filter" },
      ],
      usage: { prompt_tokens: 4, completion_tokens: 2, total_tokens: 6 },
    });
  });

  it("has no usage where AWS did not count", () => {
    const call = parse({ model, prompt: "a", stream: true, stream_options: { include_usage: true } });
    const finish: ChatEvent = { type: "finish", reasons: ["stop"] };
    expect(call.encodeWhole(foldEvents([finish]), identity)).not.toHaveProperty("usage");
    expect(readEvents(streamText(call, { events: [finish] })).at(-2)?.data).toMatchObject({
      choices: [],
      usage: null,
    });
  });

  it("tells tokens in lists side by side, with offsets in characters", () => {
    const token = (text: string, logprob: number) => ({
      token: text,
      logprob,
      bytes: null,
      top_logprobs: [{ token: "x", logprob: -9, bytes: null }],
    });
    const completion = foldEvents([
      { type: "logprobs", choice: 0, content: [token("🙂", -1), token("b", -2)] },
      { type: "logprobs", choice: 0, content: [token("c", -3)] },
      { type: "finish", reasons: ["stop"] },
    ]);
    expect(parse({ model, prompt: "a", logprobs: 1 }).encodeWhole(completion, identity)).toMatchObject({
      choices: [
        {
          logprobs: {
            tokens: ["🙂", "b", "c"],
            token_logprobs: [-1, -2, -3],
            top_logprobs: [{ x: -9 }, { x: -9 }, { x: -9 }],
            text_offset: [0, 1, 2],
          },
        },
      ],
    });
  });

  it("ends in an error and without [DONE] after a failure", () => {
    const text = streamText(parse({ model, prompt: "a" }), {
      events: events.slice(0, 1),
      failure: new OutcropError("model_error", "no"),
    });
    expect(text).not.toContain("[DONE]");
    expect(readEvents(text).at(-1)?.data).toEqual({
      error: { message: "no", type: "model_error", param: null, code: "502" },
    });
  });
});

describe("OpenAI's client", () => {
  it("reads the same from the stream as from the whole answer", async () => {
    await fc.assert(
      fc.asyncProperty(
        answers({ ordered: false, logprobs: true, choices: 4 }),
        fc.boolean(),
        async (script, echo) => {
          server.play({ events: script });
          const asked = { model, prompt: ["first ", "second "], n: 2, echo };
          const whole = await client.completions.create(asked);
          const stream = await client.completions.create({
            ...asked,
            stream: true,
            stream_options: { include_usage: true },
          });
          const { choices, usage } = foldChunks(await collect(stream));
          expect(choices).toEqual(whole.choices);
          expect(usage).toEqual(whole.usage ?? null);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("raises the 400 of a prompt that it cannot send", async () => {
    await expect(client.completions.create({ model, prompt: [[1, 2]] })).rejects.toMatchObject({
      status: 400,
      param: "prompt[0]",
    });
  });
});

/** What a client keeps of a stream. */
function foldChunks(chunks: readonly Completion[]) {
  const choices: CompletionChoice[] = [];
  for (const { index, text, finish_reason, logprobs } of chunks.flatMap((chunk) => chunk.choices)) {
    const choice = (choices[index] ??= { index, text: "", logprobs: null, finish_reason: "stop" });
    choice.text += text;
    choice.finish_reason = finish_reason ?? choice.finish_reason;
    if (logprobs) choice.logprobs = concat(choice.logprobs ?? {}, logprobs);
  }
  return { choices, usage: chunks.at(-1)?.usage };
}

function concat(
  known: CompletionChoice.Logprobs,
  more: CompletionChoice.Logprobs,
): CompletionChoice.Logprobs {
  return {
    tokens: [...(known.tokens ?? []), ...(more.tokens ?? [])],
    token_logprobs: [...(known.token_logprobs ?? []), ...(more.token_logprobs ?? [])],
    top_logprobs: [...(known.top_logprobs ?? []), ...(more.top_logprobs ?? [])],
    text_offset: [...(known.text_offset ?? []), ...(more.text_offset ?? [])],
  };
}
