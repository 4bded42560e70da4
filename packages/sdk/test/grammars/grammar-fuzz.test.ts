import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as specs from "../../src/grammars/specs.ts";
import { weatherTool } from "./cases/row.ts";
import { cutInputs, shred, totalLength } from "./cut-inputs.ts";
import { type Input, foldGrammar } from "./fold-grammar.ts";

const spec = fc.constantFrom(...Object.values(specs));

/** Pieces of every syntax, whole and broken, and what may stand between them. */
const pieces = [
  ..."<think> </think> <reasoning> </reasoning> [THINK] [/THINK] <tool_call> </tool_call> [TOOL_CALLS] [ARGS] [CALL_ID]".split(
    " ",
  ),
  ..."<function=get_weather> <function=f> </function> <parameter=city> <parameter=n> </parameter> <|python_tag|>".split(
    " ",
  ),
  ..."<|tool_calls_section_begin|> <|tool_call_begin|> <|tool_call_argument_begin|> <|tool_call_end|>".split(
    " ",
  ),
  ..."<｜tool▁calls▁begin｜> <｜tool▁call▁begin｜> <｜tool▁sep｜> <｜tool▁call▁end｜> <｜tool▁calls▁end｜>".split(
    " ",
  ),
  ..."<|start|> <|channel|> <|message|> <|end|> <|call|> <|return|> <|constrain|> analysis final commentary".split(
    " ",
  ),
  ..."<|im_start|> <|im_end|> <|eot_id|> </s> [INST] <s> <｜Assistant｜> <|im_start|>assistant to=functions.f".split(
    " ",
  ),
  ..."{ } [ ] \" : , ; \\ ( ) = < | ` ' } }} {}".split(" "),
  ...'"name": "get_weather" "arguments": "parameters": "city": "Paris" "id": "type": "function" {"name": null 1'.split(
    " ",
  ),
  '{"name": "get_weather", "arguments": {"city": "Paris"}}',
  '{"city": "Paris"}',
  "functions.get_weather:0",
  "get_weather",
  "get_weather.call(",
  "function",
  "```json\n",
  "```",
  " ",
  "\n",
  "a",
  "word",
  "🙂",
  "ü",
];

const raw = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => parts.join(""));

const input = fc.oneof(
  { weight: 6, arbitrary: raw.map((text): Input => ({ text })) },
  { weight: 2, arbitrary: raw.map((reasoning): Input => ({ reasoning })) },
  {
    weight: 1,
    arbitrary: fc
      .record({
        index: fc.nat(2),
        id: fc.constantFrom("a", "b", "functions.get_weather:0"),
        name: fc.constantFrom("get_weather", "f<|channel|>x"),
        arguments: fc.constantFrom("", "{}", '{"city": "Paris"}', '{"city": "'),
      })
      .map((call): Input => ({ call })),
  },
);

const options = fc.record({
  startsInReasoning: fc.boolean(),
  toolNames: fc.constantFrom<readonly string[]>([], weatherTool.toolNames),
  toolSchemas: fc.constant(weatherTool.toolSchemas),
});

describe("whatever a model writes", () => {
  test("nothing throws, the events keep their contract, and no cut makes a difference", () => {
    const places = fc.array(fc.nat(300), { maxLength: 8 });
    fc.assert(
      fc.property(
        spec,
        fc.array(input, { minLength: 1, maxLength: 4 }),
        options,
        places,
        (one, inputs, given, cuts) => {
          const whole = foldGrammar(one, inputs, given);
          const length = totalLength(inputs);
          expect(
            foldGrammar(
              one,
              cutInputs(
                inputs,
                cuts.map((place) => place % (length + 1)),
              ),
              given,
            ),
          ).toEqual(whole);
          expect(foldGrammar(one, shred(inputs), given)).toEqual(whole);
        },
      ),
      { numRuns: 5_000 },
    );
  });

  test("text without a marker comes out as it went in", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 80 }).filter((each) => !/[<[{]/.test(each));
    fc.assert(
      fc.property(spec, text, options, (one, content, given) => {
        const folded = foldGrammar(one, [{ text: content }], { ...given, startsInReasoning: false });
        expect(folded).toEqual({ text: content, reasoning: "", calls: [] });
      }),
    );
  });

  test("text with what only resembles markers comes out as it went in", () => {
    const near = fc.constantFrom(
      "<",
      "<|",
      "<｜",
      "[",
      "<th",
      "</",
      "<tool",
      "<|im",
      "[TOOL",
      " ",
      "a>",
      "]",
      "|>",
      "{a",
      "\n",
    );
    fc.assert(
      fc.property(spec, fc.array(near, { maxLength: 12 }), options, (one, parts, given) => {
        const content = parts.join("x");
        const folded = foldGrammar(one, [{ text: content }], { ...given, startsInReasoning: false });
        expect(folded).toEqual({ text: content, reasoning: "", calls: [] });
      }),
    );
  });
});
