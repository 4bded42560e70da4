import { describe, expect, test } from "vitest";
import { toImportedModel } from "../src/models/declare.ts";
import { lastUserText } from "../src/prompt/prompt.ts";
import type { Prompt } from "../src/prompt/prompt.ts";
import { parseRenderedPrompt } from "../src/prompt/rendered.ts";
import { findJsonObjects } from "../src/prompt/embedded-json.ts";
import { composeAnswer } from "../src/text/small-model.ts";
import { countTokens, splitTokens } from "../src/text/tokens.ts";
import fc from "fast-check";
import cases from "./fixtures/rendered-prompts.json" with { type: "json" };

const home = { region: "us-east-1", account: "123456789012" };
const llama = toImportedModel({ name: "m", architecture: "llama" }, home);
const qwen3 = toImportedModel({ name: "m", architecture: "qwen3" }, home);
const read = (text: string, model = llama): Prompt => parseRenderedPrompt(text, model);

const dialects: Readonly<Record<string, string>> = {
  llama3: "llama",
  "llama3.1": "llama",
  "qwen2.5": "qwen",
  qwen3: "qwen",
  deepseek_r1: "deepseek",
  "mistral-nemo": "mistral",
};

describe("prompts of published templates are read back", () => {
  test.each(cases)("$id", ({ family, messages, prompt, ...rest }) => {
    const found = read(prompt);
    expect(found.dialect).toBe(dialects[family]);
    // Mistral puts the system's words into the last user turn; all others keep them apart.
    const lastUser = messages.findLast((message) => message.role === "user")?.content ?? "";
    expect(lastUserText(found).endsWith(lastUser)).toBe(true);
    const toolText = messages.find((message) => message.role === "tool")?.content;
    if (toolText !== undefined)
      expect(found.turns.at(-1)).toMatchObject({
        role: "tool",
        text: expect.stringContaining(String(toolText)),
      });
    expect(found.tools.map((tool) => tool.name)).toEqual("tools" in rest ? ["get_weather"] : []);
    const system = messages.find((message) => message.role === "system")?.content;
    if (system !== undefined && family !== "mistral-nemo") {
      expect(found.turns.find((turn) => turn.role === "system")?.text).toContain(system);
    }
  });

  test.each(cases)("$id: a small answer in the family's own words", ({ id, messages, prompt }) => {
    const answer = composeAnswer(read(prompt, id.startsWith("qwen3") ? qwen3 : llama));
    const toolText = messages.find((message) => message.role === "tool")?.content;
    if (toolText !== undefined) expect(answer.text).toContain(toolText);
    else if (id.includes("tools-offered")) {
      expect(answer.calls).toEqual([{ name: "get_weather", arguments: '{"location": "Tokyo"}' }]);
    } else expect(answer.text).not.toBe("");
    const thinks = id.startsWith("deepseek") || (id.startsWith("qwen3") && !id.endsWith("no-thinking"));
    expect(answer.reasoning !== "").toBe(thinks);
  });
});

describe("where the answer begins", () => {
  test.each([
    ["<｜User｜>hi<｜Assistant｜><think>\n", true, true],
    ["<｜User｜>hi<｜Assistant｜>", true, false],
    ["<|im_start|>assistant\n<think>\n\n</think>\n\n", false, false],
    ["just text <think>", true, true],
    ["just text", false, false],
  ])("%j: thinks %s, opened %s", (prompt, thinks, opensThinking) => {
    expect(read(prompt)).toMatchObject({ thinks, opensThinking });
  });

  test("a Qwen3 thinks by itself unless its prompt has closed the thinking", () => {
    expect(read("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n", qwen3).thinks).toBe(true);
    expect(read("<|im_start|>assistant\n<think>\n\n</think>\n\n", qwen3).thinks).toBe(false);
  });
});

test.each([
  [
    "<|start|>system<|message|>be kind<|end|><|start|>user<|message|>hi there<|end|><|start|>assistant",
    "harmony",
  ],
  [
    "<|im_system|>system<|im_middle|>be kind<|im_end|><|im_user|>user<|im_middle|>hi there<|im_end|><|im_assistant|>assistant<|im_middle|>",
    "kimi",
  ],
])("other markers: %s", (prompt, dialect) => {
  const found = read(prompt);
  expect([found.dialect, lastUserText(found), found.turns[0]?.text]).toEqual([
    dialect,
    "hi there",
    "be kind",
  ]);
});

test("words of a user are kept whole, even if they look like what comes before them in Llama's template", () => {
  const say = (text: string): string =>
    lastUserText(read(`<|start_header_id|>user<|end_header_id|>\n\n${text}<|eot_id|>`));
  expect(say("What is {\n}\n\nfor?")).toBe("What is {\n}\n\nfor?");
  expect(say("Given the following functions, what next?")).toBe("Given the following functions, what next?");
});

test("any text at all is a prompt", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(read(text).text).toBe(text);
      expect(composeAnswer(read(text)).text).not.toBe("");
    }),
  );
});

test("no prompt is read slowly, whatever it repeats", () => {
  // A scan that begins anew at each of these would take minutes.
  const hostile = [
    '{"type": "function"',
    "<|im_start|>",
    "[INST]",
    "<｜User｜>",
    "<think>",
    "[INST]a[/INST]",
    "[/INST]",
    "<｜User｜><｜tool▁output▁begin｜>",
    "<|start|>user",
  ];
  for (const part of hostile) expect(read(part.repeat(50_000)).turns.length).toBeLessThan(50_001);
});

test("JSON objects are found by their beginning, and only whole ones", () => {
  const text = 'a {"type": "function", "x": "}\\"{"} b {"type": "function" c {"type": "function", "y": [1]}';
  const found = findJsonObjects(text, /\{"type": "function"/);
  expect(found).toContainEqual({ type: "function", x: '}"{' });
});

describe("tokens", () => {
  test("join to the very text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
        expect(splitTokens(text).join("")).toBe(text);
      }),
    );
  });

  test("the documented prompt counts seven with the begin token", () => {
    expect(countTokens("How is the rainbow formed?") + 1).toBe(7);
  });

  test("a special token is one", () => {
    expect(splitTokens("<|im_start|>user<｜Assistant｜>")).toEqual([
      "<|im_start|>",
      "user",
      "<｜Assistant｜>",
    ]);
  });

  test("a huge text is estimated from its length", () => {
    expect(countTokens("a".repeat(10_000_000))).toBeGreaterThan(2_000_000);
  });
});
