import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type IntakeSizes, createJsonIntake } from "../../src/http/json-intake.ts";

/** So small that the strings of a property are long ones, in several pieces. */
const small: IntakeSizes = { longString: 4, piece: 8 };

function readCut(bytes: Buffer, cuts: readonly number[], sizes?: IntakeSizes): unknown {
  const intake = createJsonIntake(sizes);
  let start = 0;
  for (const cut of cuts.map((share) => Math.floor(share * bytes.length)).toSorted((a, b) => a - b)) {
    intake.push(bytes.subarray(start, cut));
    start = cut;
  }
  intake.push(bytes.subarray(start));
  return intake.end();
}

/** What `JSON.parse` says of the whole. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
const escape = fc.constantFrom("\\", '"', "\n", "\u0000", "é", "😀", "\ud83d", "\ude00", "€");
const texts = fc
  .array(fc.oneof(fc.string({ maxLength: 20 }), escape), { maxLength: 12 })
  .map((parts) => parts.join(""));
/** Keys stay below what counts as long here. */
const keys = fc.string({ maxLength: 1 });
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    texts,
    fc.integer(),
    fc.constantFrom(null, true, false),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(keys, tie("value"), { maxKeys: 5 }),
  ),
}));
/** Spelled with more escapes than `JSON.stringify` writes. */
const spelled = fc.tuple(value, fc.nat(3)).map(([json, indent]) => {
  const text = JSON.stringify(json, undefined, indent);
  return indent === 1
    ? text.replaceAll(/[^\x20-\x7e\n]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    : text;
});

describe("a large body is read as JSON.parse reads it", () => {
  test("whatever it holds, and wherever it is cut", () => {
    fc.assert(
      fc.property(spelled, shares, (text, cuts) => {
        const bytes = Buffer.from(text);
        expect(readCut(bytes, cuts, small)).toEqual(parsed(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  test("and what is no JSON is none, whichever byte of it is wrong", () => {
    const damage = fc.record({ at: fc.double({ min: 0, max: 0.999, noNaN: true }), byte: fc.nat(255) });
    fc.assert(
      fc.property(
        spelled,
        fc.array(damage, { minLength: 1, maxLength: 3 }),
        shares,
        (text, damages, cuts) => {
          const bytes = Buffer.from(text);
          for (const { at, byte } of damages) bytes[Math.floor(at * bytes.length)] = byte;
          const whole = parsed(bytes);
          const read = readCut(bytes, cuts, small);
          // A damaged key may have become a long one, of which it is not told what it is.
          if (read !== undefined || whole === undefined) expect(read).toEqual(whole);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test.each([
    ["of base64", "iVBORw0KGgo=", 3_000_000],
    ["of escapes", '\\"', 1_500_000],
    ["of characters of many bytes", "é😀", 1_500_000],
    ["of nothing but backslashes", "\\", 1_200_000],
    ["of control characters", "\u0001", 900_000],
  ])("a long string %s, in the sizes that are in use", (_, piece, length) => {
    const url = piece.repeat(Math.ceil(length / piece.length));
    const body = {
      model: "m",
      messages: [{ content: ["a", url, { url }, "b".repeat(4096)] }],
      last: `${url}!`,
    };
    const bytes = Buffer.from(JSON.stringify(body));
    for (const size of [65_536, 65_521, bytes.length]) {
      const intake = createJsonIntake();
      for (let at = 0; at < bytes.length; at += size) intake.push(bytes.subarray(at, at + size));
      expect(JSON.stringify(intake.end()) === JSON.stringify(body)).toBe(true);
    }
  });

  test("a member that is called __proto__ is a member", () => {
    const bytes = Buffer.from('{"__proto__":{"a":"a long one"},"b":{"__proto__":"a long one"}}');
    const read = readCut(bytes, [], { longString: 10, piece: 8 });
    expect(JSON.stringify(read)).toBe(bytes.toString());
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test("of two members of one name the last one counts", () => {
    const bytes = Buffer.from('{"a":"the first one","a":"the second one"}');
    expect(readCut(bytes, [0.5], small)).toEqual({ a: "the second one" });
  });

  test.each([
    ["a string that is not closed", '{"a":"bcdefgh'],
    ["an escape that is none", '{"a":"bcdefgh\\x"}'],
    ["an escape that is cut", '{"a":"bcdefgh\\u00"}'],
    ["a line break in a string", '{"a":"bcdef\ngh"}'],
    ["a comma too many", '{"a":"bcdefgh",}'],
    ["two strings where one belongs", '{"a":"bcdefgh""ijklmno"}'],
    ["a key that is long", '{"abcdefgh":1}'],
    ["nothing", ""],
  ])("%s is left to others", (_, text) => {
    expect(readCut(Buffer.from(text), [0.3, 0.6], small)).toBeUndefined();
  });
});
