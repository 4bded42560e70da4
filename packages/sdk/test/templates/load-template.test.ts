import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadTemplate } from "../../src/templates/load-template.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "templates-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const tokens = { bos_token: "<s>", eos_token: { __type: "AddedToken", content: "</s>" } };

describe("a file", () => {
  test("tokenizer_config.json with one template and tokens of both kinds", () => {
    const path = put("tokenizer_config.json", { chat_template: "T", ...tokens });
    expect(loadTemplate(path)).toEqual({
      name: path,
      texts: new Map([["default", "T"]]),
      bosToken: "<s>",
      eosToken: "</s>",
    });
  });

  test("tokenizer_config.json with named templates and no tokens", () => {
    const named = [
      { name: "default", template: "D" },
      { name: "tool_use", template: "T" },
    ];
    const source = loadTemplate(put("tokenizer_config.json", { chat_template: named, bos_token: null }));
    expect(source.texts).toEqual(
      new Map([
        ["default", "D"],
        ["tool_use", "T"],
      ]),
    );
    expect([source.bosToken, source.eosToken]).toEqual(["", ""]);
  });

  test.each(["chat_template.jinja", "my-template.j2", "template.txt"])("%s is Jinja text", (name) => {
    expect(loadTemplate(put(name, "{{ x }}")).texts).toEqual(new Map([["default", "{{ x }}"]]));
  });

  test("chat_template.json", () => {
    expect(loadTemplate(put("chat_template.json", { chat_template: "T" })).texts.get("default")).toBe("T");
  });
});

describe("what its neighbours add", () => {
  test.each(["chat_template.jinja", "chat_template.json"])(
    "%s takes its tokens from tokenizer_config.json",
    (name) => {
      put("tokenizer_config.json", { chat_template: "another", ...tokens });
      const source = loadTemplate(put(name, name.endsWith(".json") ? { chat_template: "T" } : "T"));
      expect(source).toMatchObject({ texts: new Map([["default", "T"]]), bosToken: "<s>", eosToken: "</s>" });
    },
  );

  test.each(["chat_template.jinja", "chat_template.json"])(
    "tokenizer_config.json takes its template from %s",
    (name) => {
      put(name, name.endsWith(".json") ? { chat_template: "T" } : "T");
      const source = loadTemplate(put("tokenizer_config.json", tokens));
      expect(source).toMatchObject({ texts: new Map([["default", "T"]]), bosToken: "<s>", eosToken: "</s>" });
    },
  );
});

describe("a fault names the path and what is wrong", () => {
  const rows: readonly (readonly [string, unknown, string])[] = [
    ["tokenizer_config.json", "{ nope", "is not a JSON object"],
    ["tokenizer_config.json", [1], "is not a JSON object"],
    ["tokenizer_config.json", {}, "has no chat_template"],
    ["tokenizer_config.json", { chat_template: [] }, "has no chat_template"],
    ["tokenizer_config.json", { chat_template: 5 }, "neither a text nor a list"],
    ["tokenizer_config.json", { chat_template: [{ name: "x" }] }, "no name and template"],
  ];
  test.each(rows)("%s with %j", (name, content, reason) => {
    const path = put(name, content);
    expect(() => loadTemplate(path)).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        param: "chat_template",
        message: expect.stringContaining(path),
      }),
    );
    expect(() => loadTemplate(path)).toThrow(reason);
  });

  test("no such file", () => {
    const path = join(folder, "missing.jinja");
    expect(() => loadTemplate(path)).toThrow(
      `The chat template ${path} can't be used: there is no such file`,
    );
  });

  test("a folder", () => {
    mkdirSync(join(folder, "model.json"));
    expect(() => loadTemplate(join(folder, "model.json"))).toThrow("EISDIR");
  });

  test("a broken neighbour", () => {
    put("tokenizer_config.json", "{");
    expect(() => loadTemplate(put("chat_template.jinja", "T"))).toThrow(
      join(folder, "tokenizer_config.json"),
    );
  });
});
