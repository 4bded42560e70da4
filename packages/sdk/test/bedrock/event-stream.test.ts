import { crc32 } from "node:zlib";
import type { MessageHeaders } from "@smithy/eventstream-codec";
import { EventStreamCodec, Int64 } from "@smithy/eventstream-codec";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Frame } from "../../src/bedrock/event-stream.ts";
import { createFrameDecoder } from "../../src/bedrock/event-stream.ts";
import type { FrameHeaders } from "../../src/bedrock/frame-headers.ts";
import { OutcropError } from "../../src/core/errors.ts";
import { wireFixture } from "./wire-fixture.ts";

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString("utf8"),
  (text) => new Uint8Array(Buffer.from(text, "utf8")),
);

/** Decodes parts, and copies the frames out: their payloads are views. */
function decode(...parts: readonly Uint8Array[]): Frame[] {
  const decoder = createFrameDecoder();
  const frames: Frame[] = [];
  for (const part of parts) {
    const fresh: Frame[] = [];
    decoder.push(part, fresh);
    frames.push(
      ...fresh.map(({ headers, payload }) => ({ headers: { ...headers }, payload: Buffer.from(payload) })),
    );
  }
  decoder.end();
  return frames;
}

function encode(headers: MessageHeaders, payload: Uint8Array): Buffer {
  return Buffer.from(codec.encode({ headers, body: payload }));
}

/** A frame with any prelude and body, its checksums right. */
function forge(total: number, headersLength: number, rest: Uint8Array): Buffer {
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(total, 0);
  prelude.writeUInt32BE(headersLength, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const checked = Buffer.concat([prelude, rest]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(checked));
  return Buffer.concat([checked, checksum]);
}

const name = fc.string({ minLength: 1, maxLength: 20, unit: "grapheme-ascii" });
const header: fc.Arbitrary<MessageHeaders[string]> = fc.oneof(
  fc.record({ type: fc.constant("string" as const), value: fc.string({ unit: "grapheme", maxLength: 40 }) }),
  fc.record({ type: fc.constant("boolean" as const), value: fc.boolean() }),
  fc.record({ type: fc.constant("byte" as const), value: fc.integer({ min: -128, max: 127 }) }),
  fc.record({ type: fc.constant("short" as const), value: fc.integer({ min: -32768, max: 32767 }) }),
  fc.record({ type: fc.constant("integer" as const), value: fc.integer() }),
  fc.record({
    type: fc.constant("long" as const),
    value: fc.maxSafeInteger().map((n) => Int64.fromNumber(n)),
  }),
  fc.record({ type: fc.constant("binary" as const), value: fc.uint8Array({ maxLength: 40 }) }),
  fc.record({ type: fc.constant("uuid" as const), value: fc.uuid() }),
  fc.record({ type: fc.constant("timestamp" as const), value: fc.date({ noInvalidDate: true }) }),
);
const message = fc.record({
  headers: fc.dictionary(name, header, { maxKeys: 6 }),
  body: fc.uint8Array({ maxLength: 300 }),
});

/** A header's value of AWS's codec, as ours reads it. */
function plain(value: MessageHeaders[string]): FrameHeaders[string] {
  if (value.type === "long") return Buffer.from(value.value.bytes).readBigInt64BE();
  if (value.type === "binary") return Buffer.from(value.value);
  return value.value;
}

function toFrames(messages: readonly { headers: MessageHeaders; body: Uint8Array }[]): Frame[] {
  return messages.map(({ headers, body }) => ({
    headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, plain(value)])),
    payload: Buffer.from(body),
  }));
}

