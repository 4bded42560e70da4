import { deepseekR1Grammar, plainGrammar } from "../../../src/grammars/specs.ts";
import type { Row } from "./row.ts";

const spec = deepseekR1Grammar;
const paris = ["get_weather", '{"city": "Paris"}'] as const;
const begin = "<｜tool▁calls▁begin｜>";
const end = "<｜tool▁calls▁end｜>";
const fenced =
  '<｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{"city": "Paris"}\n```<｜tool▁call▁end｜>';

export const deepseekRows: readonly Row[] = [
  { title: "one call", spec, input: `${begin}${fenced}${end}<｜end▁of▁sentence｜>`, calls: [paris] },
  {
    title: "after thinking",
    spec,
    options: { startsInReasoning: true },
    input: `I look.\n</think>\n\n${begin}${fenced}${end}`,
    reasoning: "I look.",
    calls: [paris],
  },
  {
    title: "two calls",
    spec,
    input: `${begin}${fenced}\n${fenced.replace("Paris", "Rome")}${end}`,
    calls: [paris, ["get_weather", '{"city": "Rome"}']],
  },
  {
    title: "text before and after",
    spec,
    input: `Wait.\n${begin}${fenced}${end}\nDone.`,
    text: "Wait.\nDone.",
    calls: [paris],
  },
  { title: "without a section", spec, input: fenced, calls: [paris] },
  {
    title: "without a fence",
    spec,
    input: `${begin}<｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n{"city": "Paris"}<｜tool▁call▁end｜>${end}`,
    calls: [paris],
  },
  {
    title: "with a fence of no language",
    spec,
    input: `${begin}<｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n\`\`\`\n{"city": "Paris"}\n\`\`\`\n<｜tool▁call▁end｜>${end}`,
    calls: [paris],
  },
  {
    title: "V3.1",
    spec,
    input: `${begin}<｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{"city": "Paris"}<｜tool▁call▁end｜>${end}`,
    calls: [paris],
  },
  {
    title: "V3.1 with a fence",
    spec,
    input: `${begin}<｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>\n\`\`\`json\n{"city": "Paris"}\n\`\`\`<｜tool▁call▁end｜>${end}`,
    calls: [paris],
  },
  {
    title: "no arguments",
    spec,
    input: `${begin}<｜tool▁call▁begin｜>function<｜tool▁sep｜>get_time<｜tool▁call▁end｜>${end}`,
    calls: [["get_time", "{}"]],
  },
  { title: "not closed", spec, input: fenced.slice(0, fenced.indexOf("\n```<")), calls: [paris] },
  {
    title: "cut in the arguments",
    spec,
    input: `${begin}${fenced.slice(0, fenced.indexOf("is"))}`,
    calls: [["get_weather", '{"city": "Par']],
  },
  {
    title: "a broken string ends at the token",
    spec,
    input: `${begin}${fenced.replace('"}', "}")}${end} So.`,
    text: "So.",
    calls: [["get_weather", '{"city": "Paris}\n```']],
  },
  {
    title: "arguments that are no JSON",
    spec,
    input: `${begin}<｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\nParis<｜tool▁call▁end｜>${end}`,
    calls: [["get_weather", "Paris"]],
  },
  { title: "the section alone", spec, input: `a${begin} b${end}`, text: "a b" },
  { title: "cut in the name", spec, input: `a ${begin}<｜tool▁call▁begin｜>func`, text: "a func" },
  {
    title: "no name",
    spec,
    input: `${begin}<｜tool▁call▁begin｜>function<｜tool▁sep｜>\n<｜tool▁call▁end｜>${end}x`,
    text: "function\nx",
  },
  { title: "plain", spec: plainGrammar, input: `${begin}${fenced}${end}`, calls: [paris] },
];
