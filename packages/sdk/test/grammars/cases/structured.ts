import { kimiGrammar, plainGrammar, qwen3Grammar } from "../../../src/grammars/specs.ts";
import type { Row } from "./row.ts";

const spec = plainGrammar;

export const structuredRows: readonly Row[] = [
  {
    title: "one whole call",
    spec,
    input: [{ call: { index: 0, id: "a", name: "f", arguments: '{"x": 1}' } }],
    calls: [["f", '{"x": 1}', "a"]],
  },
  {
    title: "a call in pieces",
    spec: kimiGrammar,
    input: [
      { call: { index: 0, id: "functions.f:0", name: "f" } },
      { call: { index: 0, arguments: '{"x"' } },
      { call: { index: 0, arguments: ": 1}" } },
    ],
    calls: [["f", '{"x": 1}', "functions.f:0"]],
  },
  {
    title: "text, a call, text",
    spec,
    input: [{ text: "A " }, { call: { index: 0, id: "a", name: "f", arguments: "{}" } }, { text: " B" }],
    text: "A B",
    calls: [["f", "{}", "a"]],
  },
  {
    title: "two calls",
    spec,
    input: [
      { call: { index: 0, id: "a", name: "f", arguments: "{}" } },
      { call: { index: 1, id: "b", name: "g", arguments: "{}" } },
    ],
    calls: [
      ["f", "{}", "a"],
      ["g", "{}", "b"],
    ],
  },
  {
    title: "two calls, interleaved",
    spec,
    input: [
      { call: { index: 0, id: "a", name: "f", arguments: '{"x"' } },
      { call: { index: 1, id: "b", name: "g", arguments: '{"y"' } },
      { call: { index: 0, arguments: ":1}" } },
      { call: { index: 1, arguments: ":2}" } },
    ],
    calls: [
      ["f", '{"x":1}', "a"],
      ["g", '{"y":2}', "b"],
    ],
  },
  {
    title: "two calls of one index",
    spec,
    input: [
      { call: { index: 0, id: "a", name: "f", arguments: '{"x":1}' } },
      { call: { index: 0, id: "b", name: "f", arguments: '{"x":2}' } },
    ],
    calls: [
      ["f", '{"x":1}', "a"],
      ["f", '{"x":2}', "b"],
    ],
  },
  {
    title: "the name once more with each piece",
    spec,
    input: [
      { call: { index: 0, id: "a", name: "f", arguments: '{"x"' } },
      { call: { index: 0, id: "a", name: "f", arguments: ":1}" } },
    ],
    calls: [["f", '{"x":1}', "a"]],
  },
  {
    title: "equal calls with ids of their own",
    spec,
    input: [
      { call: { index: 0, id: "a", name: "f", arguments: "{}" } },
      { call: { index: 1, id: "b", name: "f", arguments: "{}" } },
    ],
    calls: [
      ["f", "{}", "a"],
      ["f", "{}", "b"],
    ],
  },
  {
    title: "equal calls without ids",
    spec,
    input: [
      { call: { index: 0, name: "f", arguments: "{}" } },
      { call: { index: 1, name: "f", arguments: "{ }" } },
    ],
    calls: [["f", "{}", "made-0"]],
  },
  {
    title: "no id",
    spec,
    input: [{ call: { index: 4, name: "f", arguments: "{}" } }],
    calls: [["f", "{}", "made-0"]],
  },
  {
    title: "no arguments",
    spec,
    input: [{ call: { index: 0, id: "a", name: "f" } }],
    calls: [["f", "{}", "a"]],
  },
  {
    title: "arguments cut",
    spec,
    input: [{ call: { index: 0, id: "a", name: "f", arguments: '{"x": "' } }],
    calls: [["f", '{"x": "', "a"]],
  },
  {
    title: "the name behind the id and arguments",
    spec,
    input: [
      { call: { index: 0, id: "a", arguments: "{" } },
      { call: { index: 0, name: "f", arguments: "}" } },
    ],
    calls: [["f", "{}", "a"]],
  },
  { title: "no name ever", spec, input: [{ call: { index: 0, id: "a", arguments: "{}" } }] },
  {
    title: "a prefix of the name stays",
    spec: kimiGrammar,
    input: [{ call: { index: 0, id: "functions.f:0", name: "functions.f", arguments: "{}" } }],
    calls: [["functions.f", "{}", "functions.f:0"]],
  },
  {
    title: "markers in arguments are theirs",
    spec: kimiGrammar,
    input: [{ call: { index: 0, id: "a", name: "f", arguments: '{"x": "<think></think><|im_end|>"}' } }],
    calls: [["f", '{"x": "<think></think><|im_end|>"}', "a"]],
  },
  {
    title: "a call beside one in the text",
    spec: qwen3Grammar,
    input: [
      { text: '<tool_call>{"name": "g", "arguments": {}}</tool_call>' },
      { call: { index: 0, id: "a", name: "f", arguments: "{}" } },
    ],
    calls: [
      ["g", "{}"],
      ["f", "{}", "a"],
    ],
  },
];
