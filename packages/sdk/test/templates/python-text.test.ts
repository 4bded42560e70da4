import { describe, expect, test } from "vitest";
import { opensReasoning } from "../../src/templates/opens-reasoning.ts";
import { afterLast, beforeFirst, strip, stripEnd, stripStart } from "../../src/templates/python-text.ts";

describe("Python's strip", () => {
  test.each([
    ["  a b \t\r\n", "a b"],
    ["\u0085\u001c\u001fa\u00a0\u3000\u2003\u2028", "a"],
    ["\ufeffa\ufeff", "\ufeffa\ufeff"],
    ["\u200ba\u200b", "\u200ba\u200b"],
    [" \n ", ""],
    ["", ""],
  ])("%j", (text, stripped) => {
    expect(strip(text)).toBe(stripped);
    expect(stripStart(stripEnd(text))).toBe(stripped);
  });

  test("takes only the characters it is given", () => {
    expect(strip("\n a \n\n", "\n")).toBe(" a ");
    expect(stripStart("\n\na\n", "\n")).toBe("a\n");
    expect(stripEnd("\na\n\n", "\n")).toBe("\na");
  });
});

test("the ends of a split", () => {
  expect([beforeFirst("a|b|c", "|"), afterLast("a|b|c", "|")]).toEqual(["a", "c"]);
  expect([beforeFirst("abc", "|"), afterLast("abc", "|")]).toEqual(["abc", "abc"]);
});

describe("a prompt opens the thinking", () => {
  test.each([
    ["<｜Assistant｜><think>\n", true],
    ["<think>", true],
    ["<think> \n\n\t", true],
    ["<think>\n\n</think>\n\n", false],
    ["<|im_start|>assistant\n", false],
    ["<think>well", false],
    ["", false],
  ])("%j", (prompt, opens) => {
    expect(opensReasoning(prompt)).toBe(opens);
  });
});
