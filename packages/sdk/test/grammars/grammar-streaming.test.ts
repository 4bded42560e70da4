import { describe, expect, test } from "vitest";
import { createGrammar } from "../../src/grammars/create-grammar.ts";
import type { GrammarSpec } from "../../src/grammars/grammar-spec.ts";
import {
  deepseekR1Grammar,
  gptOssGrammar,
  kimiGrammar,
  llama3Grammar,
  mistralGrammar,
  plainGrammar,
  qwen3Grammar,
  qwenGrammar,
} from "../../src/grammars/specs.ts";
import { weatherTool } from "./cases/row.ts";
import { shred } from "./cut-inputs.ts";
import { type Input, grammarOptions, runGrammar } from "./fold-grammar.ts";

const json = `{"city": "${"lorem ipsum {} ".repeat(30)}", "days": 2}`;
const tools = { ...weatherTool };

/** What has come out of a grammar that has not ended, joined by kind. */
function soFar(spec: GrammarSpec, inputs: readonly Input[], options: object = tools) {
  const grammar = createGrammar(spec, grammarOptions(options));
  const events = inputs.flatMap((input) => {
    if ("text" in input) return grammar.text(input.text);
    return "call" in input ? grammar.call(input.call) : grammar.reasoning(input.reasoning);
  });
  return {
    text: events.flatMap((event) => (event.type === "text-delta" ? event.text : [])).join(""),
    reasoning: events.flatMap((event) => (event.type === "reasoning-delta" ? event.text : [])).join(""),
    starts: events.flatMap((event) => (event.type === "tool-call-start" ? event.name : [])),
    arguments: events.flatMap((event) => (event.type === "tool-call-delta" ? event.arguments : [])).join(""),
    ends: events.filter((event) => event.type === "tool-call-end").length,
  };
}

describe("arguments come out while they come in", () => {
  const syntaxes: readonly (readonly [title: string, GrammarSpec, before: string])[] = [
    ["Hermes", qwenGrammar, '<tool_call>\n{"name": "get_weather", "arguments": '],
    ["Hermes on Qwen3", qwen3Grammar, '<think>a</think>\n<tool_call>\n{"name": "get_weather", "arguments": '],
    ["bare JSON", llama3Grammar, '{"name": "get_weather", "parameters": '],
    ["python tag", llama3Grammar, '<|python_tag|>{"name": "get_weather", "parameters": '],
    ["Meta's function tag", llama3Grammar, "<function=get_weather>"],
    ["Mistral, named", mistralGrammar, "[TOOL_CALLS]get_weather[ARGS]"],
    [
      "DeepSeek",
      deepseekR1Grammar,
      "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n",
    ],
    ["Kimi", kimiGrammar, "<|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>"],
    [
      "Kimi in thinking",
      kimiGrammar,
      "<think><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>",
    ],
    ["Harmony", gptOssGrammar, "<|channel|>commentary to=functions.get_weather<|message|>"],
  ];

  test.each(syntaxes)("%s", (_title, spec, before) => {
    const half = json.slice(0, json.length / 2);
    const out = soFar(spec, shred([{ text: before + half }]));
    expect(out.starts).toEqual(["get_weather"]);
    // Whitespace at the end waits for what follows it.
    expect(out.arguments).toBe(half.trimEnd());
    const rest = soFar(spec, shred([{ text: before + json }]));
    expect(rest.arguments).toBe(json);
  });

  test("a string between tags, typed by the tool's schema", () => {
    const out = soFar(kimiGrammar, shred([{ text: '<function=get_weather><parameter=city>\nSaint "Denis' }]));
    expect(out.arguments).toBe(String.raw`{"city":"Saint \"Denis`);
  });

  test("Mistral's list waits for an id, but not for long", () => {
    const before = '[TOOL_CALLS] [{"name": "save", "arguments": {"text": "';
    expect(soFar(mistralGrammar, shred([{ text: `${before}abc` }])).starts).toEqual([]);
    const long = soFar(mistralGrammar, shred([{ text: before + "a".repeat(3_000) }]));
    expect(long.starts).toEqual(["save"]);
    expect(long.arguments).toHaveLength(3_010);
  });

  test("a call ends with its JSON, whatever closes it", () => {
    expect(soFar(qwenGrammar, [{ text: '<tool_call>{"name": "f", "arguments": {}}' }]).ends).toBe(1);
    expect(
      soFar(kimiGrammar, [{ text: "<|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{}" }]).ends,
    ).toBe(1);
  });

  test("a call that AWS parsed ends when the answer goes on", () => {
    const call: Input = { call: { index: 0, id: "a", name: "f", arguments: "{}" } };
    expect(soFar(plainGrammar, [call]).ends).toBe(0);
    expect(soFar(plainGrammar, [call, { text: "So" }]).ends).toBe(1);
    expect(soFar(plainGrammar, [call, { call: { index: 1, id: "b", name: "g" } }]).ends).toBe(1);
  });
});

