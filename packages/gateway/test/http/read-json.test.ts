import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findJsonFault } from "../../src/http/json-fault.ts";
import { readJson } from "../../src/http/read-json.ts";

describe("leniency: what people paste out of documentation", () => {
  const asPrinted = `{
"model": "DeepSeek-R1-Distill-Llama-70B", # 👈 the model_name in config
"messages": [
{
"role": "user",
"content": "what llm are you"
}
],
}`;

  test("a comment and a trailing comma are read, and said", () => {
    const { body, warnings } = readJson(asPrinted);
    expect(body).toEqual({
      model: "DeepSeek-R1-Distill-Llama-70B",
      messages: [{ role: "user", content: "what llm are you" }],
    });
    expect(warnings).toEqual([expect.stringContaining("leniently")]);
  });

  test.each([
    ['{"a": "# no comment, ,] }", }', { a: "# no comment, ,] }" }],
    ['{"a": [1, 2, ], } # end', { a: [1, 2] }],
    ['# first\n{"a": "\\"#"}', { a: '"#' }],
    ['{"a": [1, # one\n 2, # two\n]}', { a: [1, 2] }],
  ])("%s", (text, body) => {
    expect(readJson(text)).toEqual({ body, warnings: [expect.any(String)] });
  });

  test("strict JSON brings no warning", () => {
    expect(readJson('{"a": "x,]"}')).toEqual({ body: { a: "x,]" }, warnings: [] });
  });

  test("beyond 64 KiB it is strict", () => {
    expect(() => readJson(`{"a": "${"x".repeat(65536)}",}`)).toThrow(/column 65546/);
  });
});

describe("faults are found", () => {
  test.each([
    ["", /empty/],
    ["[]", /must be a JSON object/],
    ["5", /must be a JSON object/],
    ['{"a": }', /a value is expected at line 1, column 7/],
    ['{"a": 1\n "b": 2}', /"," or "}" is expected at line 2, column 2/],
    ['{\n  "a": tru\n}', /a value is expected at line 2, column 8/],
    ["{'a': 1}", /a key in double quotes is expected at line 1, column 2/],
    ['{"a" 1}', /":" is expected at line 1, column 6/],
    ['{"a": "x', /a string is not closed at line 1, column 7/],
    ['{"a": "x\ny"}', /closed on its line .* at line 1, column 9/],
    ['{"a": "\\q"}', /backslash .* at line 1, column 8/],
    ['{"a": 01}', /a value is expected at line 1, column 7/],
    ['{"a": 1', /"," or "}" is expected at line 1, column 8/],
    ['{"a": [1, 2}', /"," or "]" is expected at line 1, column 12/],
    ['{"a": 1} x', /unexpected text after the end at line 1, column 10/],
    ["[".repeat(100_000), /nesting too deep/],
  ])("%s", (text, message) => {
    expect(() => readJson(text)).toThrow(
      expect.objectContaining({ code: "invalid_request", message: expect.stringMatching(message) }),
    );
  });

  test("the walk and JSON.parse agree on what is JSON", () => {
    const broken = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "}", '"', "1", "\\", " "))
      .map(
        ([json, at, insert]) =>
          json.slice(0, at % (json.length + 1)) + insert + json.slice((at % (json.length + 1)) + 1),
      );
    fc.assert(
      fc.property(broken, (text) => {
        const parses = attempt(() => JSON.parse(text));
        const { message } = findJsonFault(text);
        expect(message === "unexpected text after the end" && reachesEnd(text)).toBe(parses);
      }),
      { numRuns: 2000 },
    );
  });

  function attempt(run: () => unknown): boolean {
    try {
      run();
      return true;
    } catch {
      return false;
    }
  }

  /** The walk reports a sound text as ending at its end. */
  function reachesEnd(text: string): boolean {
    const { line, column } = findJsonFault(text);
    const lines = text.split("\n");
    return line === lines.length && column === (lines.at(-1)?.length ?? 0) + 1;
  }
});
