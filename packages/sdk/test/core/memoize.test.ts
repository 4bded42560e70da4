import { expect, test, vi } from "vitest";
import { memoize } from "../../src/core/memoize.ts";

test("what is known is not made again", () => {
  const make = vi.fn((text: string) => text.length);
  const lengthOf = memoize(2, make);
  expect([lengthOf("a"), lengthOf("a"), lengthOf("bb"), lengthOf("bb")]).toEqual([1, 1, 2, 2]);
  expect(make).toHaveBeenCalledTimes(2);
});

test("no more is kept than was said, and no long text", () => {
  const make = vi.fn((text: string) => text.length);
  const lengthOf = memoize(2, make);
  for (const text of ["a", "bb", "ccc", "a"]) lengthOf(text);
  expect(make).toHaveBeenCalledTimes(4);
  const long = "x".repeat(3000);
  expect([lengthOf(long), lengthOf(long)]).toEqual([3000, 3000]);
  expect(make).toHaveBeenCalledTimes(6);
});

test("what can't be made is not kept", () => {
  let tries = 0;
  const refuse = memoize(2, () => {
    tries++;
    throw new Error("no");
  });
  expect(() => refuse("a")).toThrow("no");
  expect(() => refuse("a")).toThrow("no");
  expect(tries).toBe(2);
});
