import { mistralGrammar, plainGrammar } from "../../../src/grammars/specs.ts";
import type { Row } from "./row.ts";

const paris = ["get_weather", '{"city": "Paris"}'] as const;
const spec = mistralGrammar;
const long = `{"text": "${"a".repeat(2100)}"}`;

export const mistralRows: readonly Row[] = [
  {
    title: "a list",
    spec,
    input: '[TOOL_CALLS] [{"name": "get_weather", "arguments": {"city": "Paris"}}]</s>',
    calls: [paris],
  },
  {
    title: "a list with ids",
    spec,
    input: '[TOOL_CALLS][{"name": "get_weather", "arguments": {"city": "Paris"}, "id": "VvvODy9mT"}]',
    calls: [[...paris, "VvvODy9mT"]],
  },
  {
    title: "a list with ids that come first",
    spec,
    input: '[TOOL_CALLS][{"id": "VvvODy9mT", "name": "get_weather", "arguments": {"city": "Paris"}}]',
    calls: [[...paris, "VvvODy9mT"]],
  },
  {
    title: "a list of two",
    spec,
    input:
      '[TOOL_CALLS] [{"name": "get_weather", "arguments": {"city": "Paris"}}, {"name": "get_time", "arguments": {}}]',
    calls: [paris, ["get_time", "{}"]],
  },
  {
    title: "a list without a comma, and then text",
    spec,
    input: '[TOOL_CALLS] [{"name": "get_weather", "arguments": {"city": "Paris"}} {"name": "get_time"}], so',
    calls: [paris, ["get_time", "{}"]],
    text: ", so",
  },
  {
    title: "the same twice with other ids",
    spec,
    input:
      '[TOOL_CALLS][{"name": "roll", "arguments": {}, "id": "aaaaaaaaa"}, {"name": "roll", "arguments": {}, "id": "bbbbbbbbb"}]',
    calls: [
      ["roll", "{}", "aaaaaaaaa"],
      ["roll", "{}", "bbbbbbbbb"],
    ],
  },
  {
    title: "other calls with the same id",
    spec,
    input:
      '[TOOL_CALLS][{"name": "roll", "arguments": {"n": 1}, "id": "aaaaaaaaa"}, {"name": "roll", "arguments": {"n": 2}, "id": "aaaaaaaaa"}]',
    calls: [
      ["roll", '{"n": 1}', "aaaaaaaaa"],
      ["roll", '{"n": 2}', "made-0"],
    ],
  },
  {
    title: "long arguments do not wait for an id",
    spec,
    input: `[TOOL_CALLS][{"name": "save", "arguments": ${long}, "id": "VvvODy9mT"}]`,
    calls: [["save", long, "made-0"]],
  },
  {
    title: "an object without a list",
    spec,
    input: '[TOOL_CALLS]{"name": "get_weather", "arguments": {"city": "Paris"}}',
    calls: [paris],
  },
  {
    title: "a list behind text",
    spec,
    input: 'I look.\n[TOOL_CALLS] [{"name": "get_weather", "arguments": {"city": "Paris"}}]',
    text: "I look.",
    calls: [paris],
  },
  {
    title: "a list, cut",
    spec,
    input: '[TOOL_CALLS] [{"name": "get_weather", "arguments": {"city": "Pa',
    calls: [["get_weather", '{"city": "Pa']],
  },
  {
    title: "a list, not closed",
    spec,
    input: '[TOOL_CALLS] [{"name": "get_weather", "arguments": {"city": "Paris"}}',
    calls: [paris],
  },
  {
    title: "a name and arguments",
    spec,
    input: '[TOOL_CALLS]get_weather[ARGS]{"city": "Paris"}</s>',
    calls: [paris],
  },
  {
    title: "a name, an id and arguments",
    spec,
    input: '[TOOL_CALLS]get_weather[CALL_ID]VvvODy9mT[ARGS]{"city": "Paris"}',
    calls: [[...paris, "VvvODy9mT"]],
  },
  { title: "a name and an object", spec, input: '[TOOL_CALLS]get_weather{"city": "Paris"}', calls: [paris] },
  {
    title: "spaces between",
    spec,
    input: '[TOOL_CALLS] get_weather [ARGS] {"city": "Paris"} ',
    calls: [paris],
  },
  {
    title: "names, repeated",
    spec,
    input: '[TOOL_CALLS]get_weather[ARGS]{"city": "Paris"}[TOOL_CALLS]get_time[ARGS]{}',
    calls: [paris, ["get_time", "{}"]],
  },
  {
    title: "a name and arguments, cut",
    spec,
    input: '[TOOL_CALLS]get_weather[ARGS]{"city": "Pa',
    calls: [["get_weather", '{"city": "Pa']],
  },
  {
    title: "plain",
    spec: plainGrammar,
    input: '[TOOL_CALLS][{"name": "get_weather", "arguments": {"city": "Paris"}}]',
    calls: [paris],
  },
  {
    title: "prose is text",
    spec,
    input: "The [TOOL_CALLS] token, [ARGS] and [1].",
    text: "The [TOOL_CALLS] token, [ARGS] and [1].",
    quotesMarkers: true,
  },
  {
    title: "a list of something else is text",
    spec,
    input: "[TOOL_CALLS] [1, 2]",
    text: "[TOOL_CALLS] [1, 2]",
    quotesMarkers: true,
  },
  {
    title: "cut before the name is text",
    spec,
    input: '[TOOL_CALLS] [{"na',
    text: '[TOOL_CALLS] [{"na',
    quotesMarkers: true,
  },
];
