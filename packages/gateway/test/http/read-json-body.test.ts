import { afterEach, describe, expect, test, vi } from "vitest";
import { readJsonBody } from "../../src/http/read-json-body.ts";
import { cut, requestOf } from "./body-request.ts";

const mib = 1024 * 1024;
afterEach(() => vi.restoreAllMocks());

const photographs = (count: number, size: number) => ({
  model: "m",
  messages: [
    {
      role: "user",
      content: Array.from({ length: count }, (_, index) => ({
        type: "image_url",
        image_url: { url: `data:image/png;base64,${"iVBORw0KGgo=".repeat(size / 12)}${index}` },
      })),
    },
  ],
});

/** The characters that each call of `JSON.parse` was given. */
function watchParsing(): readonly number[] {
  const lengths: number[] = [];
  const parse = JSON.parse.bind(JSON);
  vi.spyOn(JSON, "parse").mockImplementation((text: string, reviver) => {
    lengths.push(text.length);
    return parse(text, reviver) as unknown;
  });
  return lengths;
}

describe.each([
  ["with a length", (size: number) => size],
  ["in chunks, without a length", () => undefined],
])("a body %s", (_, lengthOf) => {
  test.each([
    ["small", 2, 1200],
    ["of twenty photographs", 20, mib],
    ["of one that is as large as all of them", 1, 20 * mib],
  ])("%s is read whole", async (__, count, size) => {
    const body = photographs(count, size);
    const bytes = Buffer.from(JSON.stringify(body));
    const read = await readJsonBody(requestOf(cut(bytes, 65_536), lengthOf(bytes.length)), 64 * mib);
    expect(read.warnings).toEqual([]);
    expect(JSON.stringify(read.body) === bytes.toString()).toBe(true);
  });

  test.each([
    ["twenty photographs", 20, mib],
    ["one that is as large as all of them", 1, 20 * mib],
  ])("is never parsed at once: %s", async (__, count, size) => {
    // As PHP writes base64: with escapes, so that decoding alone is not enough.
    const text = JSON.stringify(photographs(count, size)).replaceAll("=", "\\/");
    const bytes = Buffer.from(text);
    const lengths = watchParsing();
    const read = await readJsonBody(requestOf(cut(bytes, 65_536), lengthOf(bytes.length)), 64 * mib);
    expect(Math.max(...lengths)).toBeLessThan(3 * mib);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeGreaterThan(20 * mib);
    vi.restoreAllMocks();
    expect(JSON.stringify(read.body) === JSON.stringify(JSON.parse(text))).toBe(true);
  });

  test("that is small is parsed at once", async () => {
    const bytes = Buffer.from(JSON.stringify(photographs(2, 30_000)));
    const lengths = watchParsing();
    await readJsonBody(requestOf(cut(bytes, 4096), lengthOf(bytes.length)), 64 * mib);
    expect(lengths).toEqual([bytes.length]);
  });

  test("that is large and no JSON is refused where it stops being one", async () => {
    const bytes = Buffer.from(`{"a":"${"x".repeat(2 * mib)}",}`);
    const reading = readJsonBody(requestOf(cut(bytes, 65_536), lengthOf(bytes.length)), 64 * mib);
    await expect(reading).rejects.toThrow(/a key in double quotes is expected at line 1, column 2097161/);
  });

  test("that is large and no object is refused", async () => {
    const bytes = Buffer.from(JSON.stringify(["x".repeat(2 * mib)]));
    const reading = readJsonBody(requestOf(cut(bytes, 65_536), lengthOf(bytes.length)), 64 * mib);
    await expect(reading).rejects.toThrow(/must be a JSON object/);
  });

  test("that is large and has a large key is read all the same", async () => {
    const bytes = Buffer.from(JSON.stringify({ ["x".repeat(2 * mib)]: 1 }));
    const read = await readJsonBody(requestOf(cut(bytes, 65_536), lengthOf(bytes.length)), 64 * mib);
    expect(Object.values(read.body)).toEqual([1]);
  });

  test("beyond the limit is refused", async () => {
    const bytes = Buffer.alloc(3 * mib, 32);
    const reading = readJsonBody(requestOf(cut(bytes, 65_536), lengthOf(bytes.length)), 2 * mib);
    await expect(reading).rejects.toMatchObject({ code: "request_too_large" });
  });
});
