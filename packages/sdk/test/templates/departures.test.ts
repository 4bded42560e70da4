/** What the templates do where the published ones raise, forget something, or know no tools. */
import { describe, expect, test } from "vitest";
import { answer, requestOf, result, system, user, weatherTool, write } from "./talk.ts";
import { findTemplate, templateNames } from "../../src/templates/template-list.ts";

const openAiId = "call_9pQ2LmXk7VbN3sTfYw8ZcJdR";
const weatherLine =
  '{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}';

describe("Mistral", () => {
  test("turns need not alternate", () => {
    const talk = [answer("Hi."), user("a"), user("b"), answer("c"), answer("d"), user("e")];
    expect(write("mistral", talk)).toBe(
      "<s> Hi.</s>[INST] a[/INST][INST] b[/INST] c</s> d</s>[INST] e[/INST]",
    );
    expect(write("mistral-nemo", talk)).toBe(
      "<s>Hi.</s>[INST]a[/INST][INST]b[/INST]c</s>d</s>[INST]e[/INST]",
    );
  });

  test("system texts of any place are one", () => {
    const talk = [system("One."), user("a"), answer("b"), system("Two."), user("c"), system("Three.")];
    expect(write("mistral-nemo", talk)).toBe(
      "<s>[INST]a[/INST]b</s>[INST]One.\n\nTwo.\n\nThree.\n\nc[/INST]",
    );
  });

  test.each([
    ["a client's", openAiId],
    ["a short", "1"],
    ["an empty", ""],
    ["an odd", 'call_"x"!'],
  ])("%s call id becomes 9 letters and digits, the same in call and result", (_, id) => {
    const prompt = write("mistral-nemo", [user("?"), answer(null, [id, "{}"]), result(id, "18C")]);
    const [called] = /(?<="id": ")[a-zA-Z0-9]{9}(?="})/.exec(prompt) ?? [];
    const [answered] = /(?<="call_id": ")[a-zA-Z0-9]{9}(?="})/.exec(prompt) ?? [];
    expect(called).toBeDefined();
    expect(answered).toBe(called);
  });

  test("an id of 9 letters and digits stays, different ids stay different", () => {
    const prompt = write("mistral-nemo", [
      user("?"),
      answer(null, ["abcdefgh1", "{}"], ["call_1", "{}"], ["call_10", "{}"]),
    ]);
    const ids = prompt.match(/(?<="id": ")[^"]*/g) ?? [];
    expect(ids[0]).toBe("abcdefgh1");
    expect(new Set(ids).size).toBe(3);
  });
});

describe("Llama 3.1", () => {
  const assistant = "<|start_header_id|>assistant<|end_header_id|>\n\n";

  test("several calls of a turn are written one after the other", () => {
    const talk = [
      user("?"),
      answer("Two:", ["1", '{"a":1}'], ["2", '{"a":2}']),
      result("1", "x"),
      result("2", "y"),
    ];
    expect(write("llama3.1", talk)).toContain(
      `${assistant}{"name": "get_weather", "parameters": {"a": 1}}<|eot_id|>` +
        `${assistant}{"name": "get_weather", "parameters": {"a": 2}}<|eot_id|>` +
        '<|start_header_id|>ipython<|end_header_id|>\n\n"x"<|eot_id|>' +
        '<|start_header_id|>ipython<|end_header_id|>\n\n"y"<|eot_id|>',
    );
  });

  test.each([
    ["no message", []],
    ["a call", [answer(null, ["1", "{}"])]],
    ["a result", [result("1", "x")]],
  ])("tools get a user turn of their own before %s", (_, talk) => {
    const prompt = write("llama3.1", [system("S"), ...talk], { tools: [weatherTool] });
    const [, tools = "", ...rest] = prompt.split("<|eot_id|>");
    expect(tools).toMatch(/^<\|start_header_id\|>user<\|end_header_id\|>\n\nGiven the following functions/);
    expect(tools).toMatch(/"name": "get_weather"[^]*}\n\n$/);
    expect(rest.length).toBe(talk.length + 1);
  });

  test("a date that is no text is refused", () => {
    expect(() => write("llama3.1", [user("?")], { chatTemplateKwargs: { date_string: 5 } })).toThrow(
      expect.objectContaining({ code: "invalid_request", param: "chat_template_kwargs.date_string" }),
    );
  });
});

describe("Llama 3 with tools is Llama 3.1", () => {
  test.each([
    ["offered", [user("?")], { tools: [weatherTool] }],
    ["called", [user("?"), answer(null, ["1", "{}"])], {}],
    ["answered", [user("?"), result("1", "x")], {}],
  ])("%s", (_, talk, more) => {
    expect(write("llama3", talk, more)).toBe(write("llama3.1", talk, more));
  });

  test("without tools it is itself", () => {
    expect(write("llama3", [user("?")])).not.toContain("Cutting Knowledge Date");
  });
});

function block(json: string): string {
  return `<｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n\`\`\`json\n${json}\n\`\`\`<｜tool▁call▁end｜>`;
}

const calls = (...json: readonly string[]) =>
  `<｜tool▁calls▁begin｜>${json.map(block).join("\n")}<｜tool▁calls▁end｜><｜end▁of▁sentence｜>`;
const results = (...texts: readonly string[]) =>
  `<｜tool▁outputs▁begin｜>${texts.map((text) => `<｜tool▁output▁begin｜>${text}<｜tool▁output▁end｜>`).join("\n")}<｜tool▁outputs▁end｜>`;
const opened = "<｜Assistant｜><think>\n";

