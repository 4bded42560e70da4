import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createWholeReader } from "../../src/bedrock/bodies.ts";
import type { MessageReader, StreamMessage } from "../../src/bedrock/message-reader.ts";
import { createSseReader } from "../../src/bedrock/sse-messages.ts";
import { createFrameReader } from "../../src/bedrock/stream-messages.ts";
import { OutcropError } from "../../src/core/errors.ts";
import { chunkFrame, encodeFrame, errorFrame, eventFrame, exceptionFrame } from "./frames.ts";
import { wireFixture } from "./wire-fixture.ts";

interface Reading {
  readonly messages: StreamMessage[];
  readonly failure?: OutcropError;
}

/** Reads a body in parts to its end, or to what breaks it. */
function read(reader: MessageReader, ...parts: readonly Uint8Array[]): Reading {
  const messages: StreamMessage[] = [];
  try {
    for (const part of parts) reader.push(part, messages);
    reader.end(messages);
    return { messages };
  } catch (failure) {
    if (!(failure instanceof OutcropError)) throw failure;
    return { messages, failure };
  }
}

function recorded(id: string): Buffer {
  return Buffer.from(wireFixture.frames.find((frame) => frame.id === id)?.hex ?? "", "hex");
}

function chunk(json: unknown) {
  return { event: "chunk", json };
}

/** Whatever the cut, the same is read. */
function expectAnyCut(create: () => MessageReader, bytes: Buffer): void {
  const whole = read(create(), bytes);
  for (let at = 0; at <= bytes.length; at++) {
    expect(read(create(), bytes.subarray(0, at), bytes.subarray(at)), `cut at ${at}`).toEqual(whole);
  }
  expect(read(create(), ...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
}

describe("Bedrock's event stream", () => {
  const rows: readonly (readonly [string, Buffer, Partial<StreamMessage>])[] = [
    [
      "a chunk is taken out of its base64",
      chunkFrame('{"generation":"Hi"}'),
      { event: "chunk", json: { generation: "Hi" } },
    ],
    [
      "characters beyond ASCII",
      chunkFrame('{"generation":"日本 🪨"}'),
      { event: "chunk", json: { generation: "日本 🪨" } },
    ],
    ["OpenAI's end mark", chunkFrame("[DONE]"), { event: "done" }],
    ["OpenAI's end mark with a line end", chunkFrame(" [DONE]\n"), { event: "done" }],
    [
      "an event of Converse",
      eventFrame("messageStart", { role: "assistant", p: "ab" }),
      { event: "messageStart", json: { role: "assistant", p: "ab" } },
    ],
    ["an event that we don't know", eventFrame("novelty", { a: 1 }), { event: "novelty", json: { a: 1 } }],
    [
      "an event without a payload",
      encodeFrame({ ":message-type": "event", ":event-type": "messageStop" }, ""),
      { event: "messageStop", json: {} },
    ],
  ];

  test.each(rows)("%s", (_, frame, message) => {
    expect(read(createFrameReader(), frame)).toEqual({ messages: [message] });
  });

  test.each([
    ["throttlingException", "throttled", "ThrottlingException"],
    ["internalServerException", "upstream_error", "InternalServerException"],
    ["modelStreamErrorException", "model_error", "ModelStreamErrorException"],
    ["modelTimeoutException", "model_timeout", "ModelTimeoutException"],
    ["serviceUnavailableException", "service_unavailable", "ServiceUnavailableException"],
    ["validationException", "invalid_request", "ValidationException"],
    ["modelNotReadyException", "model_not_ready", "ModelNotReadyException"],
    ["novelException", "upstream_error", "NovelException"],
  ])("the exception %s", (type, code, awsType) => {
    const { messages, failure } = read(
      createFrameReader(),
      chunkFrame("{}"),
      exceptionFrame(type, '{"message":"said"}'),
    );
    expect(messages).toHaveLength(1);
    expect(failure).toMatchObject({ code, awsType, message: "said" });
  });

  test.each(["", "not JSON", "[1]", "{}"])("an exception whose payload is %j still has a name", (payload) => {
    const { failure } = read(createFrameReader(), exceptionFrame("throttlingException", payload));
    expect(failure).toMatchObject({
      code: "throttled",
      message: "Amazon Bedrock answered ThrottlingException in the stream.",
    });
  });

  test("an error frame", () => {
    const { failure } = read(createFrameReader(), errorFrame("InternalFailure", "bad thing"));
    expect(failure).toMatchObject({
      code: "upstream_error",
      awsType: "InternalFailure",
      message: "bad thing",
    });
  });

  test.each([
    ["a chunk that isn't JSON", chunkFrame("{")],
    ["a chunk that isn't an object", chunkFrame("[1]")],
    ["a chunk without bytes", eventFrame("chunk", { p: "abc" })],
    ["an event that isn't JSON", encodeFrame({ ":message-type": "event", ":event-type": "chunk" }, "{")],
    ["an unknown type of message", encodeFrame({ ":message-type": "novelty" }, "{}")],
    ["no type of message", encodeFrame({}, "")],
  ])("%s is an error", (_, frame) => {
    expect(read(createFrameReader(), frame).failure).toMatchObject({
      code: "unreadable_answer",
      status: 502,
    });
  });

  test("a stream cut inside a frame is incomplete", () => {
    const { messages, failure } = read(
      createFrameReader(),
      chunkFrame("{}"),
      chunkFrame("{}").subarray(0, 20),
    );
    expect(messages).toHaveLength(1);
    expect(failure).toMatchObject({ code: "stream_incomplete" });
  });

  test("any cut reads the same, an exception at the end included", () => {
    const body = [
      chunkFrame('{"generation":"é"}'),
      eventFrame("messageStop", {}),
      exceptionFrame("throttlingException", "{}"),
    ];
    expectAnyCut(createFrameReader, Buffer.concat(body));
  });

  test("the recorded frames", () => {
    expect(read(createFrameReader(), recorded("chunk-frame"))).toEqual({
      messages: [{ event: "chunk", json: { generation: "Hi" } }],
    });
    expect(read(createFrameReader(), recorded("exception-frame")).failure).toMatchObject({
      code: "throttled",
      message: "slow",
    });
    expect(read(createFrameReader(), recorded("error-frame")).failure).toMatchObject({
      awsType: "InternalFailure",
      message: "bad thing",
    });
    expect(read(createFrameReader(), recorded("empty-frame")).failure).toMatchObject({
      code: "unreadable_answer",
    });
  });
});

describe("server-sent events", () => {
  test.each([
    ["one event", 'data: {"a":1}\n\n', [chunk({ a: 1 })]],
    ["no blank after the colon", 'data:{"a":1}\n\n', [chunk({ a: 1 })]],
    ["CRLF", 'data: {"a":1}\r\n\r\ndata: {"b":2}\r\n\r\n', [chunk({ a: 1 }), chunk({ b: 2 })]],
    ["CR", 'data: {"a":1}\r\rdata: {"b":2}\r\r', [chunk({ a: 1 }), chunk({ b: 2 })]],
    ["several lines of one event", 'data: {"a":\ndata: 1}\n\n', [chunk({ a: 1 })]],
    [
      "comments, names and ids",
      ': hello\nevent: x\nid: 1\nretry: 5\ndata: {"a":1}\n\n: bye\n\n',
      [chunk({ a: 1 })],
    ],
    ["a byte order mark", '\uFEFFdata: {"a":1}\n\n', [chunk({ a: 1 })]],
    ["the end mark", 'data: {"a":1}\n\ndata: [DONE]\n\n', [chunk({ a: 1 }), { event: "done" }]],
    ["the end mark without its blank line", "data: [DONE]", [{ event: "done" }]],
    ["a last event without its blank line", 'data: {"a":1}\n', [chunk({ a: 1 })]],
    ["characters beyond ASCII", 'data: {"a":"日本 🪨\u2028"}\n\n', [chunk({ a: "日本 🪨\u2028" })]],
    ["nothing", "", []],
  ])("%s", (_, text, messages) => {
    expect(read(createSseReader(), Buffer.from(text))).toEqual({ messages });
    expectAnyCut(createSseReader, Buffer.from(text));
  });

  test.each([
    [
      "an error in OpenAI's envelope",
      'data: {"error":{"message":"slow","type":"ThrottlingException"}}\n\n',
      { code: "throttled", message: "slow" },
    ],
    [
      "an error of an unknown type",
      'data: {"error":{"message":"oh","type":"novelty"}}\n\n',
      { code: "upstream_error", message: "oh" },
    ],
    ["an event that isn't JSON", "data: {\n\n", { code: "unreadable_answer" }],
    ["an event that isn't an object", "data: 1\n\n", { code: "unreadable_answer" }],
    ["a body cut inside an event", 'data: {"a":', { code: "stream_incomplete" }],
  ])("%s", (_, text, failure) => {
    const reading = read(createSseReader(), Buffer.from(`data: {"first":1}\n\n${text}`));
    expect(reading.messages).toEqual([chunk({ first: 1 })]);
    expect(reading.failure).toMatchObject(failure);
    expectAnyCut(createSseReader, Buffer.from(text));
  });

  test("whatever is written is read", () => {
    const events = fc.array(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }), { maxLength: 5 });
    const ends = fc.constantFrom("\n", "\r\n", "\r");
    fc.assert(
      fc.property(events, ends, fc.nat(), (jsons, end, seed) => {
        const fair = jsons
          .filter((json) => !("error" in json))
          .map((json) => JSON.parse(JSON.stringify(json)));
        const bytes = Buffer.from(fair.map((json) => `data: ${JSON.stringify(json)}${end}${end}`).join(""));
        const at = bytes.length === 0 ? 0 : seed % bytes.length;
        const reading = read(createSseReader(), bytes.subarray(0, at), bytes.subarray(at));
        expect(reading).toEqual({ messages: fair.map(chunk) });
      }),
    );
  });
});

