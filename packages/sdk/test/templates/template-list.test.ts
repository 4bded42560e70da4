import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findTemplate, resolveTemplate, templateNames } from "../../src/templates/template-list.ts";
import { requestOf, user } from "./talk.ts";

test("the built-in templates", () => {
  expect(templateNames).toEqual([
    "llama3",
    "llama3.1",
    "qwen2",
    "qwen2.5",
    "qwen3",
    "deepseek_r1",
    "mistral",
    "mistral-nemo",
    "chatml",
  ]);
});

test.each(templateNames)("%s is found by its name", (name) => {
  expect(findTemplate(name)?.name).toBe(name);
  expect(resolveTemplate(name)).toBe(findTemplate(name));
  expect(resolveTemplate(` ${name}\n`)).toBe(findTemplate(name));
});

test("no other name is found", () => {
  expect(findTemplate("llama4")).toBeUndefined();
});

test.each(["{{ messages[0].content }}!", "{% for m in messages %}{{ m.content }}!{% endfor %}"])(
  "Jinja text: %s",
  (text) => {
    const template = resolveTemplate(text);
    expect(template.render(requestOf([user("hi")]), { addBosToken: true }).prompt).toBe("hi!");
  },
);

test("a path", () => {
  const folder = mkdtempSync(join(tmpdir(), "templates-"));
  const path = join(folder, "chat_template.jinja");
  writeFileSync(path, "{{ messages[0].content }}?");
  const template = resolveTemplate(path);
  rmSync(folder, { recursive: true });
  expect(template.name).toBe(path);
  expect(template.render(requestOf([user("hi")]), { addBosToken: true }).prompt).toBe("hi?");
});

describe("a value that is nothing", () => {
  test.each([
    ["llama-3.1", "llama3.1"],
    ["llama3_1", "llama3.1"],
    ["deepseek-r1", "deepseek_r1"],
    ["DeepSeek_R1", "deepseek_r1"],
    ["quen3", "qwen3"],
    ["qwen25", "qwen2.5"],
    ["mistral_nemo", "mistral-nemo"],
    ["chatml2", "chatml"],
  ])("%s suggests %s", (value, name) => {
    expect(() => resolveTemplate(value)).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        param: "chat_template",
        message: expect.stringMatching(
          new RegExp(`\\(${templateNames.join(", ")}\\).*Did you mean "${name}"\\?$`),
        ),
      }),
    );
  });

  test.each(["", "gpt", "something else entirely"])("%j suggests nothing", (value) => {
    expect(() => resolveTemplate(value)).toThrow(/no Jinja text\.$/);
  });

  test.each(["missing.jinja", "./missing", "models/x/tokenizer_config.json"])(
    "%s is a path without a file",
    (value) => {
      expect(() => resolveTemplate(value)).toThrow("there is no such file");
    },
  );
});
