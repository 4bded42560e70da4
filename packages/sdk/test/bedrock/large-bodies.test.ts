import { hash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  encodeJsonInTurns,
  hashInTurns,
  isLargeJson,
  joinInTurns,
  largeBody,
} from "../../src/bedrock/large-bodies.ts";
import { createSigner } from "../../src/bedrock/sigv4.ts";
import type { JsonObject } from "../../src/core/json.ts";

const mib = 1024 * 1024;

/** How often others had their turn while something was done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await work();
  isOver = true;
  return turns;
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

describe("JSON in turns", () => {
  test("is that of JSON.stringify", () =>
    fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (value) => {
        const object = { ...value, gone: undefined } as JsonObject;
        expect(text(await encodeJsonInTurns(object))).toBe(JSON.stringify(object));
      }),
    ));

  // A character of two halves, and halves without the other, wherever a long text is cut.
  test.each([
    ["ASCII", "abc"],
    ["escapes", 'a"\\\n\u2028'],
    ["characters of two halves", "😀"],
    ["characters of two halves, the other way round", "x😀"],
    ["lone halves", "\uD83D"],
    ["lone halves before whole ones", "\uD83D😀"],
    ["lone second halves", "\uDE00\uD83D"],
  ])("is that of JSON.stringify for a long text of %s", async (_, piece) => {
    const long = piece.repeat(Math.ceil((1.2 * mib) / piece.length));
    for (const shift of ["", "1", "12"]) {
      const object = { list: [shift + long, { long }], short: "s" };
      expect(text(await encodeJsonInTurns(object)) === JSON.stringify(object)).toBe(true);
    }
  });

  test("lets others have a turn for every half MiB", async () => {
    const object = { images: Array.from({ length: 20 }, () => "a".repeat(mib)) };
    expect(await turnsDuring(() => encodeJsonInTurns(object))).toBeGreaterThanOrEqual(20);
  });

  test("is for what is large in all, wherever it lies", () => {
    expect(isLargeJson({ a: "x".repeat(largeBody) })).toBe(false);
    expect(isLargeJson({ a: "x".repeat(largeBody + 1) })).toBe(true);
    const halves = [{ a: "x".repeat(largeBody / 2) }, { b: ["x".repeat(largeBody / 2), { c: "x" }] }];
    expect(isLargeJson({ halves })).toBe(true);
    expect(isLargeJson({ a: 1, b: null, c: [true], d: undefined })).toBe(false);
  });
});

describe("a join in turns", () => {
  test.each([
    ["nothing", []],
    ["nothing in some parts", [0, 0]],
    ["small parts", [1, 0, 3, 70_000]],
    ["parts of a turn each", [4 * mib, 4 * mib]],
    ["parts that turns end in", [3 * mib, 9 * mib + 1, 5, 2 * mib]],
  ])("is that of Buffer.concat: %s", async (_, sizes) => {
    const parts = sizes.map((size, index) => Buffer.alloc(size, `${index}abcdefg`));
    expect(Buffer.concat(parts).equals(await joinInTurns(parts))).toBe(true);
  });

  test("lets others have a turn for every 4 MiB", async () => {
    const parts = Array.from({ length: 400 }, () => Buffer.alloc(65_536));
    expect(await turnsDuring(() => joinInTurns(parts))).toBeGreaterThanOrEqual(6);
  });
});

describe("a hash in turns", () => {
  test.each([0, 1, 4 * mib - 1, 4 * mib, 4 * mib + 1, 9 * mib])("of %i bytes is the same", async (size) => {
    const body = new Uint8Array(size).map((_, index) => index * 7);
    expect(await hashInTurns(body)).toBe(hash("sha256", body));
  });

  test("lets others have a turn for every 4 MiB", async () => {
    expect(await turnsDuring(() => hashInTurns(new Uint8Array(28 * mib)))).toBeGreaterThanOrEqual(7);
  });

  test("signs as the body does", async () => {
    const body = new Uint8Array(5 * mib).fill(3);
    const request = { method: "POST", host: "h", path: "/model/m/invoke", headers: {}, body };
    const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
    const context = { keys, region: "us-east-1", date: new Date(0) };
    const sign = createSigner();
    expect(sign({ ...request, bodyHash: await hashInTurns(body) }, context)).toEqual(sign(request, context));
  });
});
