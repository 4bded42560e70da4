/** What holds of every conversation in every template. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChatMessage, ChatRequest } from "../../src/core/chat.ts";
import { findTemplate, templateNames } from "../../src/templates/template-list.ts";
import { requestOf, weatherTool } from "./talk.ts";

/** Words that no template writes itself, with room around them. */
const text = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[ \n]{0,2}word-[a-z0-9]{6}[ \n]{0,2}$/) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", "<think>a</think>b", "</think>", "<tool_response></tool_response>"),
  },
);
const content = fc.oneof(
  text,
  fc
    .array(text, { maxLength: 3 })
    .map((texts) => texts.map((part) => ({ type: "text" as const, text: part }))),
);
const call = fc.record({
  id: fc.string(),
  name: fc.constantFrom("get_weather", "now"),
  arguments: fc.oneof(fc.json(), fc.string(), fc.constant("")),
});
const message: fc.Arbitrary<ChatMessage> = fc.oneof(
  fc.record({ role: fc.constantFrom("system" as const, "developer" as const), content }),
  fc.record({ role: fc.constant("user" as const), content }),
  fc.record(
    {
      role: fc.constant("assistant" as const),
      content: fc.oneof(content, fc.constant(null)),
      toolCalls: fc.array(call, { maxLength: 3 }),
      reasoningContent: text,
    },
    { requiredKeys: ["role", "content", "toolCalls"] },
  ),
  fc.record({ role: fc.constant("tool" as const), content, toolCallId: fc.string() }),
);
const request: fc.Arbitrary<ChatRequest> = fc
  .record({
    messages: fc.array(message, { maxLength: 8 }),
    tools: fc.constantFrom(
      [],
      [weatherTool],
      [weatherTool, { name: "now", description: "The time", strict: true }],
    ),
    chatTemplateKwargs: fc.constantFrom({}, { enable_thinking: false }, { tools_in_user_message: false }),
  })
  .map(({ messages, ...more }) => requestOf(messages, more));

function write(name: string, given: ChatRequest): string {
  return findTemplate(name)?.render(given, { addBosToken: true }).prompt ?? "";
}

function count(prompt: string, marker: string): number {
  return prompt.split(marker).length - 1;
}

describe.each(templateNames)("%s", (name) => {
  test("writes every conversation, and the same way again", () => {
    fc.assert(
      fc.property(request, (given) => {
        expect(write(name, given)).toBe(write(name, structuredClone(given)));
      }),
    );
  });

  test("shows the model every word of the last user", () => {
    fc.assert(
      fc.property(request, fc.stringMatching(/^word-[a-z0-9]{12}$/), (given, word) => {
        const messages: readonly ChatMessage[] = [...given.messages, { role: "user", content: word }];
        expect(write(name, { ...given, messages })).toContain(word);
      }),
    );
  });

  test("ends with an open turn for the answer, and with nothing open when none is wanted", () => {
    fc.assert(
      fc.property(request, (given) => {
        const closed = { ...given.chatTemplateKwargs, add_generation_prompt: false };
        const without = write(name, { ...given, chatTemplateKwargs: closed });
        expect(write(name, given).startsWith(without)).toBe(true);
      }),
    );
  });
});

const plainTalk = fc.array(
  fc.oneof(
    fc.record({ role: fc.constantFrom("system" as const, "user" as const), content: fc.constant("w") }),
    fc.record({
      role: fc.constant("assistant" as const),
      content: fc.constant("w"),
      toolCalls: fc.array(call, { maxLength: 3 }),
    }),
    fc.record({ role: fc.constant("tool" as const), content: fc.constant("w"), toolCallId: fc.string() }),
  ),
  { maxLength: 10 },
);

describe("markers come in pairs", () => {
  const rows: readonly (readonly [string, string, string, number])[] = [
    ["llama3", "<|start_header_id|>", "<|eot_id|>", 1],
    ["llama3.1", "<|start_header_id|>", "<|eot_id|>", 1],
    ["qwen2.5", "<|im_start|>", "<|im_end|>", 1],
    ["qwen3", "<|im_start|>", "<|im_end|>", 1],
    ["qwen3", "<tool_call>", "</tool_call>", 0],
    ["qwen3", "<tool_response>", "</tool_response>", 0],
    ["deepseek_r1", "<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>", 0],
    ["deepseek_r1", "<｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>", 0],
    ["deepseek_r1", "<｜tool▁outputs▁begin｜>", "<｜tool▁outputs▁end｜>", 0],
    ["deepseek_r1", "<｜tool▁output▁begin｜>", "<｜tool▁output▁end｜>", 0],
    ["mistral", "[INST]", "[/INST]", 0],
    ["mistral-nemo", "[TOOL_RESULTS]", "[/TOOL_RESULTS]", 0],
  ];
  test.each(rows)("%s: %s and %s, %i left open for the answer", (name, begin, end, open) => {
    fc.assert(
      fc.property(plainTalk, (messages) => {
        const marked = messages.some(
          (one) => one.role === "assistant" && one.toolCalls.some((made) => /[[<]/.test(made.arguments)),
        );
        fc.pre(!marked);
        const prompt = write(name, requestOf(messages));
        expect(count(prompt, begin) - count(prompt, end)).toBe(open);
      }),
    );
  });

  test("Mistral closes every answer and every round of calls", () => {
    fc.assert(
      fc.property(plainTalk, (messages) => {
        const prompt = write("mistral", requestOf(messages));
        expect(count(prompt, "</s>")).toBe(messages.filter((one) => one.role === "assistant").length);
      }),
    );
  });
});

test("qwen2 and chatml are one layout", () => {
  fc.assert(
    fc.property(request, (given) => {
      expect(write("qwen2", given)).toBe(write("chatml", given));
    }),
  );
});
