import type { JsonValue } from "@outcrop/sdk";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dropPath } from "../../../src/routing/shaping/drop-path.ts";

const body = {
  seed: 1,
  user: { name: "n", age: 2 },
  tools: [
    { type: "function", function: { name: "f", strict: true } },
    { type: "function", function: { name: "g" } },
  ],
  stop: ["a", "b"],
};

describe("a path drops", () => {
  const rows: readonly [string, JsonValue][] = [
    ["seed", { ...body, seed: undefined }],
    ["user.name", { ...body, user: { age: 2 } }],
    ["user.*", { ...body, user: {} }],
    [
      "tools[*].function.strict",
      { ...body, tools: [{ type: "function", function: { name: "f" } }, body.tools[1]] as never },
    ],
    [
      "tools[0].function.strict",
      { ...body, tools: [{ type: "function", function: { name: "f" } }, body.tools[1]] as never },
    ],
    ["tools[1]", { ...body, tools: body.tools.slice(0, 1) }],
    ["tools[*]", { ...body, tools: [] }],
    ["stop[0]", { ...body, stop: ["b"] }],
    ["*", {}],
  ];
  test.each(rows)("%s", (path, expected) => {
    expect(dropPath(body, path)).toEqual(expected);
    expect(body.seed).toBe(1);
  });

  test.each([
    "nothing",
    "user.nothing",
    "seed.deeper",
    "tools[5]",
    "tools[1].function.strict",
    "stop.name",
    "stop[a]",
    "",
    "[]",
    "...",
  ])("%j nothing, and the value stays itself", (path) => {
    expect(dropPath(body, path)).toBe(body);
  });

  test("what is null as well", () => {
    expect(dropPath({ a: null, b: 1 }, "a")).toEqual({ b: 1 });
  });

  test("in any value along any path, without harm", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, path) => {
        const before = JSON.stringify(value);
        dropPath(value as JsonValue, path);
        expect(JSON.stringify(value)).toBe(before);
      }),
      { seed: 5 },
    );
  });
});
