import fc from "fast-check";
import { expect, test } from "vitest";
import { parseJson } from "../../src/core/json.ts";
import { toJsonOfPython, toJsonOfPythonArguments } from "../../src/grammars/syntaxes/python-literal.ts";

test.each([
  ["'a'", "a"],
  ['"a"', "a"],
  [String.raw`'it\'s "so"'`, 'it\'s "so"'],
  [String.raw`"it's \"so\""`, 'it\'s "so"'],
  [String.raw`'a\\b\n\t'`, "a\\b\n\t"],
  ["'a\nb'", "a\nb"],
  ["'True None x=1'", "True None x=1"],
  ["[True, False, None]", [true, false, null]],
  ["{'a': {'b': -1.5e3}}", { a: { b: -1500 } }],
  ["(1, 2)", undefined],
  ["name", undefined],
  ["constructor", undefined],
  ["'a' 'b'", undefined],
  ["1 == 2", undefined],
])("%s", (literal, value) => {
  expect(parseJson(toJsonOfPython(literal))).toEqual(value);
});

test.each([
  ["", {}],
  ["a=1", { a: 1 }],
  ["city = 'Paris', days=2", { city: "Paris", days: 2 }],
  ["q='a=b, c=\"d\"'", { q: 'a=b, c="d"' }],
  ["x", undefined],
  ["'a'", undefined],
  ["a==1", undefined],
])("arguments: %s", (text, value) => {
  expect(parseJson(toJsonOfPythonArguments(text))).toEqual(value);
});

test("JSON strings, objects and arrays are Python's as well", () => {
  const value = fc.jsonValue().filter((each) => !/true|false|null/.test(JSON.stringify(each)));
  fc.assert(
    fc.property(value, (each) => {
      const json = JSON.stringify(each);
      expect(parseJson(toJsonOfPython(json))).toEqual(parseJson(json));
    }),
  );
});