describe("DeepSeek R1", () => {
  test("offered tools follow the system text, with the syntax of a call", () => {
    const prompt = write("deepseek_r1", [system("S"), user("?")], { tools: [weatherTool] });
    const head = prompt.slice(0, prompt.indexOf("<｜User｜>"));
    expect(head.startsWith("<｜begin▁of▁sentence｜>S\n\n# Tools\n")).toBe(true);
    expect(head).toContain(`\n${weatherLine}\n`);
    expect(head).toContain(
      '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>NAME\n```json\n{"ARGUMENT": VALUE}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    );
    expect(write("deepseek_r1", [user("?")], { tools: [weatherTool] })).toContain(
      "<｜begin▁of▁sentence｜># Tools\n",
    );
  });

  test.each([
    [1, ['{"a":1}']],
    [2, ['{"a":1}', '{ "a": 2.0 }']],
    [3, ["{}", "not json", ""]],
  ])("%i calls are closed once, and a turn is opened after results", (_, json) => {
    const given = json.map((text, index): [string, string] => [`call${index}`, text]);
    const talk = [user("?"), answer(null, ...given), ...given.map(([id]) => result(id, `r-${id}`))];
    const written = json.map((text) => (text === "" ? "{}" : text));
    expect(write("deepseek_r1", talk)).toBe(
      `<｜begin▁of▁sentence｜><｜User｜>?<｜Assistant｜>${calls(...written)}${results(...given.map(([id]) => `r-${id}`))}${opened}`,
    );
  });

  test("text beside calls stays, its thinking goes", () => {
    expect(write("deepseek_r1", [user("?"), answer("<think>x</think>Let me see.", ["1", "{}"])])).toBe(
      `<｜begin▁of▁sentence｜><｜User｜>?<｜Assistant｜>Let me see.${calls("{}")}${opened}`,
    );
  });

  test("every round has its own markers, whatever follows it", () => {
    const talk = [
      user("a"),
      answer("", ["1", "{}"]),
      result("1", "x"),
      answer("", ["2", "{}"]),
      result("2", "y"),
      answer("z"),
      user("b"),
      answer("", ["3", "{}"]),
      result("3", "v"),
      user("c"),
    ];
    expect(write("deepseek_r1", talk)).toBe(
      `<｜begin▁of▁sentence｜><｜User｜>a<｜Assistant｜>${calls("{}")}${results("x")}<｜Assistant｜>${calls("{}")}${results("y")}` +
        `z<｜end▁of▁sentence｜><｜User｜>b<｜Assistant｜>${calls("{}")}${results("v")}<｜User｜>c${opened}`,
    );
  });

  test("of several system texts the last one counts, as in the published template", () => {
    expect(write("deepseek_r1", [system("A"), user("?"), system("B")])).toBe(
      `<｜begin▁of▁sentence｜>B<｜User｜>?${opened}`,
    );
  });
});

describe("ChatML", () => {
  const talk = [
    system("You are a helpful assistant."),
    user("Hello, how are you?"),
    answer("I'm doing well, thank you!"),
    user("What's the weather like?"),
  ];

  test.each(["qwen2", "chatml"])("%s has the system turn that the request has, and no other", (name) => {
    expect(write(name, talk)).toBe(
      "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nHello, how are you?<|im_end|>\n" +
        "<|im_start|>assistant\nI'm doing well, thank you!<|im_end|>\n<|im_start|>user\nWhat's the weather like?<|im_end|>\n" +
        "<|im_start|>assistant\n",
    );
    expect(write(name, talk.slice(1))).not.toContain("system");
  });

  test.each(["qwen2", "chatml", "qwen3"])(
    "%s without a system text has the tools alone in the system turn",
    (name) => {
      const prompt = write(name, [user("?")], { tools: [weatherTool] });
      expect(prompt.startsWith("<|im_start|>system\n# Tools\n\n")).toBe(true);
      expect(prompt).toContain(`<tools>\n${weatherLine}\n</tools>`);
    },
  );
});

describe("every template", () => {
  test.each(templateNames)("%s shows no tools when tool_choice is none", (name) => {
    const plain = write(name, [user("?")]);
    expect(write(name, [user("?")], { tools: [weatherTool], toolChoice: "none" })).toBe(plain);
    expect(write(name, [user("?")], { tools: [weatherTool], toolChoice: "required" })).not.toBe(plain);
  });

  test.each(templateNames)("%s refuses an image and names the route that takes it", (name) => {
    const image = { type: "image", url: "data:image/png;base64,AA==" } as const;
    const messages = [
      system("S"),
      { role: "user", content: [{ type: "text", text: "Look" }, image] } as const,
    ];
    const render = () => findTemplate(name)?.render(requestOf(messages), { addBosToken: true });
    expect(render).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        status: 400,
        param: "messages[1].content",
        message: expect.stringContaining("bedrock/openai/{arn}"),
      }),
    );
  });

  test.each(templateNames)("%s takes a conversation without messages", (name) => {
    expect(typeof write(name, [])).toBe("string");
    expect(typeof write(name, [], { tools: [weatherTool] })).toBe("string");
  });

  test.each(templateNames)("%s names itself when it fails", (name) => {
    let nested: readonly unknown[] = [];
    for (let depth = 0; depth < 100_000; depth += 1) nested = [nested];
    const tool = { name: "deep", parameters: { nested } } as unknown as typeof weatherTool;
    const fail = () => write(name, [user("?")], { tools: [tool] });
    expect(fail).toThrow(
      expect.objectContaining({ code: "invalid_request", message: expect.stringContaining(`"${name}"`) }),
    );
  });
});
