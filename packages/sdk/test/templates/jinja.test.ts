import { describe, expect, test } from "vitest";
import type { ChatRequest } from "../../src/core/chat.ts";
import { createJinjaTemplate } from "../../src/templates/jinja.ts";
import { answer, requestOf, result, system, user, weatherTool } from "./talk.ts";

function compile(text: string, tokens: { bosToken?: string; eosToken?: string } = {}) {
  return createJinjaTemplate({
    name: "test.jinja",
    texts: new Map([["default", text]]),
    bosToken: "",
    eosToken: "",
    ...tokens,
  });
}

function render(text: string, request: ChatRequest, addBosToken = true): string {
  return compile(text, { bosToken: "<s>", eosToken: "</s>" }).render(request, { addBosToken }).prompt;
}

describe("what a template finds", () => {
  const rows: readonly (readonly [string, string, ChatRequest, string])[] = [
    [
      "roles and texts",
      "{% for m in messages %}{{ m.role }}:{{ m.content }};{% endfor %}",
      requestOf([system("S"), user("U"), answer("A")]),
      "system:S;user:U;assistant:A;",
    ],
    [
      "developer as system",
      "{{ messages[0].role }}",
      requestOf([{ role: "developer", content: "D" }]),
      "system",
    ],
    [
      "text parts as one text",
      "{{ messages[0].content | trim }}",
      requestOf([
        {
          role: "user",
          content: [
            { type: "text", text: " a" },
            { type: "text", text: "b " },
          ],
        },
      ]),
      "ab",
    ],
    [
      "null content as empty text",
      "[{{ messages[0].content | trim }}]",
      requestOf([answer(null, ["1", "{}"])]),
      "[]",
    ],
    [
      "null content where it asks for it",
      "{% if messages[0]['content'] is none %}calls{% endif %}",
      requestOf([answer(null, ["1", "{}"])]),
      "calls",
    ],
    [
      "a text where there is one, though it asks for none",
      "{% if messages[0]['content'] is not none %}{{ messages[0].content }}{% endif %}",
      requestOf([answer("", ["1", "{}"]), user("x")]),
      "",
    ],
    [
      "absent keys as undefined",
      "{{ 'tool_calls' in messages[0] }}{{ messages[0].reasoning_content is defined }}{{ messages[1].name is defined }}",
      requestOf([answer("A"), user("U")]),
      "falsefalsefalse",
    ],
    [
      "reasoning, names and ids",
      "{{ messages[0].reasoning_content }}{{ messages[1].tool_call_id }}{{ messages[2].name }}",
      requestOf([
        { role: "assistant", content: "", toolCalls: [], reasoningContent: "R" },
        result("7", "x"),
        { role: "user", content: "", name: "bob" },
      ]),
      "R7bob",
    ],
    [
      "arguments as an object",
      "{% for c in messages[0].tool_calls %}{{ c.id }}{{ c.type }}{{ c.function.name }}{{ c.function.arguments | tojson }}{% endfor %}",
      requestOf([answer(null, ["1", '{"a":"é"}'])]),
      '1functionget_weather{"a": "é"}',
    ],
    [
      "arguments that are not JSON as they stand",
      "{{ messages[0].tool_calls[0].function.arguments }}",
      requestOf([answer(null, ["1", "oops"])]),
      "oops",
    ],
    [
      "arguments as text where it joins them to text",
      "{% for m in messages %}{% if m.tool_calls %}{{ 'call ' + m.tool_calls[0].function.arguments }}{% endif %}{% endfor %}",
      requestOf([answer(null, ["1", '{"a":1}'])]),
      'call {"a":1}',
    ],
    ["no tools as none", "{{ tools is none }}{{ documents is none }}", requestOf([user("U")]), "truetrue"],
    [
      "no tools when tool_choice is none",
      "{{ tools is none }}",
      requestOf([user("U")], { tools: [weatherTool], toolChoice: "none" }),
      "true",
    ],
    [
      "tools in OpenAI's shape",
      "{{ tools | tojson }}",
      requestOf([user("U")], { tools: [weatherTool] }),
      '[{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}]',
    ],
    ["the tokens", "{{ bos_token }}{{ eos_token }}", requestOf([]), "<s></s>"],
    ["a generation prompt", "{{ add_generation_prompt }}", requestOf([]), "true"],
    [
      "no generation prompt",
      "{{ add_generation_prompt }}",
      requestOf([], { chatTemplateKwargs: { add_generation_prompt: false } }),
      "false",
    ],
    [
      "chat_template_kwargs",
      "{{ enable_thinking }}{{ documents[0] }}",
      requestOf([], { chatTemplateKwargs: { enable_thinking: false, documents: ["D"] } }),
      "falseD",
    ],
    [
      "its own variables whatever the kwargs say",
      "{{ messages | length }}{{ bos_token }}",
      requestOf([user("U")], { chatTemplateKwargs: { messages: [], bos_token: "X" } }),
      "1<s>",
    ],
    ["trimmed blocks", "{% if true %}\n  a\n  {% endif %}\nb", requestOf([]), "  a\nb"],
  ];
  test.each(rows)("%s", (_, text, request, prompt) => {
    expect(render(text, request)).toBe(prompt);
  });

  test("call ids of 9 letters and digits where it raises on others", () => {
    const ids = "{{ messages[0].tool_calls[0].id }} {{ messages[1].tool_call_id }}";
    const talk = requestOf([answer(null, ["call_1", "{}"]), result("call_1", "x")]);
    expect(render(ids, talk)).toBe("call_1 call_1");
    const strict = "{% if messages[1].tool_call_id|length != 9 %}{{ raise_exception('id') }}{% endif %}";
    expect(render(strict + ids, talk)).toMatch(/^([a-zA-Z0-9]{9}) \1$/);
  });

  test("the clock", () => {
    expect(render("{{ strftime_now('%Y') }}", requestOf([]))).toMatch(/^\d{4}$/);
  });
});

