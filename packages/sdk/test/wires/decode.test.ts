import { describe, expect, test } from "vitest";
import { OutcropError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { decodeAnswer } from "../../src/wires/decode.ts";
import { capturedCase } from "../captured.ts";

const text = (value: string, choice = 0) => ({ type: "text", choice, text: value });
const stop = (reason: string, choice = 0) => ({ type: "stop", choice, reason });
const usage = (promptTokens?: number, completionTokens?: number, source = "body") =>
  expect.objectContaining({ type: "usage", source, promptTokens, completionTokens });

describe("every shape is understood", () => {
  const rows: readonly (readonly [name: string, json: JsonObject, deltas: readonly unknown[]])[] = [
    [
      "generation",
      { generation: "Hi", prompt_token_count: 3, generation_token_count: 1, stop_reason: "stop" },
      [text("Hi"), usage(3, 1), stop("stop")],
    ],
    [
      "generation, empty but whole",
      { generation: "", stop_reason: "stop" },
      [text(""), stop("stop")].slice(1),
    ],
    [
      "generation in a stream",
      { generation: " He", prompt_token_count: null, generation_token_count: 2, stop_reason: null },
      [text(" He"), usage(undefined, 2)],
    ],
    ["text", { text: "Hi", stop_reason: "length" }, [text("Hi"), stop("length")]],
    ["generation before text", { generation: "a", text: "b" }, [text("a")]],
    ["text where generation is empty", { generation: "", text: "b" }, [text("b")]],
    ["outputs", { outputs: [{ text: "Yes", stop_reason: "stop" }] }, [text("Yes"), stop("stop")]],
    ["outputs in a stream", { outputs: [{ text: "Yes", stop_reason: null }] }, [text("Yes")]],
    [
      "choices.text",
      { object: "text_completion", choices: [{ index: 0, text: "Hi", finish_reason: "length" }] },
      [text("Hi"), stop("length")],
    ],
    [
      "choices.message",
      { choices: [{ message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }] },
      [text("Hi"), stop("stop")],
    ],
    ["choices.delta", { choices: [{ delta: { content: "Hi" } }] }, [text("Hi")]],
    [
      "choices.delta, role alone",
      { choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }] },
      [],
    ],
    [
      "content in parts",
      {
        choices: [
          {
            message: {
              content: [
                { type: "text", text: "a" },
                { type: "text", text: "b" },
              ],
            },
          },
        ],
      },
      [text("ab")],
    ],
    [
      "several choices",
      {
        choices: [
          { index: 1, delta: { content: "b" } },
          { index: 0, delta: { content: "a" } },
        ],
      },
      [text("b", 1), text("a", 0)],
    ],
    [
      "reasoning_content",
      { choices: [{ delta: { reasoning_content: "hm" } }] },
      [{ type: "reasoning", choice: 0, text: "hm" }],
    ],
    [
      "reasoning",
      { choices: [{ message: { reasoning: "hm", content: "ok" } }] },
      [{ type: "reasoning", choice: 0, text: "hm" }, text("ok")],
    ],
    [
      "a last chunk of usage",
      {
        object: "chat.completion.chunk",
        choices: [],
        usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
      },
      [usage(5, 2)],
    ],
    [
      "Converse",
      {
        output: { message: { role: "assistant", content: [{ text: "Hi" }] } },
        stopReason: "end_turn",
        usage: { inputTokens: 4, outputTokens: 1 },
      },
      [text("Hi"), stop("end_turn"), usage(4, 1)],
    ],
    [
      "Converse reasoning",
      {
        output: {
          message: { content: [{ reasoningContent: { reasoningText: { text: "hm" } } }, { text: "Hi" }] },
        },
        stopReason: "end_turn",
      },
      [{ type: "reasoning", choice: 0, text: "hm" }, text("Hi"), stop("end_turn")],
    ],
    [
      "Converse tool use",
      {
        output: { message: { content: [{ toolUse: { toolUseId: "t1", name: "f", input: { a: 1 } } }] } },
        stopReason: "tool_use",
      },
      [
        { type: "tool-call", choice: 0, index: 0, id: "t1", name: "f", arguments: '{"a":1}' },
        stop("tool_use"),
      ],
    ],
    ["Converse delta", { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Hi" } } }, [text("Hi")]],
    [
      "Converse reasoning delta",
      { contentBlockDelta: { contentBlockIndex: 1, delta: { reasoningContent: { text: "hm" } } } },
      [{ type: "reasoning", choice: 0, text: "hm" }],
    ],
    [
      "Converse start of a call",
      { contentBlockStart: { contentBlockIndex: 3, start: { toolUse: { name: "f", toolUseId: "t" } } } },
      [{ type: "tool-call", choice: 0, index: 3, id: "t", name: "f" }],
    ],
    ["Converse end", { messageStop: { stopReason: "max_tokens" } }, [stop("max_tokens")]],
    [
      "Converse metadata",
      { metadata: { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 } } },
      [usage(1, 2)],
    ],
    ["Converse messageStart", { messageStart: { role: "assistant" } }, []],
    [
      "metrics alone",
      { "amazon-bedrock-invocationMetrics": { inputTokenCount: 7, outputTokenCount: 8 } },
      [usage(7, 8, "metrics"), { type: "end" }],
    ],
    [
      "metrics beside text",
      {
        generation: "!",
        stop_reason: "stop",
        "amazon-bedrock-invocationMetrics": { inputTokenCount: 7, outputTokenCount: 8 },
      },
      [text("!"), stop("stop"), usage(7, 8, "metrics"), { type: "end" }],
    ],
  ];

  test.each(rows)("%s", (_, json, deltas) => {
    expect(decodeAnswer(json)).toEqual(deltas);
  });
});

