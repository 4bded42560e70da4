import { llama3Grammar, plainGrammar, qwen3Grammar, qwenGrammar } from "../../../src/grammars/specs.ts";
import { type Row, weatherTool } from "./row.ts";

const paris = ["get_weather", '{"city": "Paris"}'] as const;

export const hermesRows: readonly Row[] = [
  {
    title: "one call",
    spec: qwenGrammar,
    input: '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>',
    calls: [paris],
  },
  {
    title: "one call, as close as can be",
    spec: qwenGrammar,
    input: '<tool_call>{"name":"get_weather","arguments":{"city":"Paris"}}</tool_call>',
    calls: [["get_weather", '{"city":"Paris"}']],
  },
  {
    title: "after thinking",
    spec: qwen3Grammar,
    input:
      '<think>\nLook.\n</think>\n\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>',
    reasoning: "Look.",
    calls: [paris],
  },
  {
    title: "plain",
    spec: plainGrammar,
    input: 'Hm. <tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>',
    text: "Hm.",
    calls: [paris],
  },
  {
    title: "parameters for arguments",
    spec: qwenGrammar,
    input: '<tool_call>{"name": "get_weather", "parameters": {"city": "Paris"}}</tool_call>',
    calls: [paris],
  },
  {
    title: "arguments before the name",
    spec: qwenGrammar,
    input: '<tool_call>{"arguments": {"city": "Paris"}, "name": "get_weather"}</tool_call>',
    calls: [paris],
  },
  {
    title: "arguments in a string",
    spec: qwenGrammar,
    input: String.raw`<tool_call>{"name": "get_weather", "arguments": "{\"city\": \"Paris\"}"}</tool_call>`,
    calls: [paris],
  },
  {
    title: "arguments in a string before the name",
    spec: qwenGrammar,
    input: String.raw`<tool_call>{"arguments": "{\"city\": \"Paris\"}", "name": "get_weather"}</tool_call>`,
    calls: [paris],
  },
  {
    title: "a string that holds no JSON stays one",
    spec: qwenGrammar,
    input: '<tool_call>{"name": "get_weather", "arguments": "Paris"}</tool_call>',
    calls: [["get_weather", '"Paris"']],
  },
  {
    title: "no arguments",
    spec: qwenGrammar,
    input: '<tool_call>{"name": "get_time"}</tool_call>',
    calls: [["get_time", "{}"]],
  },
  {
    title: "null arguments",
    spec: qwenGrammar,
    input: '<tool_call>{"name": "get_time", "arguments": null}</tool_call>',
    calls: [["get_time", "{}"]],
  },
  {
    title: "arguments that are an empty string",
    spec: qwenGrammar,
    input: '<tool_call>{"name": "get_time", "arguments": ""}</tool_call>',
    calls: [["get_time", "{}"]],
  },
  {
    title: "OpenAI's wrapping",
    spec: qwenGrammar,
    input:
      '<tool_call>{"type": "function", "function": {"name": "get_weather", "arguments": {"city": "Paris"}}}</tool_call>',
    calls: [paris],
  },
  {
    title: "other keys",
    spec: qwenGrammar,
    input:
      '<tool_call>{"thought": {"a": ["}"]}, "name": "get_weather", "n": 1, "arguments": {"city": "Paris"}, "x": null}</tool_call>',
    calls: [paris],
  },
  {
    title: "an id before the name",
    spec: qwenGrammar,
    input: '<tool_call>{"id": "call-7", "name": "get_time", "arguments": {}}</tool_call>',
    calls: [["get_time", "{}", "call-7"]],
  },
  {
    title: "escapes in the name",
    spec: qwenGrammar,
    input: String.raw`<tool_call>{"name": "get\u005ftime", "arguments": {}}</tool_call>`,
    calls: [["get_time", "{}"]],
  },
  {
    title: "two calls",
    spec: qwenGrammar,
    input:
      '<tool_call>\n{"name": "get_time", "arguments": {}}\n</tool_call>\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>',
    calls: [["get_time", "{}"], paris],
  },
  {
    title: "two calls in one pair of tags",
    spec: qwenGrammar,
    input:
      '<tool_call>\n{"name": "get_time", "arguments": {}}\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>',
    calls: [["get_time", "{}"], paris],
  },
  {
    title: "the same call twice is one",
    spec: qwenGrammar,
    input:
      '<tool_call>{"name": "get_weather", "arguments": {"city": "Paris", "days": 2}}</tool_call>\n<tool_call>{"name": "get_weather", "arguments": { "days":2,"city":"Paris" }}</tool_call>',
    calls: [["get_weather", '{"city": "Paris", "days": 2}']],
  },
  {
    title: "ids that a double can't tell apart are two calls",
    spec: qwenGrammar,
    input:
      '<tool_call>{"name": "drop", "arguments": {"id": 12345678901234567890}}</tool_call><tool_call>{"name": "drop", "arguments": {"id": 12345678901234567891}}</tool_call>',
    calls: [
      ["drop", '{"id": 12345678901234567890}'],
      ["drop", '{"id": 12345678901234567891}'],
    ],
  },
  {
    title: "braces, quotes, tags and backslashes in strings",
    spec: qwenGrammar,
    input: String.raw`<tool_call>{"name": "run", "arguments": {"code": "if (a) { b(\"}\\\") } // </tool_call> <think> 🙂"}}</tool_call>`,
    calls: [["run", String.raw`{"code": "if (a) { b(\"}\\\") } // </tool_call> <think> 🙂"}`]],
  },
  {
    title: "nested arguments",
    spec: qwenGrammar,
    input: '<tool_call>{"name": "run", "arguments": {"a": [1, {"b": [[]]}], "c": {"d": null}}}</tool_call>',
    calls: [["run", '{"a": [1, {"b": [[]]}], "c": {"d": null}}']],
  },
  {
    title: "a brace too many",
    spec: qwenGrammar,
    input: '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}}\n</tool_call>',
    calls: [paris],
  },
  {
    title: "a brace too few",
    spec: qwenGrammar,
    input: '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}\n</tool_call>',
    calls: [paris],
  },
  {
    title: "a comma too many",
    spec: qwenGrammar,
    input: '<tool_call>{"name": "get_weather", "arguments": {"city": "Paris"},}</tool_call>',
    calls: [paris],
  },
  {
    title: "broken arguments pass as they came",
    spec: qwenGrammar,
    input: `<tool_call>{"name": "get_weather", "arguments": {'city': 'Paris'}}</tool_call>`,
    calls: [["get_weather", "{'city': 'Paris'}"]],
  },
  {
    title: "a string without an end, closed by a newline and the tag",
    spec: qwenGrammar,
    input: '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Par}\n</tool_call>\nSo.',
    text: "So.",
    calls: [["get_weather", '{"city": "Par}']],
  },
  {
    title: "cut in the arguments",
    spec: qwenGrammar,
    input: '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Pa',
    calls: [["get_weather", '{"city": "Pa']],
  },
  {
    title: "cut in arguments in a string",
    spec: qwenGrammar,
    input: String.raw`<tool_call>{"name": "get_weather", "arguments": "{\"city\": \"Pa`,
    calls: [["get_weather", '{"city": "Pa']],
  },
  {
    title: "cut after the name",
    spec: qwenGrammar,
    input: '<tool_call>\n{"name": "get_weather", "arg',
    calls: [["get_weather", ""]],
  },
  {
    title: "cut after the arguments",
    spec: qwenGrammar,
    input: '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}',
    calls: [paris],
  },
  {
    title: "not closed",
    spec: qwenGrammar,
    input: '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n',
    calls: [paris],
  },
  {
    title: "not closed before another",
    spec: qwenGrammar,
    input:
      '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n<tool_call>{"name": "get_time", "arguments": {}}',
    calls: [paris, ["get_time", "{}"]],
  },
  {
    title: "the XML form",
    spec: qwenGrammar,
    options: weatherTool,
    input:
      "<tool_call>\n<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n<parameter=days>\n2\n</parameter>\n</function>\n</tool_call>",
    calls: [["get_weather", '{"city":"Paris","days":2}']],
  },
  {
    title: "cut before the name is text",
    spec: qwenGrammar,
    input: '<tool_call>\n{"name": "get_w',
    text: '<tool_call>\n{"name": "get_w',
    quotesMarkers: true,
  },
  {
    title: "prose in the tags is text",
    spec: qwenGrammar,
    input: "Write <tool_call> and </tool_call> around it.",
    text: "Write <tool_call> and </tool_call> around it.",
    quotesMarkers: true,
  },
  {
    title: "JSON without a name is text",
    spec: qwenGrammar,
    input: '<tool_call>{"a": 1}</tool_call>',
    text: '<tool_call>{"a": 1}</tool_call>',
    quotesMarkers: true,
  },
  {
    title: "a name that is no string is text",
    spec: qwenGrammar,
    input: '<tool_call>{"name": 5, "arguments": {}}</tool_call>',
    text: '<tool_call>{"name": 5, "arguments": {}}</tool_call>',
    quotesMarkers: true,
  },
  {
    title: "an empty name is text",
    spec: qwenGrammar,
    input: '<tool_call>{"name": "", "arguments": {}}</tool_call>',
    text: '<tool_call>{"name": "", "arguments": {}}</tool_call>',
    quotesMarkers: true,
  },
  {
    title: "the tag alone is text",
    spec: qwenGrammar,
    input: "a <tool_call> ",
    text: "a <tool_call> ",
    quotesMarkers: true,
  },
  {
    title: "a tag that is text, and then a call",
    spec: qwenGrammar,
    input: 'The <tool_call> tag: <tool_call>{"name": "get_time", "arguments": {}}</tool_call>',
    text: "The <tool_call> tag:",
    calls: [["get_time", "{}"]],
    quotesMarkers: true,
  },
  {
    title: "a tag that is text, and then thinking",
    spec: qwen3Grammar,
    input: "<tool_call>\n<think>a</think>b",
    text: "<tool_call>\nb",
    reasoning: "a",
    quotesMarkers: true,
  },
  {
    title: "a call in thinking is thinking",
    spec: qwen3Grammar,
    input: '<think>I write <tool_call>{"name": "x", "arguments": {}}</tool_call>.</think>No.',
    reasoning: 'I write <tool_call>{"name": "x", "arguments": {}}</tool_call>.',
    text: "No.",
    quotesMarkers: true,
  },
  {
    title: "bare JSON that names an offered tool",
    spec: qwenGrammar,
    options: weatherTool,
    input: '{"name": "get_weather", "arguments": {"city": "Paris"}}<|im_end|>',
    calls: [paris],
  },
  {
    title: "bare JSON that names no offered tool is text",
    spec: qwenGrammar,
    options: weatherTool,
    input: '{"name": "Bob", "arguments": {}}',
    text: '{"name": "Bob", "arguments": {}}',
  },
  {
    title: "on a Llama, as Hermes 3 writes it",
    spec: llama3Grammar,
    input: '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>',
    calls: [paris],
  },
  {
    title: "plain: with an end marker behind",
    spec: plainGrammar,
    input: '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>\n<|im_end|>\n',
    calls: [paris],
  },
];