describe("a call does not wait", () => {
  test("for one that was cut in the thinking before it", () => {
    const half = '<|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{"a": ';
    const out = soFar(kimiGrammar, [
      { reasoning: half },
      { call: { index: 0, id: "a", name: "g", arguments: "{" } },
    ]);
    expect(out.starts).toEqual(["f", "g"]);
  });

  test("for one that AWS parsed whole", () => {
    const parsed: Input = { call: { index: 0, id: "a", name: "f", arguments: "{}" } };
    const out = soFar(qwenGrammar, [parsed, { text: '<tool_call>{"name": "g", "arguments": {' }]);
    expect(out.starts).toEqual(["f", "g"]);
  });
});

describe("a call that may be an earlier one's twin is held until it differs", () => {
  const first: Input = { call: { index: 0, id: "a", name: "f", arguments: '{"x": 1, "y": 2}' } };

  test("while every member is the same, nothing comes out", () => {
    const twin: Input = { call: { index: 1, name: "f", arguments: '{"y":2, "x":1' } };
    expect(soFar(plainGrammar, [first, twin]).starts).toEqual(["f"]);
  });

  test("at the first member that differs, all comes out and streams on", () => {
    const other: Input = { call: { index: 1, name: "f", arguments: '{"y": 3, "z": "ab' } };
    const out = soFar(plainGrammar, [first, other]);
    expect(out.starts).toEqual(["f", "f"]);
    expect(out.arguments).toBe('{"x": 1, "y": 2}{"y": 3, "z": "ab');
  });

  test("a call of another name or id waits for nothing", () => {
    const named: Input = { call: { index: 1, name: "g", arguments: "{" } };
    const numbered: Input = { call: { index: 1, id: "b", name: "f", arguments: "{" } };
    expect(soFar(plainGrammar, [first, named]).arguments).toBe('{"x": 1, "y": 2}{');
    expect(soFar(plainGrammar, [first, numbered]).arguments).toBe('{"x": 1, "y": 2}{');
  });
});

describe("no more is held back than is needed to decide", () => {
  const cases: readonly (readonly [title: string, GrammarSpec, input: string, out: string])[] = [
    ["plain words", qwenGrammar, "Hello", "Hello"],
    ["whitespace at the end", qwenGrammar, "Hello \n", "Hello"],
    ["whitespace in the middle", qwenGrammar, "Hello \nyou", "Hello \nyou"],
    ["what may begin a marker", qwenGrammar, "Hello <tool_c", "Hello"],
    ["what can't begin a marker", qwenGrammar, "Hello <too_", "Hello <too_"],
    ["a tag that is followed by prose", qwenGrammar, "A <tool_call> is", "A <tool_call> is"],
    ["JSON whose first key is no call's", llama3Grammar, '{"te', '{"te'],
    ["JSON whose first key may be a call's", llama3Grammar, '{"name": "get_', ""],
    ["JSON that names no offered tool", llama3Grammar, '{"name": "Bob"', '{"name": "Bob"'],
    ["JSON of another type", llama3Grammar, '{"type": "object"', '{"type": "object"'],
    ["JSON behind text", llama3Grammar, 'So {"name": "get_', 'So {"name": "get_'],
    ["a list", llama3Grammar, '[{"name": "get_', '[{"name": "get_'],
    ["Python that calls no offered tool", llama3Grammar, "<|python_tag|>print(", "print("],
    ["a trailing marker that is content", mistralGrammar, "a</s> b", "a</s> b"],
  ];

  test.each(cases)("%s", (_title, spec, input, out) => {
    expect(soFar(spec, shred([{ text: input }])).text).toBe(out);
    expect(soFar(spec, [{ text: input }]).text).toBe(out);
  });

  test("without tools, JSON is not held at all", () => {
    expect(soFar(llama3Grammar, [{ text: '{"name": "get_' }], {}).text).toBe('{"name": "get_');
  });

  test("thinking comes out as it comes in", () => {
    const out = soFar(kimiGrammar, shred([{ text: "<reasoning> I see</reasoning><reasoning>: it" }]));
    expect(out.reasoning).toBe("I see: it");
  });
});

describe("bookkeeping", () => {
  test("a call that is not reported uses up no id", () => {
    let made = 0;
    const options = grammarOptions({ createCallId: () => `call-${made++}` });
    const same = '<tool_call>{"name": "f", "arguments": {}}</tool_call>';
    runGrammar(createGrammar(qwenGrammar, options), [
      { text: `${same}${same}${same.replace('"f"', '"g"')}` },
    ]);
    expect(made).toBe(2);
  });

  test("nothing comes out behind the end of the turn", () => {
    expect(soFar(qwenGrammar, [{ text: "a<|im_end|>" }, { text: "b<think>c</think><tool_call>" }]).text).toBe(
      "a",
    );
  });
});
