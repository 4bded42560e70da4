import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GrammarEvent } from "../../src/core/grammar.ts";
import { createGrammar } from "../../src/grammars/create-grammar.ts";
import { plainGrammar } from "../../src/grammars/specs.ts";
import { allRows } from "./cases/all.ts";
import { type Row, inputsOf } from "./cases/row.ts";
import { cutInputs, shred, totalLength } from "./cut-inputs.ts";
import { type Input, foldGrammar, grammarOptions, runGrammar } from "./fold-grammar.ts";

const rows = allRows.map((row) => [row.title, row] as const);

/** What a family writes between its parts, in any of its syntaxes: none of it is ever content. */
const markers =
  /<\|[a-z_]+\|>|<｜[^｜]+｜>|<\/?(?:think|reasoning|tool_call|function|parameter)\b|\[\/?(?:TOOL_CALLS|ARGS|CALL_ID|THINK|INST)\]/;

/** Tokens that no model writes as text. */
const reserved = /<\|[a-z_]+\|>|<｜[^｜]+｜>/;

function fold(row: Row, inputs: readonly Input[]): string {
  return JSON.stringify(foldGrammar(row.spec, inputs, row.options));
}

describe("however an answer is cut, it folds to the same", () => {
  /** Of a long row, whose inner stretches are all alike, not every cut is tried. */
  function placesOf(row: Row): readonly number[] {
    const length = totalLength(inputsOf(row));
    const step = length > 600 ? 37 : 1;
    return Array.from({ length: Math.floor(length / step) }, (_, place) => place * step);
  }

  test.each(rows)("%s", (_title, row) => {
    const inputs = inputsOf(row);
    const whole = fold(row, inputs);
    const wrong = placesOf(row).filter((place) => fold(row, cutInputs(inputs, [place])) !== whole);
    expect(wrong, "places of one cut").toEqual([]);
    expect(fold(row, shred(inputs)), "one character at a time").toBe(whole);
    const padded = inputs.flatMap((input): Input[] => [{ text: "" }, input, { reasoning: "" }]);
    expect(fold(row, padded), "with empty pieces").toBe(whole);
  });

  test("cut in any places", () => {
    const cuts = fc
      .constantFrom(...allRows)
      .chain((row) =>
        fc.tuple(fc.constant(row), fc.array(fc.nat(totalLength(inputsOf(row))), { maxLength: 12 })),
      );
    fc.assert(
      fc.property(cuts, ([row, places]) => {
        expect(fold(row, cutInputs(inputsOf(row), places))).toBe(fold(row, inputsOf(row)));
      }),
      { numRuns: 2_000 },
    );
  });
});

test.each(rows.filter(([, row]) => !row.quotesMarkers))("no marker leaks: %s", (_title, row) => {
  const folded = foldGrammar(row.spec, inputsOf(row), row.options);
  expect(folded.text).not.toMatch(markers);
  expect(folded.reasoning).not.toMatch(markers);
});

describe("no reserved token leaks from an answer that is cut off anywhere", () => {
  const familyRows = rows.filter(([, row]) => !row.quotesMarkers && row.spec !== plainGrammar);

  test.each(familyRows)("%s", (_title, row) => {
    const inputs = inputsOf(row);
    for (let place = 1; place < totalLength(inputs); place++) {
      const [start = { text: "" }] = cutInputs(inputs, [place]);
      const folded = foldGrammar(row.spec, [start], row.options);
      expect(folded.text + folded.reasoning, `cut off at ${place}`).not.toMatch(reserved);
    }
  });
});

const baseRows = rows.filter(([, row]) => !row.spec.hasHarmony);

test.each(baseRows)("the deltas of one push are merged: %s", (_title, row) => {
  const batches = runGrammar(createGrammar(row.spec, grammarOptions(row.options)), inputsOf(row));
  for (const batch of batches) expect(batch.filter(couldMerge)).toEqual([]);
});

/** Whether a delta could have come in one with the event before it. */
function couldMerge(event: GrammarEvent, at: number, events: readonly GrammarEvent[]): boolean {
  const before = events[at - 1];
  return before !== undefined && before.type === event.type && event.type.endsWith("-delta");
}
