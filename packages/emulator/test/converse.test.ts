import { ConverseCommand, ConverseStreamCommand, CountTokensCommand } from "@aws-sdk/client-bedrock-runtime";
import type { ConverseCommandInput } from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import { arns, failureOf, gather, invoke, invokeStream, kimi, pixel, useRig, weatherTool } from "./rig.ts";
import type { Json } from "./rig.ts";

const rig = useRig({
  foundationModels: [{ id: "example.seeing-model", images: true, maxOutputTokens: 1000 }],
});

type Question = Partial<ConverseCommandInput> & { readonly text?: string };

function toInput(
  { text = "Tell me about the sea", ...rest }: Question,
  modelId: string,
): ConverseCommandInput {
  return { modelId, messages: [{ role: "user", content: [{ text }] }], ...rest };
}

async function converse(question: Question, modelId = kimi): Promise<Json> {
  return rig().runtime.send(new ConverseCommand(toInput(question, modelId)));
}

async function converseStream(question: Question, modelId = kimi): Promise<Json[]> {
  return gather((await rig().runtime.send(new ConverseStreamCommand(toInput(question, modelId)))).stream);
}

const toolConfig = {
  tools: [
    {
      toolSpec: {
        name: "get_weather",
        inputSchema: {
          json: { type: "object", properties: { location: { type: "string" } }, required: ["location"] },
        },
      },
    },
  ],
} satisfies ConverseCommandInput["toolConfig"];

/** Prompts of both of Kimi's forms: the prompt decides, so some of each are found by asking. */
const questions = Array.from({ length: 12 }, (_, index) => `What is ${index} plus ${index}?`);

interface Folded {
  text: string;
  reasoning: string;
  calls: { name: string; id: string; input: string }[];
}

/** Folds a stream by the rules of the API: deltas belong to their block. */
function fold(events: readonly Json[]): Folded {
  const folded: Folded = { text: "", reasoning: "", calls: [] };
  for (const { contentBlockStart, contentBlockDelta } of events) {
    const tool = contentBlockStart?.start?.toolUse;
    if (tool !== undefined) folded.calls.push({ name: tool.name, id: tool.toolUseId, input: "" });
    const delta = contentBlockDelta?.delta;
    folded.text += delta?.text ?? "";
    folded.reasoning += delta?.reasoningContent?.text ?? "";
    const call = folded.calls.at(-1);
    if (call !== undefined) call.input += delta?.toolUse?.input ?? "";
  }
  return folded;
}

function foldWhole({ output }: Json): Folded {
  const blocks: Json[] = output.message.content;
  return {
    text: blocks.map((block) => block.text ?? "").join(""),
    reasoning: blocks.map((block) => block.reasoningContent?.reasoningText?.text ?? "").join(""),
    calls: blocks.flatMap(({ toolUse }) =>
      toolUse === undefined ? [] : [{ name: toolUse.name, id: toolUse.toolUseId, input: toolUse.input }],
    ),
  };
}

