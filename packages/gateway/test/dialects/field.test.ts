import type { JsonValue } from "@outcrop/sdk";
import { describe, expect, it } from "vitest";
import {
  type Field,
  booleanOf,
  choose,
  entriesOf,
  isGiven,
  membersOf,
  membersOfBody,
  numberIn,
  objectOf,
  optional,
  stopSequencesOf,
  stringOf,
  withoutAbsent,
} from "../../src/dialects/field.ts";

const field = (value: JsonValue | undefined): Field => ({ path: "a.b", value });

describe("a field", () => {
  it("knows its path, however deep", () => {
    const body = { messages: [{ content: [{ text: "Hi" }] }] };
    const [message] = entriesOf(membersOfBody(body)("messages"));
    const [part] = entriesOf(membersOf(message ?? field(null))("content"));
    expect(membersOf(part ?? field(null))("text")).toEqual({
      path: "messages[0].content[0].text",
      value: "Hi",
    });
  });

  it.each([
    [undefined, false],
    [null, false],
    [0, true],
    ["", true],
    [false, true],
  ])("of %j is given: %j", (value, given) => {
    expect(isGiven(field(value))).toBe(given);
    expect(optional(field(value), () => "read")).toBe(given ? "read" : undefined);
  });

  const whole = numberIn({ least: 1, most: 3, whole: true });
  it.each<[string, (field: Field) => unknown, JsonValue | undefined, string]>([
    ["string", stringOf, 1, "a.b must be a string, not number 1"],
    ["string", stringOf, undefined, "a.b must be a string, not missing"],
    ["boolean", booleanOf, "true", "a.b must be true or false, not that string"],
    ["object", objectOf, [], "a.b must be an object, not a list"],
    ["object", membersOf, null, "a.b must be an object, not null"],
    ["list", entriesOf, {}, "a.b must be a list, not an object"],
    ["number", whole, 0, "a.b must be a whole number from 1 to 3, not number 0"],
    ["number", whole, 4, "a.b must be a whole number from 1 to 3, not number 4"],
    ["number", whole, 1.5, "a.b must be a whole number from 1 to 3, not number 1.5"],
    ["number", numberIn({ least: 0 }), "1", "a.b must be a number of at least 0, not that string"],
    ["word", (given) => choose(given, { x: 1, y: 2, z: 3 }), "w", "a.b must be x, y or z, not that string"],
    ["word", (given) => choose(given, { x: 1 }), "toString", "a.b must be x, not that string"],
    ["stop sequences", stopSequencesOf, "x", "a.b must be a list, not that string"],
    [
      "stop sequences",
      stopSequencesOf,
      ["x", ""],
      "a.b[1] must be a string that is not empty, not that string",
    ],
  ])("that is no %s is refused: %#", (_, read, value, message) => {
    expect(() => read(field(value))).toThrow(expect.objectContaining({ code: "invalid_request", message }));
  });

  it.each([1, 2, 3])("takes a number within its bounds: %d", (value) => {
    expect(whole(field(value))).toBe(value);
  });

  it("takes a word of its table", () => {
    expect(choose(field("y"), { x: 1, y: 2 })).toBe(2);
  });

  it("counts no stop sequences as none asked for", () => {
    expect(stopSequencesOf(field([]))).toBeUndefined();
    expect(stopSequencesOf(field(["a", "b"]))).toEqual(["a", "b"]);
  });
});

it("keeps what is null, false or 0 and leaves out what is absent", () => {
  expect(withoutAbsent({ a: undefined, b: null, c: false, d: 0 })).toEqual({ b: null, c: false, d: 0 });
  expect(withoutAbsent({ a: undefined })).not.toHaveProperty("a");
});
