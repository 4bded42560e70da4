import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { readBody, readBytes } from "../../src/http/read-body.ts";
import { cut, requestOf } from "./body-request.ts";

const mib = 1024 * 1024;

describe("a body is read as text", () => {
  test.each([
    ["small, in one piece", 100, 100],
    ["small, in many", 1000, 3],
    ["large, cut amidst its characters", 1.5 * mib, 4099],
    ["large, in one piece", 1.5 * mib, 2 * mib],
  ])("%s", async (_, size, pieceSize) => {
    const text = "für 😀 ".repeat(Math.ceil(size / 12));
    const body = await readBody(requestOf(cut(Buffer.from(text), pieceSize)), 64 * mib);
    expect(body === text).toBe(true);
  });

  test("bytes that are no UTF-8 read alike, however large the body is", async () => {
    const bytes = Buffer.alloc(1.2 * mib, "ab\xff\xc3", "latin1");
    const text = await readBody(requestOf(cut(bytes, 65_536)), 64 * mib);
    expect(text === bytes.toString("utf8")).toBe(true);
  });

  test.each([
    ["that says so", [Buffer.alloc(10)], 5000],
    ["that does not", [Buffer.alloc(600), Buffer.alloc(600)], 0],
  ])("beyond the limit it is refused: one %s", async (_, pieces, length) => {
    const reading = readBytes(requestOf(pieces, length), 1000);
    await expect(reading).rejects.toMatchObject({ code: "request_too_large" });
  });

  test("a client that has gone amidst it is said to be", async () => {
    const request = Object.assign(new Readable({ read() {} }), { headers: {}, complete: false });
    const reading = readBytes(request as unknown as IncomingMessage, 1000);
    request.push(Buffer.alloc(3));
    request.destroy(new Error("aborted"));
    await expect(reading).rejects.toMatchObject({ code: "cancelled" });
  });
});
