/**
 * The native templates against the published ones, to the byte.
 *
 * The fixtures in `fixtures/prompts/` are conversations with the prompts that the models' published chat
 * templates make of them, rendered by Python's Jinja2 set up as transformers does: a sandboxed environment
 * with trim_blocks, lstrip_blocks and loop controls, `tojson` as `json.dumps(ensure_ascii=False)`,
 * `tools` and `documents` null when absent. Before rendering, `developer` became `system`, text parts one
 * text, null content "", and the calls' arguments were parsed where they are JSON (not for DeepSeek R1,
 * whose template takes the text, and null content where there are calls). The chatml rows come from
 * Qwen2.5's template with its default system text taken out. Rows named `random-*` are machine-made; tens of
 * thousands like them were compared when the templates were written.
 */
import { describe, expect, test } from "vitest";
import { findTemplate, templateNames } from "../../src/templates/template-list.ts";
import { type GoldenRow, readGoldenRows, toRequest } from "./golden-rows.ts";

const rows = readGoldenRows();
const beginTokens: Readonly<Record<string, string>> = {
  llama3: "<|begin_of_text|>",
  "llama3.1": "<|begin_of_text|>",
  deepseek_r1: "<｜begin▁of▁sentence｜>",
  mistral: "<s>",
  "mistral-nemo": "<s>",
};

function render(row: GoldenRow, addBosToken: boolean) {
  const template = findTemplate(row.template);
  if (!template) throw new Error(`no template ${row.template}`);
  return template.render(toRequest(row), { addBosToken });
}

test("there are rows for every template with a published original", () => {
  const originals = templateNames.filter((name) => name !== "qwen2");
  for (const name of originals) {
    expect(rows.filter((row) => row.template === name).length, name).toBeGreaterThanOrEqual(30);
  }
});

describe("the published prompt", () => {
  test.each(rows)("$id", (row) => {
    expect(render(row, true).prompt).toBe(row.prompt);
  });
});

describe("without its begin token", () => {
  test.each(rows)("$id", (row) => {
    const beginToken = beginTokens[row.template] ?? "";
    expect(beginToken + render(row, false).prompt).toBe(row.prompt);
  });
});

test("only R1's prompts open the thinking, and only where an answer is asked for", () => {
  for (const row of rows) {
    const asked =
      row.template === "deepseek_r1" && row.chat_template_kwargs?.["add_generation_prompt"] !== false;
    expect(render(row, true).opensReasoning, row.id).toBe(asked);
  }
});

test("a system text may also come as the developer's", () => {
  for (const row of rows) {
    const messages = row.messages.map((message) =>
      message.role === "system" ? { ...message, role: "developer" as const } : message,
    );
    expect(render({ ...row, messages }, true).prompt, row.id).toBe(row.prompt);
  }
});
