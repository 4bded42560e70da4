import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson } from "../../src/core/json.ts";
import { type Cursor, type Reading, createCursor } from "../../src/grammars/cursor.ts";
import { readObject, readString, readValue } from "../../src/grammars/json-reading.ts";

const noStops = { markers: [], areReserved: false };

/** Runs a reading over pieces, to its result and what it left unread. */
function run<Result>(pieces: readonly string[], read: (cursor: Cursor) => Reading<Result>) {
  const cursor = createCursor();
  const reading = read(cursor);
  let step = reading.next();
  for (const piece of pieces) {
    cursor.push(piece);
    if (!step.done) step = reading.next();
  }
  cursor.close();
  if (!step.done) step = reading.next();
  if (!step.done) throw new Error("a reading wants more than there is");
  return { result: step.value, rest: cursor.rest() };
}

function valueOf(pieces: readonly string[], stops: Parameters<typeof readValue>[1] = noStops) {
  let text = "";
  const { result, rest } = run(pieces, (cursor) => readValue(cursor, stops, (piece) => (text += piece)));
  return { isWhole: result, text, rest };
}

describe("the end of a JSON value", () => {
  test("is found in any JSON, in any layout, in any pieces", () => {
    const layouts = fc.constantFrom(undefined, 1, "\t");
    fc.assert(
      fc.property(
        fc.jsonValue(),
        layouts,
        fc.constantFrom(" ", ",", "}", "]", "\n"),
        (value, layout, after) => {
          const json = JSON.stringify(value, undefined, layout);
          const found = { isWhole: true, text: json, rest: `${after}{"more": 1}` };
          expect(valueOf([json + found.rest])).toEqual(found);
          expect(valueOf((json + found.rest).split(""))).toEqual(found);
        },
      ),
    );
  });

  test.each([
    ["cut", '{"a": [1, ', { isWhole: false, text: '{"a": [1, ', rest: "" }],
    ["a string, cut in an escape", '"a\\', { isWhole: false, text: '"a\\', rest: "" }],
    ["an escaped quote", String.raw`"a\"b\\" c`, { isWhole: true, text: String.raw`"a\"b\\"`, rest: " c" }],
    ["nothing", "}", { isWhole: true, text: "", rest: "}" }],
  ])("%s", (_title, json, found) => {
    expect(valueOf([json])).toEqual(found);
    expect(valueOf(json.split(""))).toEqual(found);
  });

  const closing = { markers: ["</tool_call>"], areReserved: false };
  test.each([
    [
      "a stop outside a string",
      '{"a": 1</tool_call>',
      closing,
      { isWhole: false, text: '{"a": 1', rest: "</tool_call>" },
    ],
    [
      "a stop in a string",
      '{"a": "</tool_call>"}',
      closing,
      { isWhole: true, text: '{"a": "</tool_call>"}', rest: "" },
    ],
    [
      "a stop in a string behind a raw newline",
      '{"a": "\n</tool_call>"}',
      closing,
      { isWhole: false, text: '{"a": "\n', rest: '</tool_call>"}' },
    ],
    [
      "a reserved stop in a string",
      '{"a": "</tool_call>"}',
      { ...closing, areReserved: true },
      { isWhole: false, text: '{"a": "', rest: '</tool_call>"}' },
    ],
    ["what only begins a stop", '{"a": </tool', closing, { isWhole: false, text: '{"a": </tool', rest: "" }],
    ["what resembles a stop", '{"a": </toolx}', closing, { isWhole: true, text: '{"a": </toolx}', rest: "" }],
  ])("%s", (_title, json, stops, found) => {
    expect(valueOf([json], stops)).toEqual(found);
    expect(valueOf(json.split(""), stops)).toEqual(found);
  });
});

describe("a JSON string", () => {
  test.each([
    ['"a"', "a"],
    [String.raw`"\u0061\n\"" x`, 'a\n"'],
    ['""', ""],
    ["5", undefined],
    ['"a', undefined],
    ['"\n"', undefined],
    ["", undefined],
  ])("%s", (json, value) => {
    expect(run([json], readString).result).toBe(value);
    expect(run(json.split(""), readString).result).toBe(value);
  });
});

describe("an object's members", () => {
  /** The members that were read, as JSON text, and whether the object was whole. */
  function membersOf(pieces: readonly string[], keys?: readonly string[]) {
    const members = new Map<string, string>();
    const { result, rest } = run(pieces, (cursor) =>
      readObject(cursor, {
        readMember: (key) =>
          readValue(cursor, noStops, (piece) => members.set(key, (members.get(key) ?? "") + piece)),
        keys,
      }),
    );
    return { members, isWhole: result, rest };
  }

  test("are read from any object", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const json = JSON.stringify(object, undefined, 2);
        for (const pieces of [[json], json.split("")]) {
          const { members, isWhole } = membersOf(pieces);
          expect(isWhole).toBe(true);
          const values = [...members].map(([key, text]) => [key, parseJson(text)]);
          expect(values).toEqual(Object.entries(JSON.parse(json) as object));
        }
      }),
    );
  });

  test.each([
    ["a comma too many", '{"a": 1,}', true, ""],
    ["a comma too few", '{"a": 1 "b": 2}', false, '"b": 2}'],
    ["no colon", '{"a" 1}', false, "1}"],
    ["no quotes", "{a: 1}", false, "a: 1}"],
    ["no object", "[1]", false, "[1]"],
    ["cut", '{"a": 1', false, ""],
  ])("%s", (_title, json, isWhole, rest) => {
    expect(membersOf([json])).toMatchObject({ isWhole, rest });
    expect(membersOf(json.split(""))).toMatchObject({ isWhole, rest });
  });

  test("break off at the first character of a key that may not be there", () => {
    expect(membersOf(['{"ab": 1, "ax"'], ["ab", "b"])).toMatchObject({
      members: new Map([["ab", "1"]]),
      isWhole: false,
      rest: '"ax"',
    });
  });
});
