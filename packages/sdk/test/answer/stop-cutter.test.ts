import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createStopCutter } from "../../src/answer/stop-cutter.ts";
import type { GrammarEvent } from "../../src/core/grammar.ts";

function cut(pieces: readonly string[], stop: readonly string[]): { text: string; stopped: boolean } {
  const cutter = createStopCutter(stop);
  const events = [
    ...pieces.flatMap((text) => cutter.push(text === "" ? [] : [{ type: "text-delta", text }])),
    ...cutter.end(),
  ];
  return {
    text: events.map((event) => (event.type === "text-delta" ? event.text : "")).join(""),
    stopped: cutter.stopped(),
  };
}

describe("the stop cutter", () => {
  test.each([
    ["one two STOP three", ["STOP"], "one two ", true],
    ["no stop here", ["STOP"], "no stop here", false],
    ["ends in ST", ["STOP"], "ends in ST", false],
    ["aab", ["ab"], "a", true],
    ["first of several: b a", ["a ", "b"], "first of several: ", true],
    ["STOP at once", ["STOP"], "", true],
    ["the shorter ends first: abc", ["abc", "b"], "the shorter ends first: a", true],
    ["\n\nempty line", ["\n\n"], "", true],
  ])("%j cut at %j is %j", (text, stop, expected, stopped) => {
    expect(cut([text], stop)).toEqual({ text: expected, stopped });
    expect(cut([...text], stop)).toEqual({ text: expected, stopped });
  });

  test("any cuts of the text give the same answer", () => {
    const letter = fc.constantFrom("a", "b", "c");
    const word = fc.array(letter, { minLength: 1, maxLength: 4 }).map((letters) => letters.join(""));
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 12 }),
        fc.array(word, { minLength: 1, maxLength: 3 }),
        (pieces, stop) => {
          const whole = pieces.join("");
          const expected = cut([whole], stop);
          expect(cut(pieces, stop)).toEqual(expected);
          expect(cut([...whole], stop)).toEqual(expected);
          expect(expected.stopped).toBe(stop.some((sequence) => whole.includes(sequence)));
          if (!expected.stopped) expect(expected.text).toBe(whole);
          for (const sequence of stop) expect(expected.text).not.toContain(sequence);
        },
      ),
    );
  });

  test("thinking and calls pass by, and nothing comes after the cut", () => {
    const cutter = createStopCutter(["X"]);
    const before: GrammarEvent[] = [
      { type: "reasoning-delta", text: "an X in thinking" },
      { type: "tool-call-start", index: 0, id: "1", name: "f" },
      { type: "tool-call-delta", index: 0, arguments: '{"X":1}' },
      { type: "tool-call-end", index: 0 },
    ];
    expect(cutter.push(before)).toEqual(before);
    expect(cutter.push([{ type: "text-delta", text: "aXb" }])).toEqual([{ type: "text-delta", text: "a" }]);
    expect(cutter.push([{ type: "text-delta", text: "c" }, ...before])).toEqual([]);
    expect(cutter.end()).toEqual([]);
  });

  test("text that was held comes out before a call", () => {
    const cutter = createStopCutter(["STOP"]);
    expect(cutter.push([{ type: "text-delta", text: "aST" }])).toEqual([{ type: "text-delta", text: "a" }]);
    const start: GrammarEvent = { type: "tool-call-start", index: 0, id: "1", name: "f" };
    expect(cutter.push([start])).toEqual([{ type: "text-delta", text: "ST" }, start]);
  });
});
