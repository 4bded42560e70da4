import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTwinCheck, toTwin } from "../../src/grammars/same-call.ts";

/** Whether arguments that come character by character are held to the end and then found the same. */
function isTwin(earlier: readonly string[], text: string): boolean {
  const check = createTwinCheck(earlier.map(toTwin));
  for (const char of text) check.push(char);
  return check.mayMatch() && check.matches(text);
}

describe("arguments are the same", () => {
  test.each([
    ['{"a":1}', '{ "a" : 1 }'],
    ['{"a":1,"b":[2,{"c":3,"d":4}]}', '{"b":[2,{"d":4,"c":3}],"a":1}'],
    [String.raw`{"a":"\u0062"}`, '{"a":"b"}'],
    ['{"a":1.0}', '{"a": 1}'],
    ["{}", "{ }"],
    ["not JSON", "not JSON"],
    ["[1]", "[ 1 ]"],
  ])("%s and %s", (one, other) => {
    expect(isTwin([one], other)).toBe(true);
    expect(isTwin([other], one)).toBe(true);
  });

  test("in any order of members and any layout", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const turned = Object.fromEntries(Object.entries(object).toReversed());
        expect(isTwin([JSON.stringify(object)], JSON.stringify(turned, undefined, 2))).toBe(true);
      }),
    );
  });
});

describe("arguments differ", () => {
  test.each([
    ['{"a":1}', '{"a":2}'],
    ['{"a":1}', '{"a":"1"}'],
    ['{"a":1}', '{"a":1,"b":2}'],
    ['{"a":1,"b":2}', '{"a":1}'],
    ['{"a":[1,2]}', '{"a":[2,1]}'],
    ['{"a":9007199254740993}', '{"a":9007199254740992}'],
    ['{"a":null}', "{}"],
    ["{}", "[]"],
    ["not JSON", "no JSON"],
    ['{"a":1', '{"a":1}'],
  ])("%s and %s", (one, other) => {
    expect(isTwin([one], other)).toBe(false);
    expect(isTwin([other], one)).toBe(false);
  });

  test("as soon as one member does", () => {
    const check = createTwinCheck([toTwin('{"a":1,"b":2}'), toTwin('{"a":3,"b":4}')]);
    check.push('{"b":4');
    expect(check.mayMatch()).toBe(true);
    check.push(',"a"');
    expect(check.mayMatch()).toBe(true);
    check.push(":1,");
    expect(check.mayMatch()).toBe(false);
  });
});

test("nothing to compare with matches nothing", () => {
  expect(createTwinCheck([]).mayMatch()).toBe(false);
});
