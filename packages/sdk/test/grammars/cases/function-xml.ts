import { kimiGrammar, plainGrammar, qwenGrammar } from "../../../src/grammars/specs.ts";
import { type Row, weatherTool } from "./row.ts";

const spec = kimiGrammar;
const types = {
  toolNames: ["set"],
  toolSchemas: new Map([
    [
      "set",
      {
        type: "object",
        properties: {
          text: { type: "string" },
          count: { type: "integer" },
          ratio: { type: "number" },
          on: { type: "boolean" },
          list: { type: "array", items: {} },
          map: { type: "object" },
          none: { type: "null" },
          maybe: { type: ["string", "null"] },
          either: { anyOf: [{ type: "integer" }, { type: "boolean" }] },
          any: { description: "untyped" },
        },
      },
    ],
  ]),
};

function set(key: string, value: string): string {
  return `<function=set><parameter=${key}>${value}</parameter></function>`;
}

function typed(title: string, [key, value, json]: readonly [key: string, value: string, json: string]): Row {
  return {
    title: `typed: ${title}`,
    spec,
    options: types,
    input: set(key, value),
    calls: [["set", `{"${key}":${json}}`]],
  };
}

export const functionXmlRows: readonly Row[] = [
  {
    title: "leaked on Converse",
    spec,
    input: "<function=read_file><parameter=path>/tmp/FILE1.txt</parameter></function>",
    calls: [["read_file", '{"path":"/tmp/FILE1.txt"}']],
  },
  {
    title: "leaked with half of its wrapping",
    spec,
    input: "I read it. <function=read_file>\n<parameter=path>/tmp/a</parameter>\n</function>\n</tool_call>",
    text: "I read it.",
    calls: [["read_file", '{"path":"/tmp/a"}']],
  },
  {
    title: "leaked in all of its wrapping",
    spec,
    input: "<tool_call><function=read_file><parameter=path>/tmp/a</parameter></function></tool_call>",
    calls: [["read_file", '{"path":"/tmp/a"}']],
  },
  {
    title: "leaked into thinking",
    spec,
    input:
      "<reasoning>I read <function=read_file><parameter=path>/tmp/a</parameter></function> now</reasoning>Well.",
    reasoning: "I read now",
    text: "Well.",
    calls: [["read_file", '{"path":"/tmp/a"}']],
  },
  {
    title: "leaked into thinking that AWS set apart",
    spec,
    input: [{ reasoning: "I read <function=read_file><parameter=path>/tmp/a</parameter></function>" }],
    reasoning: "I read",
    calls: [["read_file", '{"path":"/tmp/a"}']],
  },
  {
    title: "two calls",
    spec,
    input:
      "<function=a><parameter=x>y</parameter></function>\n<function=b><parameter=x>z</parameter></function>",
    calls: [
      ["a", '{"x":"y"}'],
      ["b", '{"x":"z"}'],
    ],
  },
  { title: "no parameters", spec, input: "<function=get_time>\n</function>", calls: [["get_time", "{}"]] },
  { title: "no parameters, not closed", spec, input: "<function=get_time>", calls: [["get_time", "{}"]] },
  {
    title: "no parameters, the wrapping closed",
    spec,
    input: "<function=get_time></tool_call>",
    calls: [["get_time", "{}"]],
  },
  {
    title: "JSON inside",
    spec,
    input: '<function=read_file>{"path": "/tmp/a"}</function> ok',
    calls: [["read_file", '{"path": "/tmp/a"}']],
    text: "ok",
  },
  {
    title: "not closed",
    spec,
    input: "<function=read_file><parameter=path>/tmp/a</parameter>",
    calls: [["read_file", '{"path":"/tmp/a"}']],
  },
  {
    title: "not closed, and text",
    spec,
    input: "Yes <function=read_file><parameter=path>/tmp/a</parameter>\nWell",
    calls: [["read_file", '{"path":"/tmp/a"}']],
    text: "Yes\nWell",
  },
  {
    title: "a parameter not closed at the end",
    spec,
    input: "<function=read_file><parameter=path>/tmp/a",
    calls: [["read_file", '{"path":"/tmp/a"}']],
  },
  {
    title: "a parameter not closed before another",
    spec,
    input: "<function=f><parameter=a>\nx\n<parameter=b>\ny\n</function>",
    calls: [["f", '{"a":"x","b":"y"}']],
  },
  {
    title: "a value cut in a closing tag",
    spec,
    input: "<function=f><parameter=a>x</para",
    calls: [["f", '{"a":"x</para"}']],
  },
  {
    title: "an end marker in an open value",
    spec,
    input: "<function=f><parameter=a>x<|im_end|>y",
    calls: [["f", '{"a":"x"}']],
  },
  {
    title: "tags and quotes in a value",
    spec,
    input: '<function=f><parameter=a><b class="c">\\ <think> &amp;</b></parameter></function>',
    calls: [["f", String.raw`{"a":"<b class=\"c\">\\ <think> &amp;</b>"}`]],
  },
  {
    title: "one newline at each end is layout",
    spec,
    options: types,
    input: set("text", "\n\n a \n\n"),
    calls: [["set", String.raw`{"text":"\n a \n"}`]],
  },
  { title: "an empty value", spec, options: types, input: set("text", ""), calls: [["set", '{"text":""}']] },
  {
    title: "a newline for a value",
    spec,
    options: types,
    input: set("text", "\n"),
    calls: [["set", '{"text":""}']],
  },
  {
    title: "characters beyond the first plane",
    spec,
    options: types,
    input: set("text", "a🙂\nb🙂"),
    calls: [["set", String.raw`{"text":"a🙂\nb🙂"}`]],
  },
  typed("a string of digits", ["text", "007", '"007"']),
  typed("a string that looks like JSON", ["text", '{"a": 1}', String.raw`"{\"a\": 1}"`]),
  typed("an integer", ["count", "\n3\n", "3"]),
  typed("an integer that is none", ["count", "three", '"three"']),
  typed("a number", ["ratio", "0.50", "0.50"]),
  typed("a boolean in Python", ["on", "True", "true"]),
  typed("a boolean", ["on", "false", "false"]),
  typed("an array", ["list", '[1, "a"]', '[1, "a"]']),
  typed("an array in Python", ["list", "[1, 'a', None]", '[1, "a", null]']),
  typed("an object", ["map", '{"a": {}}', '{"a": {}}']),
  typed("null", ["none", "null", "null"]),
  typed("a string or null: null", ["maybe", "null", "null"]),
  typed("a string or null: a string", ["maybe", "12", '"12"']),
  typed("one of two types", ["either", "true", "true"]),
  typed("one of two types, and neither", ["either", "[1]", '"[1]"']),
  typed("no type: a number", ["any", "5", "5"]),
  typed("no type: an object", ["any", '{"a": 1}', '{"a": 1}']),
  typed("no type: a word", ["any", "five", '"five"']),
  typed("no type: Python is a string", ["any", "None", '"None"']),
  typed("no type: a string in quotes", ["any", '"five"', String.raw`"\"five\""`]),
  typed("not in the schema", ["other", "true", "true"]),

  {
    title: "Qwen: an offered tool's",
    spec: qwenGrammar,
    options: weatherTool,
    input: "<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n</function>\n</tool_call>",
    calls: [["get_weather", '{"city":"Paris"}']],
  },
  {
    title: "Qwen: not offered",
    spec: qwenGrammar,
    options: weatherTool,
    input: "<function=x><parameter=a>b</parameter></function>",
    text: "<function=x><parameter=a>b</parameter></function>",
    quotesMarkers: true,
  },
  {
    title: "plain: an offered tool's",
    spec: plainGrammar,
    options: weatherTool,
    input: "<function=get_weather><parameter=days>2</parameter></function>",
    calls: [["get_weather", '{"days":2}']],
  },
  {
    title: "plain: in thinking it is thinking",
    spec: plainGrammar,
    options: weatherTool,
    input: "<think><function=get_weather><parameter=days>2</parameter></function></think>",
    reasoning: "<function=get_weather><parameter=days>2</parameter></function>",
    quotesMarkers: true,
  },
  {
    title: "prose is text",
    spec,
    input: "Write <function=...> or <function=name> to call.",
    text: "Write <function=...> or <function=name> to call.",
    quotesMarkers: true,
  },
  {
    title: "a tag around nothing is text",
    spec,
    input: "Write <function=...></function>.",
    text: "Write <function=...></function>.",
    quotesMarkers: true,
  },
  {
    title: "a name that is too long is text",
    spec,
    input: `<function=${"a".repeat(200)}></function>`,
    text: `<function=${"a".repeat(200)}></function>`,
    quotesMarkers: true,
  },
  {
    title: "the tag, cut",
    spec,
    input: "a <function=read_fi",
    text: "a <function=read_fi",
    quotesMarkers: true,
  },
];