describe("frames as AWS encodes them", () => {
  test.each(wireFixture.frames)("$id", ({ hex, headers, payload }) => {
    const [frame, ...others] = decode(Buffer.from(hex, "hex"));
    expect(others).toEqual([]);
    expect(frame?.headers).toEqual(headers);
    const text = frame?.payload.toString() ?? "";
    expect(text === "" ? null : JSON.parse(text)).toEqual(payload);
  });

  test("any headers and payloads, cut anywhere", () => {
    const stream = fc.tuple(
      fc.array(message, { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat(400), { maxLength: 8 }),
    );
    fc.assert(
      fc.property(stream, ([messages, steps]) => {
        const bytes = Buffer.concat(messages.map(({ headers, body }) => encode(headers, body)));
        const parts: Buffer[] = [];
        let at = 0;
        for (const step of steps) parts.push(bytes.subarray(at, (at += step)));
        parts.push(bytes.subarray(at));
        expect(decode(...parts)).toEqual(toFrames(messages));
      }),
      { numRuns: 300 },
    );
  });

  const stream = Buffer.concat(wireFixture.frames.map(({ hex }) => Buffer.from(hex, "hex")));
  const whole = decode(stream);

  test("every cut in two gives the same frames", () => {
    for (let at = 0; at <= stream.length; at++) {
      expect(decode(stream.subarray(0, at), stream.subarray(at))).toEqual(whole);
    }
  });

  test("one byte at a time gives the same frames", () => {
    expect(decode(...[...stream].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  });

  test("a header named like a member of every object is a header", () => {
    const bytes = encode({ ["__proto__"]: { type: "string", value: "x" } }, new Uint8Array());
    expect(decode(bytes)[0]?.headers["__proto__"]).toBe("x");
  });
});

describe("damage", () => {
  const frame = Buffer.from(wireFixture.frames[0]?.hex ?? "", "hex");

  test("any flipped bit is an error", () => {
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const damaged = Buffer.from(frame);
      damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => decode(damaged), `bit ${bit}`).toThrow(OutcropError);
    }
  });

  test("frames before the damage are given out", () => {
    const damaged = Buffer.from(frame);
    damaged.writeUInt8(damaged.readUInt8(60) ^ 1, 60);
    const frames: Frame[] = [];
    const decoder = createFrameDecoder();
    expect(() => decoder.push(Buffer.concat([frame, frame, damaged]), frames)).toThrow(/checksum/);
    expect(frames).toHaveLength(2);
  });

  test("a stream cut inside a frame is incomplete, at a frame's end it is not", () => {
    for (let at = 1; at < frame.length; at++) {
      const attempt = () => decode(frame, frame.subarray(0, at));
      expect(attempt, `cut at ${at}`).toThrow(expect.objectContaining({ code: "stream_incomplete" }));
    }
    expect(decode(frame, frame)).toHaveLength(2);
    expect(decode()).toEqual([]);
  });

  test.each([
    ["a total shorter than a frame can be", forge(15, 0, new Uint8Array())],
    ["headers longer than the frame", forge(20, 5, new Uint8Array(4))],
    ["headers beyond AWS's bound", forge(200_000, 128 * 1024 + 1, new Uint8Array())],
    ["a frame beyond AWS's bound", forge(0x7b00_0000, 0, new Uint8Array())],
  ])("%s", (_, bytes) => {
    expect(() => decode(bytes)).toThrow(expect.objectContaining({ code: "unreadable_answer" }));
  });

  test.each([
    ["a name that leaves the block", [9, 0x61]],
    ["no type", [1, 0x61]],
    ["an empty name", [0, 0]],
    ["an unknown type", [1, 0x61, 10]],
    ["a string that leaves the block", [1, 0x61, 7, 0, 9, 0x61]],
    ["a length that leaves the block", [1, 0x61, 7, 0]],
    ["half an integer", [1, 0x61, 4, 0, 0]],
    ["half a uuid", [1, 0x61, 9, 0, 0]],
  ])("headers with %s", (_, block) => {
    const bytes = forge(16 + block.length, block.length, Uint8Array.from(block));
    expect(() => decode(bytes)).toThrow(expect.objectContaining({ code: "unreadable_answer" }));
  });

  test("garbage is an error or waits, and never takes memory that hasn't arrived", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 64 }), { maxLength: 20 }), (parts) => {
        const before = process.memoryUsage().arrayBuffers;
        const decoder = createFrameDecoder();
        try {
          for (const part of parts) decoder.push(part, []);
        } catch (error) {
          expect(error).toBeInstanceOf(OutcropError);
        }
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
      }),
    );
  });

  test("a promise of 24 MB reserves nothing before it comes", () => {
    const before = process.memoryUsage().arrayBuffers;
    const decoder = createFrameDecoder();
    decoder.push(forge(24 * 1024 * 1024, 0, new Uint8Array(1000)), []);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
  });
});

test("a frame of many megabytes in small pieces takes linear time", () => {
  const bytes = encode({}, Buffer.alloc(8 * 1024 * 1024, 7));
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 1024) parts.push(bytes.subarray(at, at + 1024));
  expect(decode(...parts)[0]?.payload.length).toBe(8 * 1024 * 1024);
});
