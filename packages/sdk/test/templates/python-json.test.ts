import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toPythonJson, toPythonJsonText } from "../../src/templates/python-json.ts";

describe("a value as Python's json.dumps writes it", () => {
  test.each<[unknown, string]>([
    [null, "null"],
    [true, "true"],
    [[], "[]"],
    [{}, "{}"],
    [{ a: 1, b: [1, 2, { c: null }] }, '{"a": 1, "b": [1, 2, {"c": null}]}'],
    ['é "q" \\ </b>& \u2028 \u007f', '"é \\"q\\" \\\\ </b>& \u2028 \u007f"'],
    ["\u0000\u0001\b\t\n\f\r\u001f", '"\\u0000\\u0001\\b\\t\\n\\f\\r\\u001f"'],
    [0.1, "0.1"],
    [1e-4, "0.0001"],
    [0.00001, "1e-05"],
    [1e-7, "1e-07"],
    [-2.5e-10, "-2.5e-10"],
    [1e-300, "1e-300"],
    [1e21, "1e+21"],
    [9007199254740991, "9007199254740991"],
    [{ gone: undefined, here: 1 }, '{"here": 1}'],
  ])("%j", (value, text) => {
    expect(toPythonJson(value as never)).toBe(text);
  });

  test("indented, with empty brackets closed up", () => {
    expect(toPythonJson({ a: [1, { b: [] }], c: {} }, 4)).toBe(
      '{\n    "a": [\n        1,\n        {\n            "b": []\n        }\n    ],\n    "c": {}\n}',
    );
  });
});

describe("JSON text as Python writes it after reading it", () => {
  test.each([
    ['{"b":1,"10":2,"2":3}', '{"b": 1, "10": 2, "2": 3}'],
    [" [ 1.0 , 1.50,\n1e2, 1E16,-0.0 ] ", "[1.0, 1.5, 100.0, 1e+16, -0.0]"],
    [
      "[0.00001,123456789012345680000.0,1e400,-1e400]",
      "[1e-05, 1.2345678901234568e+20, Infinity, -Infinity]",
    ],
    ["[-0,123456789012345678901234567890]", "[0, 123456789012345678901234567890]"],
    ['"\\u00e9\\/\\u0001\\ud83d\\ude00"', '"é/\\u0001😀"'],
    ['{"a":",: 1.0 [true]\\" ,"}', '{"a": ",: 1.0 [true]\\" ,"}'],
    ["true", "true"],
  ])("%s", (text, expected) => {
    expect(toPythonJsonText(text)).toBe(expected);
  });

  test.each(["", "{", "{'a': 1}", "NaN", '{"a": 1} x', "\u00a01"])("%j is not JSON", (text) => {
    expect(toPythonJsonText(text)).toBeUndefined();
  });

  test("text and value agree, however the text was spaced", () => {
    const plainNumber = fc.oneof(
      fc.integer(),
      fc.double({ noInteger: true, noDefaultInfinity: true, noNaN: true }),
    );
    const key = fc.string().filter((text) => !/^\d+$/.test(text) && text !== "__proto__");
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: "binary" }).map((text) => text.toWellFormed()),
        plainNumber,
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("json"), { maxLength: 4 }),
        fc.dictionary(key, tie("json"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(json, fc.integer({ min: 0, max: 3 }), (value, indent) => {
        const parsed = JSON.parse(JSON.stringify(value));
        const text = toPythonJsonText(JSON.stringify(value, null, indent));
        expect(text).toBe(toPythonJson(parsed));
        expect(JSON.parse(text ?? "")).toEqual(parsed);
        expect(JSON.parse(toPythonJson(parsed, 4))).toEqual(parsed);
      }),
    );
  });
});
