import { kimiGrammar, plainGrammar } from "../../../src/grammars/specs.ts";
import type { Row } from "./row.ts";

const spec = kimiGrammar;
const args = '{"city": "Paris"}';
const paris = ["get_weather", args, "functions.get_weather:0"] as const;
const one = `<|tool_call_begin|> functions.get_weather:0 <|tool_call_argument_begin|> ${args} <|tool_call_end|>`;
const section = `<|tool_calls_section_begin|> ${one} <|tool_calls_section_end|>`;

/** Each piece in a pair of its own, as Kimi's stream has it. */
function paired(text: string, length: number): string {
  const pieces = text.match(new RegExp(`.{1,${length}}`, "gs")) ?? [];
  return pieces.map((piece) => `<reasoning>${piece}</reasoning>`).join("");
}

export const kimiRows: readonly Row[] = [
  { title: "a section in content", spec, input: section, calls: [paris] },
  {
    title: "a section, as close as can be",
    spec,
    input: section.replaceAll("> ", ">").replaceAll(" <", "<"),
    calls: [paris],
  },
  {
    title: "a section in thinking",
    spec,
    input: `<reasoning> I look. ${section}</reasoning>`,
    reasoning: "I look.",
    calls: [paris],
  },
  {
    title: "a section in thinking, which goes on",
    spec,
    input: `<think>I look. ${section} Wait.</think>So.`,
    reasoning: "I look. Wait.",
    text: "So.",
    calls: [paris],
  },
  {
    title: "a section in thinking that AWS set apart",
    spec,
    input: [{ reasoning: ` I look. ${section}` }, { text: "So." }],
    reasoning: "I look.",
    text: "So.",
    calls: [paris],
  },
  {
    title: "a section in thinking that is not closed",
    spec,
    input: `<reasoning>I look. ${section}`,
    reasoning: "I look.",
    calls: [paris],
  },
  {
    title: "a section across many pairs of tags",
    spec,
    input: `${paired(`I look. ${section} Wait.`, 7)}So.`,
    reasoning: "I look. Wait.",
    text: "So.",
    calls: [paris],
  },
  {
    title: "a section across pairs of one character",
    spec,
    input: paired(`I look. ${section}`, 1),
    reasoning: "I look.",
    calls: [paris],
  },
  {
    title: "two calls in a section",
    spec,
    input: `<|tool_calls_section_begin|>${one}${one.replace("get_weather:0", "get_time:1").replace(args, "{}")}<|tool_calls_section_end|>`,
    calls: [paris, ["get_time", "{}", "functions.get_time:1"]],
  },
  {
    title: "two sections",
    spec,
    input: `${section}\n${section.replace(":0", ":1").replace("Paris", "Rome")}`,
    calls: [paris, ["get_weather", '{"city": "Rome"}', "functions.get_weather:1"]],
  },
  {
    title: "the same arguments with another index are another call",
    spec,
    input: `${section}${section.replace(":0", ":1")}`,
    calls: [paris, ["get_weather", args, "functions.get_weather:1"]],
  },
  {
    title: "a section of the singular's spelling",
    spec,
    input: section.replaceAll("calls_section", "call_section"),
    calls: [paris],
  },
  { title: "without a section", spec, input: `I look. ${one}`, text: "I look.", calls: [paris] },
  {
    title: "without the section's end",
    spec,
    input: `<|tool_calls_section_begin|>${one} So.`,
    calls: [paris],
    text: "So.",
  },
  { title: "without any end", spec, input: one.replace(" <|tool_call_end|>", ""), calls: [paris] },
  {
    title: "without any end, in thinking, and content",
    spec,
    input: `<think>${one.replace(" <|tool_call_end|>", "")}</think>So.`,
    calls: [paris],
    text: "So.",
  },
  {
    title: "without the arguments' token",
    spec,
    input: `<|tool_call_begin|>functions.get_weather:0${args}<|tool_call_end|>`,
    calls: [paris],
  },
  {
    title: "without arguments",
    spec,
    input: "<|tool_call_begin|>functions.get_time:2<|tool_call_end|>",
    calls: [["get_time", "{}", "functions.get_time:2"]],
  },
  {
    title: "without arguments behind their token",
    spec,
    input: "<|tool_call_begin|>functions.get_time:2<|tool_call_argument_begin|><|tool_call_end|>",
    calls: [["get_time", "{}", "functions.get_time:2"]],
  },
  {
    title: "without arguments, cut",
    spec,
    input: "<|tool_call_begin|>functions.get_time:2",
    calls: [["get_time", "{}", "functions.get_time:2"]],
  },
  {
    title: "without an index",
    spec,
    input: `<|tool_call_begin|>get_weather<|tool_call_argument_begin|>${args}<|tool_call_end|>`,
    calls: [["get_weather", args, "made-0"]],
  },
  {
    title: "without the prefix",
    spec,
    input: `<|tool_call_begin|>get_weather:3<|tool_call_argument_begin|>${args}<|tool_call_end|>`,
    calls: [["get_weather", args, "get_weather:3"]],
  },
  {
    title: "dots and dashes in the name",
    spec,
    input: `<|tool_call_begin|>functions.my-server.get_it:3<|tool_call_argument_begin|>{}<|tool_call_end|>`,
    calls: [["my-server.get_it", "{}", "functions.my-server.get_it:3"]],
  },
  {
    title: "arguments in a string",
    spec,
    input: String.raw`<|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>"{\"a\": 1}"<|tool_call_end|>`,
    calls: [["f", '{"a": 1}', "functions.f:0"]],
  },
  {
    title: "arguments that are no JSON",
    spec,
    input: "<|tool_call_begin|>functions.f:0<|tool_call_argument_begin|> a b <|tool_call_end|>",
    calls: [["f", "a b", "functions.f:0"]],
  },
  {
    title: "arguments whose string does not end",
    spec,
    input:
      '<|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{"a": "b}<|tool_call_end|><|tool_calls_section_end|>c',
    text: "c",
    calls: [["f", '{"a": "b}', "functions.f:0"]],
  },
  {
    title: "arguments without an end before another call",
    spec,
    input: `<|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{"a": 1${one}`,
    calls: [["f", '{"a": 1', "functions.f:0"], paris],
  },
  {
    title: "arguments without an end before the section's",
    spec,
    input: '<|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{"a": 1<|tool_calls_section_end|>b',
    calls: [["f", '{"a": 1', "functions.f:0"]],
    text: "b",
  },
  {
    title: "cut in the arguments",
    spec,
    input: `<think>${one.slice(0, one.indexOf("is"))}`,
    calls: [["get_weather", '{"city": "Par', "functions.get_weather:0"]],
  },
  {
    title: "cut in the section's beginning",
    spec,
    input: "<think>a <|tool_calls_section_begin|>",
    reasoning: "a",
  },
  {
    title: "cut in the name",
    spec,
    input: "<think>a <|tool_calls_section_begin|><|tool_call_begin|>functions.",
    reasoning: "a functions.",
  },
  { title: "tokens astray", spec, input: "a<|tool_call_end|>b<|tool_calls_section_end|>", text: "ab" },
  { title: "an end marker behind", spec, input: `${section}<|im_end|>x`, calls: [paris] },
  { title: "plain: in content", spec: plainGrammar, input: section, calls: [paris] },
  {
    title: "plain: in thinking",
    spec: plainGrammar,
    input: `<think>I look. ${section}</think>So.`,
    reasoning: "I look.",
    text: "So.",
    calls: [paris],
  },

  {
    title: "leaked into thinking, and then parsed",
    spec,
    input: [
      { reasoning: `I look. ${section}` },
      { call: { index: 0, id: "functions.get_weather:0", name: "get_weather" } },
      { call: { index: 0, arguments: '{"city":"Paris"}' } },
    ],
    reasoning: "I look.",
    calls: [paris],
  },
  {
    title: "leaked as XML, and then parsed",
    spec,
    input: [
      { text: "<function=get_weather><parameter=city>Paris</parameter></function>" },
      { call: { index: 0, id: "functions.get_weather:0", name: "get_weather", arguments: args } },
    ],
    calls: [["get_weather", '{"city":"Paris"}', "made-0"]],
  },
  {
    title: "leaked, and then parsed with an id of the server's",
    spec,
    input: [
      { reasoning: section },
      { call: { index: 0, id: "tooluse_x8RLcHCN", name: "get_weather", arguments: args } },
    ],
    calls: [paris],
  },
  {
    title: "leaked, and then parsed with another index",
    spec,
    input: [
      { reasoning: section },
      { call: { index: 0, id: "functions.get_weather:1", name: "get_weather", arguments: args } },
    ],
    calls: [paris, ["get_weather", args, "functions.get_weather:1"]],
  },
  {
    title: "parsed, and then leaked",
    spec,
    input: [
      { call: { index: 0, id: "functions.get_weather:0", name: "get_weather", arguments: args } },
      { text: section },
    ],
    calls: [paris],
  },
  {
    title: "leaked, and then parsed with other arguments, in another order",
    spec,
    input: [
      { reasoning: section },
      { call: { index: 0, id: "a", name: "get_weather", arguments: '{"days": 2, ' } },
      { call: { index: 0, arguments: '"city": "Paris"}' } },
    ],
    calls: [paris, ["get_weather", '{"days": 2, "city": "Paris"}', "a"]],
  },
  {
    title: "leaked, and then parsed with more of the same",
    spec,
    input: [
      { reasoning: section },
      { call: { index: 0, id: "a", name: "get_weather", arguments: '{"city": "Paris", "days": 2}' } },
    ],
    calls: [paris, ["get_weather", '{"city": "Paris", "days": 2}', "a"]],
  },
  {
    title: "leaked and parsed twice over",
    spec,
    input: [
      { reasoning: `${section}${section.replace(":0", ":1").replace("Paris", "Rome")}` },
      { call: { index: 0, id: "functions.get_weather:0", name: "get_weather", arguments: args } },
      {
        call: { index: 1, id: "functions.get_weather:1", name: "get_weather", arguments: '{"city": "Rome"}' },
      },
    ],
    calls: [paris, ["get_weather", '{"city": "Rome"}', "functions.get_weather:1"]],
  },
  {
    title: "leaked by half, and then parsed",
    spec,
    input: [
      { reasoning: one.slice(0, one.indexOf("is")) },
      { call: { index: 0, id: "functions.get_weather:0", name: "get_weather", arguments: args } },
    ],
    calls: [
      ["get_weather", '{"city": "Par', "functions.get_weather:0"],
      ["get_weather", args, "made-0"],
    ],
  },
];