describe("what is no completion is an error that says what came", () => {
  test.each<[string, JsonObject, RegExp, string | undefined]>([
    [
      "an unknown operation",
      { Output: { __type: "com.amazon.coral.service#UnknownOperationException" }, Version: "1.0" },
      /UnknownOperationException/,
      "UnknownOperationException",
    ],
    [
      "a type",
      { __type: "ns#ValidationException", message: "no" },
      /ValidationException: no/,
      "ValidationException",
    ],
    ["a message", { message: "nope" }, /nope.*keys: message/, undefined],
    ["an error object", { error: { message: "broken", code: 500 } }, /broken/, undefined],
    ["foreign keys", { foo: 1, bar: 2 }, /keys: foo, bar/, undefined],
    ["nothing", {}, /keys: none/, undefined],
    ["a generation of the wrong kind", { generation: 5 }, /keys: generation/, undefined],
    ["a generation of nothing", { generation: null }, /keys: generation/, undefined],
    ["choices of rubbish", { choices: [{ index: 0 }] }, /keys: choices/, undefined],
  ])("%s", (_, json, message, awsType) => {
    const failure = attempt(json);
    expect(failure).toBeInstanceOf(OutcropError);
    expect(failure).toMatchObject({
      code: "unreadable_answer",
      status: 502,
      message: expect.stringMatching(message),
      awsType,
    });
  });

  function attempt(json: JsonObject): unknown {
    try {
      return decodeAnswer(json);
    } catch (error) {
      return error;
    }
  }
});

describe("log probabilities come out in OpenAI's shape", () => {
  test("token ids of BedrockCompletion", () => {
    const { response } = capturedCase("docs-logprobs-bedrock-completion");
    expect(decodeAnswer(response?.body ?? {})).toContainEqual({
      type: "logprobs",
      choice: 0,
      content: [
        { token: "token_id:362", logprob: -2.1413702964782715, bytes: null, top_logprobs: [] },
        { token: "token_id:48713", logprob: -0.8180374503135681, bytes: null, top_logprobs: [] },
        { token: "token_id:374", logprob: -0.09657637774944305, bytes: null, top_logprobs: [] },
      ],
    });
  });

  test("parallel lists of the older completions", () => {
    const logprobs = {
      tokens: ["é"],
      token_logprobs: [-0.5],
      top_logprobs: [{ é: -0.5, e: -1 }],
      text_offset: [0],
    };
    expect(decodeAnswer({ choices: [{ text: "é", logprobs }] })).toContainEqual({
      type: "logprobs",
      choice: 0,
      content: [
        {
          token: "é",
          logprob: -0.5,
          bytes: [0xc3, 0xa9],
          top_logprobs: [
            { token: "é", logprob: -0.5, bytes: [0xc3, 0xa9] },
            { token: "e", logprob: -1, bytes: [101] },
          ],
        },
      ],
    });
  });

  test("a chat's own", () => {
    const entry = { token: "a", logprob: -1, bytes: [97], top_logprobs: [] };
    const json = { choices: [{ delta: { content: "a" }, logprobs: { content: [entry] } }] };
    expect(decodeAnswer(json)).toContainEqual({ type: "logprobs", choice: 0, content: [entry] });
  });
});