describe("the begin token", () => {
  test.each([
    ["read", "{{ bos_token }}hi"],
    ["spelt out", "<s>hi"],
  ])("%s is left out when asked", (_, text) => {
    expect(render(text, requestOf([]), true)).toBe("<s>hi");
    expect(render(text, requestOf([]), false)).toBe("hi");
  });
});

test("thinking is open when the prompt ends with it", () => {
  const options = { addBosToken: true };
  expect(compile("a<think>\n").render(requestOf([]), options).opensReasoning).toBe(true);
  expect(compile("a<think></think>").render(requestOf([]), options).opensReasoning).toBe(false);
});

describe("named templates", () => {
  const choose = (texts: Readonly<Record<string, string>>, tools: ChatRequest["tools"]) =>
    createJinjaTemplate({
      name: "named",
      texts: new Map(Object.entries(texts)),
      bosToken: "",
      eosToken: "",
    }).render(requestOf([], { tools }), { addBosToken: true }).prompt;

  test("tool_use where tools are offered, else default", () => {
    const texts = { rag: "R", default: "D", tool_use: "T" };
    expect(choose(texts, [])).toBe("D");
    expect(choose(texts, [weatherTool])).toBe("T");
    expect(choose({ default: "D" }, [weatherTool])).toBe("D");
    expect(choose({ tool_use: "T" }, [])).toBe("T");
  });

  test("there must be one", () => {
    expect(() => choose({}, [])).toThrow(
      expect.objectContaining({ code: "invalid_request", param: "chat_template" }),
    );
  });
});

describe("errors name the template and what failed", () => {
  test.each(["{% for x in", "{% if %}", "{{ 'open }}"])("text that is not Jinja: %s", (text) => {
    expect(() => compile(text)).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        param: "chat_template",
        message: expect.stringMatching(
          /^The chat template test\.jinja can't be used: its text is not valid Jinja \(.+\)$/,
        ),
      }),
    );
  });

  test.each([
    ["{{ raise_exception('roles must alternate') }}", "roles must alternate"],
    ["{{ unknown_function(1) }}", "not a function"],
  ])("a conversation that it refuses: %s", (text, reason) => {
    expect(() => render(text, requestOf([user("U")]))).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        message: expect.stringMatching(
          new RegExp(`^The chat template test\\.jinja can't write this conversation: .*${reason}`),
        ),
      }),
    );
  });

  test("an image is refused before rendering", () => {
    const image = { type: "image", url: "data:image/png;base64,AA==" } as const;
    expect(() => render("x", requestOf([{ role: "user", content: [image] }]))).toThrow(
      expect.objectContaining({ param: "messages[0].content" }),
    );
  });
});
