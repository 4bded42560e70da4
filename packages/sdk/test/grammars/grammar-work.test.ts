import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createGrammar } from "../../src/grammars/create-grammar.ts";
import type { GrammarSpec } from "../../src/grammars/grammar-spec.ts";
import * as specs from "../../src/grammars/specs.ts";
import { weatherTool } from "./cases/row.ts";
import { grammarOptions } from "./fold-grammar.ts";

/** The methods that a grammar looks at text with. */
const looks = ["charCodeAt", "charAt", "startsWith", "endsWith", "indexOf"] as const;

let looked = 0;
const originals = looks.map((look) => [look, String.prototype[look]] as const);

function replaceLook(look: string, method: unknown): void {
  Reflect.set(String.prototype, look, method);
}

beforeEach(() => {
  for (const [look, original] of originals) {
    replaceLook(look, function count(this: string, ...args: unknown[]) {
      looked++;
      return Reflect.apply(original, this, args);
    });
  }
});

afterEach(() => {
  for (const [look, original] of originals) replaceLook(look, original);
});

/** How often a grammar looks at an answer that comes in pieces of one size. */
function work(spec: GrammarSpec, answer: string, size: number): number {
  const grammar = createGrammar(spec, grammarOptions(weatherTool));
  looked = 0;
  for (let at = 0; at < answer.length; at += size) grammar.text(answer.slice(at, at + size));
  grammar.end();
  return looked;
}

/** Answers that tempt a grammar to read what it has read before. */
const answers: Readonly<Record<string, string>> = {
  prose: "The quick brown fox. ",
  "beginnings of markers": "<",
  whitespace: " \n",
  "tags that are text": "<tool_call> ",
  "calls that never get a name": '<tool_call>{"arguments": ',
  "calls in strings of calls": '<tool_call>{"a": "<tool_call>{", "a": ',
  "bare JSON without an end": '{"parameters": ',
  "Python without an end": "<|python_tag|>get_weather(",
  "Kimi's tokens": "<|tool_call_begin|>functions.f:0",
  "parameters without an end": "<function=f><parameter=a>",
  "trailing markers": "</s> ",
  "pairs of tags": "<reasoning>a </reasoning>",
  "headers without an end": "<|channel|>",
};

describe("work grows with the length of the answer, and no faster", () => {
  const cases = Object.entries(specs).flatMap(([name, spec]) =>
    Object.entries(answers).map(([answer, text]) => [name, answer, spec, text] as const),
  );

  test.each(cases)("%s: %s", (_name, _answer, spec, text) => {
    for (const size of [4, Infinity]) {
      const once = work(spec, text.repeat(300), size);
      const twice = work(spec, text.repeat(600), size);
      expect(twice, `in pieces of ${size}`).toBeLessThan(2.5 * once + 100);
    }
  });

  test("a delta without a marker costs a few looks", () => {
    for (const spec of Object.values(specs)) {
      const once = work(spec, "word".repeat(100), 4);
      const twice = work(spec, "word".repeat(200), 4);
      expect((twice - once) / 100).toBeLessThan(12);
    }
  });
});
