import { gptOssGrammar } from "../../../src/grammars/specs.ts";
import { type Row, weatherTool } from "./row.ts";

const spec = gptOssGrammar;
const args = '{"city":"Paris"}';
const paris = ["get_weather", args] as const;

export const harmonyRows: readonly Row[] = [
  {
    title: "thinking and an answer",
    spec,
    input:
      "<|channel|>analysis<|message|>Two and two.<|end|><|start|>assistant<|channel|>final<|message|>Four.<|return|>",
    reasoning: "Two and two.",
    text: "Four.",
  },
  {
    title: "the whole header echoed",
    spec,
    input: "<|start|>assistant<|channel|>final<|message|>Four.<|return|>",
    text: "Four.",
  },
  { title: "no tokens at all", spec, input: "Four.", text: "Four." },
  {
    title: "thinking alone, cut",
    spec,
    input: "<|channel|>analysis<|message|>Two and ",
    reasoning: "Two and",
  },
  {
    title: "a call",
    spec,
    input: `<|channel|>analysis<|message|>I look.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>${args}<|call|>`,
    reasoning: "I look.",
    calls: [paris],
  },
  {
    title: "a call whose recipient stands first",
    spec,
    input: `<|start|>assistant to=functions.get_weather<|channel|>commentary json<|message|>${args}<|call|>`,
    calls: [paris],
  },
  {
    title: "a call in the analysis channel",
    spec,
    input: `<|channel|>analysis to=functions.get_weather <|constrain|>json<|message|>${args}<|call|>`,
    calls: [paris],
  },
  {
    title: "an offered tool without the namespace",
    spec,
    options: weatherTool,
    input: `<|channel|>commentary to=get_weather<|message|>${args}<|call|>`,
    calls: [paris],
  },
  {
    title: "two calls",
    spec,
    input: `<|channel|>commentary to=functions.get_weather<|message|>${args}<|call|><|start|>assistant<|channel|>commentary to=functions.get_time<|message|>{}<|call|>`,
    calls: [paris, ["get_time", "{}"]],
  },
  {
    title: "a call, cut",
    spec,
    input: '<|channel|>commentary to=functions.get_weather<|message|>{"city":"Pa',
    calls: [["get_weather", '{"city":"Pa']],
  },
  {
    title: "a call without arguments",
    spec,
    input: "<|channel|>commentary to=functions.get_time<|message|><|call|>",
    calls: [["get_time", "{}"]],
  },
  {
    title: "whitespace around a call's arguments",
    spec,
    input: `<|channel|>commentary to=functions.get_weather<|message|> ${args}\n<|call|>`,
    calls: [paris],
  },
  {
    title: "a preamble",
    spec,
    input: `<|channel|>commentary<|message|>I look it up.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather<|message|>${args}<|call|>`,
    text: "I look it up.",
    calls: [paris],
  },
  {
    title: "a built-in tool is thinking",
    spec,
    input: "<|channel|>analysis to=python code<|message|>print(1)<|call|>",
    reasoning: "print(1)",
  },
  {
    title: "a built-in tool in the commentary is no content either",
    spec,
    input: "<|channel|>commentary to=browser.search<|message|>weather<|call|>",
    reasoning: "weather",
  },
  {
    title: "the next turn is cut",
    spec,
    input: "<|channel|>final<|message|>Four.<|end|><|start|>user<|message|>And three?<|end|>",
    text: "Four.",
  },
  {
    title: "an invented tool result is cut",
    spec,
    input: `<|channel|>commentary to=functions.get_weather<|message|>${args}<|call|><|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>18<|end|>`,
    calls: [paris],
  },
  { title: "a header, cut", spec, input: "<|channel|>fin" },
  { title: "a message token astray", spec, input: "a<|message|>b<|end|>c", text: "abc" },
  { title: "half a token is text", spec, input: "a <|chan b <|", text: "a <|chan b <|" },
  { title: "end of text", spec, input: "<|channel|>final<|message|>Four.<|endoftext|>x", text: "Four." },
  {
    title: "leaked into a parsed name",
    spec,
    input: [
      { reasoning: "I look." },
      {
        call: {
          index: 1,
          id: "tooluse_x8RLcHCN",
          name: "json<|channel|>commentary",
          arguments: '{"name":"Pizza","price":12}',
        },
      },
    ],
    reasoning: "I look.",
    calls: [["json", '{"name":"Pizza","price":12}', "tooluse_x8RLcHCN"]],
  },
];
