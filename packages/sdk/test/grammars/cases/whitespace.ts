import {
  kimiGrammar,
  llama3Grammar,
  plainGrammar,
  qwen3Grammar,
  qwenGrammar,
} from "../../../src/grammars/specs.ts";
import { type Row, weatherTool } from "./row.ts";

const call = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>';
const paris = ["get_weather", '{"city": "Paris"}'] as const;

export const whitespaceRows: readonly Row[] = [
  { title: "nothing", spec: plainGrammar, input: "" },
  {
    title: "content is kept to the letter",
    spec: llama3Grammar,
    input: " A rainbow\n\n is\tit. \n",
    text: " A rainbow\n\n is\tit. \n",
  },
  { title: "content of whitespace alone", spec: llama3Grammar, input: " \n", text: " \n" },
  {
    title: "whitespace of other scripts is content",
    spec: qwen3Grammar,
    input: "<think>a</think>\u00a0\u3000b",
    reasoning: "a",
    text: "\u00a0\u3000b",
  },
  {
    title: "whitespace after thinking alone is no content",
    spec: qwen3Grammar,
    input: "<think>a</think>\n\n",
    reasoning: "a",
  },
  {
    title: "whitespace at the end of content after thinking",
    spec: qwen3Grammar,
    input: "<think>a</think>\nb \n",
    reasoning: "a",
    text: "b \n",
  },
  {
    title: "whitespace beside a call alone is no content",
    spec: qwenGrammar,
    input: `\n\n${call}\n\n`,
    calls: [paris],
  },
  {
    title: "whitespace before a call is dropped",
    spec: qwenGrammar,
    input: `Let me see.\n\n${call}`,
    text: "Let me see.",
    calls: [paris],
  },
  {
    title: "whitespace after a call stays if text follows",
    spec: qwenGrammar,
    input: `Let me see.\n${call}\nDone.\n`,
    text: "Let me see.\nDone.\n",
    calls: [paris],
  },
  {
    title: "text that only follows a call is trimmed at its start",
    spec: qwenGrammar,
    input: `${call}\nDone.`,
    text: "Done.",
    calls: [paris],
  },
  {
    title: "whitespace between two calls is dropped",
    spec: qwenGrammar,
    input: `${call}\n${call.replace("Paris", "Rome")}\n`,
    calls: [paris, ["get_weather", '{"city": "Rome"}']],
  },
  {
    title: "whitespace before a call that AWS parsed is dropped",
    spec: kimiGrammar,
    input: [
      { text: "Well.\n" },
      { call: { index: 0, id: "a", name: "get_weather", arguments: '{"city": "Paris"}' } },
      { text: "\n" },
    ],
    text: "Well.",
    calls: [[...paris, "a"]],
  },
  {
    title: "whitespace around arguments is no part of them",
    spec: kimiGrammar,
    input: [{ call: { index: 0, id: "a", name: "get_weather", arguments: ' {"city": "Paris"}\n' } }],
    calls: [[...paris, "a"]],
  },
  {
    title: "whitespace before a call in thinking is dropped",
    spec: kimiGrammar,
    input: `<think> I look. <|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{"city": "Paris"}<|tool_call_end|> So. </think>`,
    reasoning: "I look. So.",
    calls: [[...paris, "functions.get_weather:0"]],
  },
  {
    title: "whitespace before bare JSON that is no call stays",
    spec: llama3Grammar,
    options: weatherTool,
    input: '\n {"city": 1}',
    text: '\n {"city": 1}',
  },
];
