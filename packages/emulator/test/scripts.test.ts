import { ConverseCommand, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import type { ScriptAnswer } from "../src/index.ts";
import { arns, gather, invoke, invokeStream, kimi, useRig, weatherTool } from "./rig.ts";
import type { Json } from "./rig.ts";

const rig = useRig({ scripts: [{ match: "the fixed one", answer: { text: "from the options" } }] });
const ask = (text: string): Json => ({ messages: [{ role: "user", content: text }] });
const contentOf = async (text: string, model: string = arns.llama): Promise<string> =>
  (await invoke(rig().runtime, model, ask(text))).choices[0].message.content;

describe("which calls a script answers", () => {
  test.each([
    ["text to contain", { match: "magic" }, "say the magic word", true],
    ["text that isn't there", { match: "magic" }, "say the word", false],
    ["a pattern", { match: /^user: say \w+$/m }, "say please", true],
    ["a pattern with the g flag, again and again", { match: /say/g }, "say say", true],
    ["a test", { match: (request: Json) => request.body.messages.length === 1 }, "anything", true],
    ["the last words of the user", { match: (request: Json) => request.lastUserText === "hi" }, "hi", true],
    ["a model by its name", { model: "llama-3-1" }, "hi", true],
    ["a model by its ARN", { model: "llama0000000" }, "hi", true],
    ["another model", { model: "qwen" }, "hi", false],
    ["an operation", { operation: "InvokeModel" }, "hi", true],
    ["another operation", { operation: "Converse" }, "hi", false],
    ["every call", {}, "hi", true],
  ])("%s", async (_, when, text, answered) => {
    rig().emulator.addScript({ ...when, answer: { text: "scripted" } });
    for (let round = 0; round < 2; round++) expect((await contentOf(text)) === "scripted").toBe(answered);
  });

  test("the later one is tried first, so often as it says", async () => {
    rig().emulator.addScript({ answer: { text: "always" } });
    rig().emulator.addScript({ times: 2, answer: { text: "twice" } });
    expect([await contentOf("a"), await contentOf("b"), await contentOf("c")]).toEqual([
      "twice",
      "twice",
      "always",
    ]);
  });

  test("those of the options are there after a reset, those added are not", async () => {
    rig().emulator.addScript({ answer: { text: "added" } });
    rig().emulator.reset();
    expect(await contentOf("the fixed one")).toBe("from the options");
    expect(await contentOf("other")).not.toBe("added");
  });
});

describe("what a script answers", () => {
  const answer: ScriptAnswer = {
    reasoning: "I think.",
    text: "I am.",
    toolCalls: [{ name: "get_weather", arguments: { location: "Rome" }, id: "call-1" }],
  };

  test("as fields where the body has them", async () => {
    rig().emulator.addScript({ answer });
    const { choices } = await invoke(rig().runtime, arns.gptOss, ask("x"));
    expect(choices[0]).toMatchObject({
      message: {
        content: "I am.",
        reasoning_content: "I think.",
        tool_calls: [
          {
            id: "call-1",
            type: "function",
            function: { name: "get_weather", arguments: '{"location":"Rome"}' },
          },
        ],
      },
      finish_reason: "tool_calls",
    });
  });

  test("as the model's own text where it has none", async () => {
    rig().emulator.addScript({ answer });
    const generation = async (model: string, prompt: string): Promise<string> =>
      (await invoke(rig().runtime, model, { prompt })).generation;
    expect(await generation(arns.qwen3, "<|im_start|>user\nx<|im_end|>\n<|im_start|>assistant\n")).toBe(
      '<think>\nI think.\n</think>\n\nI am.<tool_call>\n{"name": "get_weather", "arguments": {"location":"Rome"}}\n</tool_call>',
    );
    expect(await generation(arns.deepseek, "<｜User｜>x<｜Assistant｜><think>\n")).toBe(
      'I think.\n</think>\n\nI am.<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{"location":"Rome"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    );
    expect(await generation(arns.mistral, "<s>[INST] x [/INST]")).toContain(
      'I am.[TOOL_CALLS][{"name": "get_weather", "arguments": {"location":"Rome"}}]',
    );
    expect(await generation(arns.llama, "<|start_header_id|>user<|end_header_id|>\n\nx<|eot_id|>")).toContain(
      'I am.{"name": "get_weather", "parameters": {"location":"Rome"}}',
    );
  });

  test("several calls, in each dialect's way", async () => {
    const toolCalls = [
      { name: "a", arguments: {} },
      { name: "b", arguments: { x: 1 } },
    ];
    rig().emulator.addScript({ answer: { toolCalls } });
    const text = async (prompt: string): Promise<string> =>
      (await invoke(rig().runtime, arns.llama, { prompt })).generation;
    expect(await text("<|im_start|>user\nx")).toBe(
      '<tool_call>\n{"name": "a", "arguments": {}}\n</tool_call>\n<tool_call>\n{"name": "b", "arguments": {"x":1}}\n</tool_call>',
    );
    expect(await text("[INST]x[/INST]")).toBe(
      '[TOOL_CALLS][{"name": "a", "arguments": {}}, {"name": "b", "arguments": {"x":1}}]',
    );
    expect(await text("<|im_user|>user<|im_middle|>x")).toBe(
      '<|tool_calls_section_begin|><|tool_call_begin|>functions.a:0<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_call_begin|>functions.b:1<|tool_call_argument_begin|>{"x":1}<|tool_call_end|><|tool_calls_section_end|>',
    );
    expect(await text("<|start|>user<|message|>x<|end|>")).toBe(
      '<|start|>assistant<|channel|>commentary to=functions.a <|constrain|>json<|message|>{}<|call|><|start|>assistant<|channel|>commentary to=functions.b <|constrain|>json<|message|>{"x":1}<|call|>',
    );
  });

  test("on Converse and its stream alike", async () => {
    rig().emulator.addScript({ answer });
    const input = { modelId: arns.llama, messages: [{ role: "user" as const, content: [{ text: "x" }] }] };
    const whole = await rig().runtime.send(new ConverseCommand(input));
    expect(whole.stopReason).toBe("tool_use");
    expect(JSON.stringify(whole.output)).toContain(
      '"toolUseId":"call-1","name":"get_weather","input":{"location":"Rome"}',
    );
    const events = await gather((await rig().runtime.send(new ConverseStreamCommand(input))).stream);
    expect(JSON.stringify(events)).toContain('"toolUseId":"call-1"');
  });

  test("in exactly the chunks that it names, as raw text", async () => {
    const chunks = ["<th", "ink>a</", "think>", "", "b"];
    rig().emulator.addScript({ answer: { chunks } });
    const streamed = await invokeStream(rig().runtime, arns.qwen3, { prompt: "x", max_gen_len: 5 });
    expect(streamed.map((chunk) => chunk.generation)).toEqual(chunks);
    const onKimi = await invokeStream(rig().runtime, kimi, ask("x"));
    expect(onKimi.map((chunk) => chunk.choices[0].delta.content)).toEqual(chunks);
    expect(await contentOf("x")).toBe(chunks.join(""));
  });

  test("uncut by limits and stop sequences, with the reason that it gives", async () => {
    rig().emulator.addScript({ answer: { text: "one two three four", finishReason: "length" } });
    const { choices } = await invoke(rig().runtime, arns.llama, {
      ...ask("x"),
      max_tokens: 1,
      stop: ["two"],
    });
    expect(choices[0]).toMatchObject({ message: { content: "one two three four" }, finish_reason: "length" });
    rig().emulator.addScript({ answer: { text: "x", finishReason: "model_context_window_exceeded" } });
    const input = { modelId: kimi, messages: [{ role: "user" as const, content: [{ text: "x" }] }] };
    expect((await rig().runtime.send(new ConverseCommand(input))).stopReason).toBe(
      "model_context_window_exceeded",
    );
  });

  test("reasoning alone that ran out of tokens stays open", async () => {
    rig().emulator.addScript({ answer: { reasoning: "still thinking", finishReason: "length" } });
    const { generation } = await invoke(rig().runtime, arns.qwen3, { prompt: "x" });
    expect(generation).toBe("<think>\nstill thinking");
  });

  test("arguments as they are, even if they are no JSON", async () => {
    rig().emulator.addScript({ answer: { toolCalls: [{ name: "f", arguments: '{"a": ' }] } });
    const { choices } = await invoke(rig().runtime, arns.missionVision, {
      ...ask("x"),
      tools: [weatherTool],
    });
    expect(choices[0].message.tool_calls[0].function.arguments).toBe('{"a": ');
    const input = { modelId: kimi, messages: [{ role: "user" as const, content: [{ text: "x" }] }] };
    expect(JSON.stringify((await rig().runtime.send(new ConverseCommand(input))).output)).toContain(
      '"input":"{\\"a\\": "',
    );
  });

  test("a recorded body and recorded frames, verbatim", async () => {
    const frames = [{ generation: "a" }, { anything: [1] }];
    rig().emulator.addScript({ answer: { body: { recorded: true }, frames } });
    expect(await invoke(rig().runtime, arns.llama, { prompt: "x" })).toEqual({ recorded: true });
    expect(await invokeStream(rig().runtime, arns.llama, { prompt: "x" })).toEqual(frames);
  });

  test("recorded events of ConverseStream by their names", async () => {
    const frames = [
      { messageStart: { role: "assistant" } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "a" } } },
    ];
    rig().emulator.addScript({ answer: { frames } });
    const input = { modelId: kimi, messages: [{ role: "user" as const, content: [{ text: "x" }] }] };
    expect(await gather((await rig().runtime.send(new ConverseStreamCommand(input))).stream)).toEqual(frames);
  });

  test("at its own pace, by the emulator's clock", async () => {
    rig().emulator.addScript({ answer: { text: "a b c d e f g h i j", tokensPerSecond: 1 } });
    const before = Date.parse(rig().emulator.ledger().time);
    const chunks = invokeStream(rig().runtime, arns.llama, { prompt: "x" });
    const wake = setInterval(() => rig().emulator.advance("1s"), 1);
    expect(await chunks).toHaveLength(10);
    clearInterval(wake);
    expect(Date.parse(rig().emulator.ledger().time) - before).toBeGreaterThanOrEqual(9000);
  });
});
