import { describe, expect, test } from "vitest";
import { toTurn } from "../src/prompt/prompt.ts";
import type { Prompt, Tool, ToolChoice } from "../src/prompt/prompt.ts";
import { composeAnswer } from "../src/text/small-model.ts";

function toPrompt(question: string, rest: Partial<Prompt> = {}): Prompt {
  return {
    turns: [toTurn("user", question)],
    tools: [],
    toolChoice: { type: "auto" },
    text: question,
    thinks: false,
    opensThinking: false,
    dialect: "plain",
    ...rest,
  };
}

function toTool(name: string, parameters: unknown = { type: "object", properties: {} }): Tool {
  return { name, description: "", parameters };
}

const names = (question: string, tools: readonly string[], toolChoice?: ToolChoice): string[] =>
  composeAnswer(
    toPrompt(question, { tools: tools.map((name) => toTool(name)), ...(toolChoice && { toolChoice }) }),
  ).calls.map((call) => call.name);

describe("text", () => {
  test("is the same for the same prompt and differs for another", () => {
    const questions = Array.from({ length: 30 }, (_, index) => `Tell me about item ${index}`);
    const answers = questions.map((question) => composeAnswer(toPrompt(question)).text);
    expect(answers).toEqual(questions.map((question) => composeAnswer(toPrompt(question)).text));
    expect(new Set(answers).size).toBe(questions.length);
  });

  test("quotes the question, the instructions and the turn", () => {
    const turns = [
      toTurn("system", "You are a pirate."),
      toTurn("user", "Who are you?"),
      toTurn("assistant", "A pirate."),
      toTurn("user", "Where is the treasure?"),
    ];
    const { text } = composeAnswer(toPrompt("Where is the treasure?", { turns }));
    for (const part of ['"Where is the treasure?"', '"You are a pirate."', "turn 2"])
      expect(text).toContain(part);
  });

  test("is as long as the user asks", () => {
    const words = (question: string): number => composeAnswer(toPrompt(question)).text.split(" ").length;
    expect(words("Tell me of the sea in 500 words")).toBeGreaterThanOrEqual(500);
    expect(words("Tell me of the sea in 999999 words")).toBeLessThan(25_000);
    expect(words("Tell me of the sea")).toBeLessThan(100);
  });

  test("says what it was shown", () => {
    const turns = [toTurn("user", "What is it?", { images: [{ format: "png", bytes: 68 }] })];
    expect(composeAnswer(toPrompt("What is it?", { turns })).text).toContain(
      "I can see an image: a png of 68 bytes.",
    );
  });

  test("thinks first where the model does", () => {
    expect(composeAnswer(toPrompt("hi")).reasoning).toBe("");
    expect(composeAnswer(toPrompt("hi", { thinks: true })).reasoning).toContain('"hi"');
  });
});

describe("tools are called when they are asked for", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["What's the weather in Paris?", ["get_weather"], ["get_weather"]],
    ["Please use get_weather now", ["get_weather", "get_time"], ["get_weather"]],
    ["Is it getWeather that you need?", ["getWeather"], ["getWeather"]],
    ["Which files are here?", ["list_file", "read_mail"], ["list_file"]],
    ["weather and time in Rome?", ["get_time", "get_weather"], ["get_weather", "get_time"]],
    ["the weather forecast", ["get_weather", "get_weather_forecast"], ["get_weather_forecast"]],
    ["search for cats", ["search"], ["search"]],
    ["Tell me a joke", ["get_weather"], []],
    ["How do overweather boats float?", ["get_weather"], []],
    ["Hello", [], []],
  ])("%s", (question, tools, expected) => {
    expect(names(question, tools)).toEqual(expected);
  });

  test.each<[string, ToolChoice, readonly string[]]>([
    ["weather?", { type: "none" }, []],
    ["a joke", { type: "required" }, ["get_weather"]],
    ["the time?", { type: "required" }, ["get_time"]],
    ["weather?", { type: "tool", name: "get_time" }, ["get_time"]],
  ])("%s with %j", (question, choice, expected) => {
    expect(names(question, ["get_weather", "get_time"], choice)).toEqual(expected);
  });

  test("but not again when one has answered", () => {
    const turns = [
      toTurn("user", "weather?"),
      toTurn("assistant", "", { calls: ["get_weather"] }),
      toTurn("tool", "18C"),
    ];
    const answer = composeAnswer(toPrompt("weather?", { turns, tools: [toTool("get_weather")] }));
    expect(answer.calls).toEqual([]);
    expect(answer.text).toContain('The tool returned "18C".');
  });

  const object = (properties: Record<string, unknown>, required = Object.keys(properties)): unknown => ({
    type: "object",
    properties,
    required,
  });

  test.each<[string, unknown, unknown]>([
    ["weather in Tokyo?", object({ location: { type: "string" } }), { location: "Tokyo" }],
    ["weather in New York today?", object({ city: { type: "string" } }), { city: "New York" }],
    [
      "weather in Oslo in celsius",
      object({ unit: { enum: ["fahrenheit", "celsius"] } }),
      { unit: "celsius" },
    ],
    ["weather for the next 5 days", object({ days: { type: "integer", maximum: 7 } }), { days: 5 }],
    ["weather of 3 places", object({ query: { type: "string" } }), { query: "weather of 3 places" }],
    ["weather", object({ a: { type: "string" }, b: { const: 3 } }, ["b"]), { b: 3 }],
    ["weather", {}, {}],
    ["weather", undefined, {}],
  ])("%s fills %j", (question, parameters, expected) => {
    const { calls } = composeAnswer(toPrompt(question, { tools: [toTool("get_weather", parameters)] }));
    expect(JSON.parse(calls[0]?.arguments ?? "")).toEqual(expected);
  });

  test("a schema that nothing fits still gets a call", () => {
    const { calls } = composeAnswer(toPrompt("weather", { tools: [toTool("get_weather", { not: {} })] }));
    expect(calls).toEqual([{ name: "get_weather", arguments: "{}" }]);
  });
});