describe("an answer in one piece", () => {
  const origin = { contentType: "application/json", requestId: "r-1" };
  const create = () => createWholeReader(origin);

  test("is one message at the end", () => {
    const bytes = Buffer.from('{"generation":"日本"}');
    expect(read(create(), bytes)).toEqual({ messages: [{ event: "whole", json: { generation: "日本" } }] });
    expectAnyCut(create, bytes);
  });

  test.each([
    [
      "AWS's envelope",
      '{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}',
      "UnknownOperationException",
    ],
    ["a bare exception", '{"__type":"ThrottlingException","message":"m"}', "ThrottlingException"],
    ["no JSON", "<html>", undefined],
    ["no object", "[1]", undefined],
    ["nothing", "", undefined],
  ])("%s at status 200 is no answer", (_, text, awsType) => {
    const { messages, failure } = read(create(), Buffer.from(text));
    expect(messages).toEqual([]);
    expect(failure).toMatchObject({ code: "unreadable_answer", status: 502, awsType, requestId: "r-1" });
    if (awsType) expect(failure?.message).toContain(awsType);
    else expect(failure?.message).toContain("application/json");
  });

  test("a model's own code or error words are an answer", () => {
    const json = { code: "SELECT 1", message: "text", Output: "text" };
    expect(read(create(), Buffer.from(JSON.stringify(json)))).toEqual({
      messages: [{ event: "whole", json }],
    });
  });
});
