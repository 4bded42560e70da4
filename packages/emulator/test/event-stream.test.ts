import { EventStreamCodec } from "@smithy/eventstream-codec";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeAnswerEvent, encodeFailure } from "../src/aws/answer-frames.ts";
import { encodeError, encodeEvent, encodeException, encodeMessage } from "../src/aws/event-stream.ts";
import { AwsFailure } from "../src/aws/failure.ts";
import { createRandom } from "../src/base/random.ts";
import vectors from "./fixtures/aws-vectors.json" with { type: "json" };

/** AWS's own codec is the oracle. */
const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === "string" ? bytes : Buffer.from(bytes).toString()),
  (text) => Buffer.from(text),
);

function decode(frame: Uint8Array): { headers: Record<string, unknown>; body: string } {
  const { headers, body } = codec.decode(frame);
  const values = Object.entries(headers).map(([name, header]) => [name, header.value]);
  return { headers: Object.fromEntries(values), body: Buffer.from(body).toString() };
}

const encoders: Record<string, (payload: unknown) => Buffer> = {
  chunk: (payload) => encodeEvent("chunk", payload),
  exception: (payload) => encodeException("throttlingException", payload),
  error: () => encodeError("InternalFailure", "bad thing"),
  empty: () => encodeMessage({}, Buffer.alloc(0)),
};

test.each(vectors.frames)("the $name frame is AWS's to the byte", ({ name, hex, payload }) => {
  expect(encoders[name]?.(payload).toString("hex")).toBe(hex);
});

test("AWS's codec reads back any headers and payload", () => {
  const name = fc.string({ minLength: 1, maxLength: 30 }).filter((text) => text !== "__proto__");
  fc.assert(
    fc.property(fc.dictionary(name, fc.string()), fc.uint8Array({ maxLength: 2000 }), (headers, payload) => {
      const frame = decode(encodeMessage(headers, payload));
      expect(frame.headers).toEqual({ ...headers });
      expect(frame.body).toBe(Buffer.from(payload).toString());
    }),
  );
});

describe("an answer's events", () => {
  test("a chunk's JSON is wrapped in base64", () => {
    const { headers, body } = decode(encodeAnswerEvent({ type: "chunk", payload: { a: "é" } }, undefined));
    expect(headers[":event-type"]).toBe("chunk");
    expect(body).toBe(`{"bytes":"${Buffer.from('{"a":"é"}').toString("base64")}"}`);
  });

  test("an event of ConverseStream stands as it is, with its padding", () => {
    const frame = encodeAnswerEvent(
      { type: "messageStart", payload: { role: "assistant" } },
      createRandom(1),
    );
    const { p, ...payload } = JSON.parse(decode(frame).body) as Record<string, string>;
    expect(payload).toEqual({ role: "assistant" });
    expect(p).toMatch(/^abc*/);
  });

  test("the padding's length varies, and comes again with the same seed", () => {
    const lengths = (seed: number): number[] => {
      const random = createRandom(seed);
      return Array.from(
        { length: 20 },
        () => encodeAnswerEvent({ type: "chunk", payload: {} }, random).length,
      );
    };
    expect(new Set(lengths(1)).size).toBeGreaterThan(5);
    expect(lengths(1)).toEqual(lengths(1));
    expect(lengths(1)).not.toEqual(lengths(2));
  });

  test("a failure's name begins small", () => {
    const failure = new AwsFailure("ModelStreamErrorException", "no", {
      members: { originalStatusCode: 500 },
    });
    const { headers, body } = decode(encodeFailure(failure));
    expect(headers).toMatchObject({
      ":message-type": "exception",
      ":exception-type": "modelStreamErrorException",
    });
    expect(JSON.parse(body)).toEqual({ message: "no", originalStatusCode: 500 });
  });
});