describe("Kimi K2 Thinking", () => {
  test("reasons in blocks or in the text, by the prompt", async () => {
    const forms = new Set<string>();
    for (const text of questions) {
      const whole = foldWhole(await converse({ text }));
      const inText = whole.text.startsWith(" <think> ");
      expect(inText ? whole.reasoning : whole.text).not.toContain("think");
      if (inText) expect(whole.text).toMatch(/^ <think> .* <\/think> \S/s);
      else expect(whole.reasoning).not.toBe("");
      forms.add(inText ? "text" : "blocks");
    }
    expect([...forms].toSorted()).toEqual(["blocks", "text"]);
  });

  test.each(questions.slice(0, 6))("the stream folds to the whole (%s)", async (text) => {
    const [whole, events] = [await converse({ text }), await converseStream({ text })];
    expect(fold(events)).toEqual(foldWhole(whole));
    expect(events.at(-1).metadata.usage).toEqual(whole.usage);
  });

  test.each(questions)("the blocks of a stream are well formed (%s)", async (text) => {
    const events = await converseStream({ text });
    expect(events[0]).toEqual({ messageStart: { role: "assistant" } });
    expect(events.slice(-2).map((event) => Object.keys(event)[0])).toEqual(["messageStop", "metadata"]);
    let open: number | undefined;
    let last = -1;
    for (const { contentBlockDelta: delta, contentBlockStop: stop } of events) {
      if (delta !== undefined && delta.contentBlockIndex !== open) {
        expect(open).toBeUndefined();
        expect(delta.contentBlockIndex).toBe(last + 1);
        open = last = delta.contentBlockIndex;
      }
      if (stop !== undefined) {
        expect(stop.contentBlockIndex).toBe(open);
        open = undefined;
      }
    }
    expect(open).toBeUndefined();
  });

  test("calls a tool, with an empty text block before it as the service has", async () => {
    const question = { text: "What's the weather in Tokyo?", toolConfig };
    const whole = await converse(question);
    expect(whole.stopReason).toBe("tool_use");
    expect(foldWhole(whole).calls).toEqual([
      { name: "get_weather", id: "functions.get_weather:0", input: { location: "Tokyo" } },
    ]);
    const events = await converseStream(question);
    expect(fold(events).calls).toEqual([
      { name: "get_weather", id: "functions.get_weather:0", input: '{"location": "Tokyo"}' },
    ]);
    const starts = events.filter((event) => event.contentBlockStart !== undefined);
    expect(starts).toHaveLength(1);
  });

  test("counts the calls over the whole conversation, and quotes a result", async () => {
    const before = [
      { role: "user" as const, content: [{ text: "weather in Rome?" }] },
      {
        role: "assistant" as const,
        content: [
          {
            toolUse: {
              toolUseId: "functions.get_weather:0",
              name: "get_weather",
              input: { location: "Rome" },
            },
          },
        ],
      },
      {
        role: "user" as const,
        content: [
          { toolResult: { toolUseId: "functions.get_weather:0", content: [{ text: "sunny, 31C" }] } },
        ],
      },
    ];
    const answered = await converse({ messages: before, toolConfig });
    expect(foldWhole(answered).text).toContain("sunny, 31C");
    const messages = [
      ...before,
      answered.output.message,
      { role: "user", content: [{ text: "and the weather in Oslo?" }] },
    ];
    const again = await converse({ messages, toolConfig });
    expect(foldWhole(again).calls).toMatchObject([
      { id: "functions.get_weather:1", input: { location: "Oslo" } },
    ]);
  });

  test.each<[string, Question, string]>([
    [
      "stop sequences",
      { inferenceConfig: { stopSequences: ["x"] } },
      "This model doesn't support the stopSequences field. Remove stopSequences and try again.",
    ],
    [
      "a forced call",
      { toolConfig: { ...toolConfig, toolChoice: { any: {} } } },
      "toolConfig.toolChoice.any",
    ],
    [
      "a forced tool",
      { toolConfig: { ...toolConfig, toolChoice: { tool: { name: "get_weather" } } } },
      "toolConfig.toolChoice.tool",
    ],
    [
      "an image",
      {
        messages: [
          {
            role: "user",
            content: [{ image: { format: "png", source: { bytes: Buffer.from(pixel, "base64") } } }],
          },
        ],
      },
      "doesn't support the image field for user messages",
    ],
    ["too many tokens", { inferenceConfig: { maxTokens: 262_144 } }, "exceeds the model limit of 16384"],
    [
      "a temperature over 1",
      { inferenceConfig: { temperature: 1.5 } },
      "'inferenceConfig.temperature' failed to satisfy constraint: Member must have value less than or equal to 1",
    ],
    [
      "an empty message",
      { messages: [{ role: "user", content: [] }] },
      "The content field in the Message object at messages.0 is empty.",
    ],
    [
      "an empty text",
      { messages: [{ role: "user", content: [{ text: " " }] }] },
      "The text field in the ContentBlock object at messages.0.content.0 is blank.",
    ],
    [
      "a cache point",
      { messages: [{ role: "user", content: [{ text: "a" }, { cachePoint: { type: "default" } }] }] },
      "cachePoint",
    ],
    [
      "an assistant's beginning",
      { messages: [{ role: "assistant", content: [{ text: "a" }] }] },
      "must start with a user message",
    ],
    [
      "two users in a row",
      {
        messages: [
          { role: "user", content: [{ text: "a" }] },
          { role: "user", content: [{ text: "b" }] },
        ],
      },
      "must alternate",
    ],
    [
      "no tools for a result",
      { messages: [{ role: "user", content: [{ toolResult: { toolUseId: "x", content: [] } }] }] },
      "toolConfig field must be defined",
    ],
    ["no tool at all", { toolConfig: { tools: [] } }, "toolConfig.tools"],
    [
      "a guardrail",
      { guardrailConfig: { guardrailIdentifier: "g", guardrailVersion: "1" } },
      "guardrail identifier",
    ],
  ])("refuses %s", async (_, question, text) => {
    const failure = await failureOf(converse(question));
    expect([failure.name, failure.$metadata.httpStatusCode]).toEqual(["ValidationException", 400]);
    expect(failure.message).toContain(text);
  });

  test("runs out of tokens inside its reasoning", async () => {
    for (const text of questions.slice(0, 4)) {
      const question = { text, inferenceConfig: { maxTokens: 6 } };
      const whole = await converse(question);
      expect(whole.stopReason).toBe("max_tokens");
      expect(whole.usage.outputTokens).toBe(6);
      expect(JSON.stringify(whole.output)).not.toContain("</think>");
      expect(fold(await converseStream(question))).toEqual(foldWhole(whole));
    }
  });

  test("the id of the other endpoint is no id here", async () => {
    const failure = await failureOf(converse({}, "moonshotai.kimi-k2-thinking"));
    expect([failure.name, failure.message]).toEqual([
      "ValidationException",
      "The provided model identifier is invalid.",
    ]);
  });
});

describe("Kimi K2 Thinking by InvokeModel", () => {
  const messages = [{ role: "user", content: "What's the weather in Tokyo?" }];

  test("reasons inline in one pair", async () => {
    const { choices } = await invoke(rig().runtime, kimi, { messages, max_tokens: 300 });
    expect(choices[0].message.content).toMatch(/^<reasoning> [^<]+ <\/reasoning>[^<]+$/);
    expect(choices[0].message).not.toHaveProperty("reasoning_content");
  });

  test("each streamed delta of reasoning is a pair of its own, and only the last frame has metrics", async () => {
    const chunks = await invokeStream(rig().runtime, kimi, { messages, max_tokens: 300 });
    const contents: string[] = chunks.map((chunk) => chunk.choices[0].delta.content);
    const pairs = contents.filter((content) => content.includes("<"));
    expect(pairs.length).toBeGreaterThan(1);
    for (const pair of pairs) expect(pair).toMatch(/^<reasoning>[^<]+<\/reasoning>$/);
    const unwrapped = contents.join("").replaceAll("</reasoning><reasoning>", "");
    const whole = await invoke(rig().runtime, kimi, { messages, max_tokens: 300 });
    expect(unwrapped.replaceAll(/<\/?reasoning>/g, "")).toBe(
      whole.choices[0].message.content.replace("<reasoning> ", "").replace(" </reasoning>", ""),
    );
    expect(chunks.filter((chunk) => "usage" in chunk)).toEqual([]);
    expect(chunks.filter((chunk) => "amazon-bedrock-invocationMetrics" in chunk)).toEqual([chunks.at(-1)]);
  });

  test("a tool call comes as a head without arguments, then arguments without id", async () => {
    const body = { messages, tools: [weatherTool] };
    const chunks = await invokeStream(rig().runtime, kimi, body);
    const [head, ...rest]: Json[] = chunks.flatMap((chunk) => chunk.choices[0].delta.tool_calls ?? []);
    expect(head).toEqual({
      index: 0,
      id: "functions.get_weather:0",
      type: "function",
      function: { name: "get_weather" },
    });
    for (const delta of rest)
      expect(delta).toEqual({ index: 0, type: "function", function: { arguments: expect.any(String) } });
    expect(rest.map((delta) => delta.function.arguments).join("")).toBe('{"location": "Tokyo"}');
    expect(chunks.at(-1).choices[0].finish_reason).toBe("tool_calls");
    const whole = await invoke(rig().runtime, kimi, body);
    expect(whole.choices[0].message.tool_calls).toEqual([
      {
        id: "functions.get_weather:0",
        type: "function",
        function: { name: "get_weather", arguments: '{"location": "Tokyo"}' },
      },
    ]);
  });

  test.each<[string, Json, string]>([
    ["stop", { messages, stop: ["x"] }, "#/stop"],
    ["a required call", { messages, tools: [weatherTool], tool_choice: "required" }, "#/tool_choice"],
    ["a temperature over 1", { messages, temperature: 1.2 }, "#/temperature"],
    ["empty content", { messages: [{ role: "user", content: "" }] }, "#/messages/0/content"],
    ["a prompt", { prompt: "hi" }, "Available for this model: ChatCompletionRequest"],
  ])("refuses %s", async (_, body, text) => {
    expect((await failureOf(invoke(rig().runtime, kimi, body))).message).toContain(text);
  });

  test("an assistant turn of calls may have no content", async () => {
    const call = {
      id: "functions.get_weather:0",
      type: "function",
      function: { name: "get_weather", arguments: "{}" },
    };
    const history = [
      ...messages,
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", tool_call_id: call.id, name: "get_weather", content: "snow" },
    ];
    const { choices } = await invoke(rig().runtime, kimi, { messages: history, tools: [weatherTool] });
    expect(choices[0].message.content).toContain('"snow"');
  });
});

describe("imported models", () => {
  test.each([arns.llama, arns.mistral, arns.mllama])(
    "Converse works where a template makes them instruct models (%s)",
    async (model) => {
      const answer = await converse({}, model);
      expect(foldWhole(answer).text).toContain("sea");
      expect(answer.stopReason).toBe("end_turn");
      expect(fold(await converseStream({}, model))).toEqual(foldWhole(answer));
    },
  );

  test("tools become toolUse with AWS's kind of id", async () => {
    const answer = await converse({ text: "weather in Oslo please", toolConfig }, arns.llama);
    expect(foldWhole(answer).calls).toEqual([
      {
        name: "get_weather",
        id: expect.stringMatching(/^tooluse_[A-Za-z0-9]{22}$/),
        input: { location: "Oslo" },
      },
    ]);
    const forced = await converse(
      { text: "hello", toolConfig: { ...toolConfig, toolChoice: { any: {} } } },
      arns.llama,
    );
    expect(forced.stopReason).toBe("tool_use");
  });

  test.each([arns.qwen2, arns.qwen3, arns.qwen25Vision, arns.gptOss, arns.deepseek, arns.gptBigCode])(
    "%s refuses Converse",
    async (model) => {
      const text =
        "This action doesn't support the model that you provided. Try again with a supported text or chat model.";
      for (const call of [converse, converseStream])
        expect((await failureOf(call({}, model))).message).toBe(text);
    },
  );

  test("stop sequences end the turn and are named so", async () => {
    const answer = await converse({ inferenceConfig: { stopSequences: ["sea"] } }, arns.llama);
    expect(answer.stopReason).toBe("stop_sequence");
  });

  test("images are seen", async () => {
    const image = { format: "png" as const, source: { bytes: Buffer.from(pixel, "base64") } };
    const messages = [{ role: "user" as const, content: [{ text: "What is it?" }, { image }] }];
    for (const model of [arns.mllama, "example.seeing-model"]) {
      const answer = await converse({ messages }, model);
      expect(foldWhole(answer).text).toContain("a png of");
    }
  });
});

test("CountTokens counts for Kimi as the call itself does, and refuses imports", async () => {
  const messages = [{ role: "user" as const, content: [{ text: "How many are these?" }] }];
  const count = async (modelId: string, input: Json): Promise<Json> =>
    rig().runtime.send(new CountTokensCommand({ modelId, input }));
  const { usage } = await converse({ messages });
  expect((await count(kimi, { converse: { messages } })).inputTokens).toBe(usage.inputTokens);
  const body = Buffer.from(JSON.stringify({ messages: [{ role: "user", content: "How many are these?" }] }));
  expect((await count(kimi, { invokeModel: { body } })).inputTokens).toBe(usage.inputTokens);
  expect((await failureOf(count(arns.llama, { converse: { messages } }))).name).toBe("ValidationException");
});
