import { getEventListeners, once } from "node:events";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { afterEach, describe, expect, test } from "vitest";
import type {
  BedrockCall,
  BedrockTransport,
  StreamAnswer,
  StreamMessage,
  TransportOptions,
} from "../../src/bedrock/transport.ts";
import { createTransport } from "../../src/bedrock/transport.ts";
import { OutcropError } from "../../src/core/errors.ts";
import { chunkFrame, eventFrame, exceptionFrame } from "./frames.ts";
import { answerJson, startFrames, startLoopback } from "./loopback.ts";
import { createTestClock, settle } from "./test-clock.ts";
import { wireFixture } from "./wire-fixture.ts";

const arn = "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456";
const keys = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "canary-secret-key",
  sessionToken: "canary-session-token",
};

const opened: BedrockTransport[] = [];

function open(options: TransportOptions = {}): BedrockTransport {
  const transport = createTransport({ env: () => ({}), ...options });
  opened.push(transport);
  return transport;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((transport) => transport.close()));
});

function callOf(endpoint: string, own: Partial<BedrockCall> = {}): BedrockCall {
  return {
    region: "us-east-1",
    operation: "invoke",
    modelId: arn,
    body: '{"prompt":"hi"}',
    auth: keys,
    endpoint,
    maxRetries: 0,
    coldStartTimeout: 0,
    signal: undefined,
    ...own,
  };
}

const streaming = { operation: "invoke-with-response-stream" } as const;

async function collect(answer: StreamAnswer): Promise<StreamMessage[]> {
  const messages: StreamMessage[] = [];
  for await (const batch of answer.messages) messages.push(...batch);
  return messages;
}

async function leaveAfterFirst({ messages }: StreamAnswer): Promise<void> {
  for await (const _ of messages) return;
}

async function failureOf(outcome: Promise<unknown>): Promise<OutcropError> {
  const error = await outcome.then(
    () => expect.unreachable("it did not fail"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OutcropError);
  return error as OutcropError;
}

describe("the request", () => {
  test.each([
    ["invoke", { accept: "application/json" }],
    ["converse", { accept: "application/json" }],
    ["invoke-with-response-stream", { "x-amzn-bedrock-accept": "application/json" }],
    ["converse-stream", {}],
  ] as const)("of %s", async (operation, own) => {
    await using server = await startLoopback((response) => answerJson(response, {}));
    await open().invoke(callOf(server.url, { operation, body: '{"prompt":"日本"}' }));
    expect(server.received[0]).toMatchObject({
      method: "POST",
      url: `/model/${encodeURIComponent(arn)}/${operation}`,
      body: '{"prompt":"日本"}',
      headers: {
        "content-type": "application/json",
        "content-length": "19",
        host: server.url.slice("http://".length),
        ...own,
      },
    });
  });

  test("keeps an endpoint's own path, without doubling its slash", async () => {
    await using server = await startLoopback((response) => answerJson(response, {}));
    await open().invoke(callOf(`${server.url}/base/`, { modelId: "a.b-v1:0" }));
    expect(server.received[0]?.url).toBe("/base/model/a.b-v1%3A0/invoke");
  });

  test("no header comes twice", async () => {
    await using server = await startLoopback((response) => answerJson(response, {}));
    const headers = {
      "Content-Type": "text/plain",
      HOST: "evil",
      Accept: "x/y",
      "X-Amz-Date": "then",
      "X-Custom": "1",
    };
    await open().invoke(callOf(server.url, { headers }));
    const received = server.received[0];
    const names =
      received?.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()) ?? [];
    expect(names).toEqual([...new Set(names)]);
    expect(received?.headers).toMatchObject({
      "content-type": "application/json",
      accept: "x/y",
      "x-custom": "1",
    });
    expect(received?.headers["x-amz-date"]).toMatch(/^\d{8}T\d{6}Z$/);
    expect(received?.headers.host).not.toBe("evil");
  });

  test("the operator's x-amzn headers are signed, their others are not", async () => {
    await using server = await startLoopback((response) => answerJson(response, {}));
    const headers = { "X-Amzn-Bedrock-Service-Tier": "flex", "x-forwarded-for": "1.2.3.4" };
    await open().invoke(callOf(server.url, { headers }));
    const authorization = server.received[0]?.headers.authorization;
    expect(authorization).toContain(
      "SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amzn-bedrock-service-tier,",
    );
    expect(server.received[0]?.headers["x-forwarded-for"]).toBe("1.2.3.4");
  });

  test.each([
    ["an API key", { apiKey: "key-1" }, {}, "Bearer key-1"],
    ["the environment's API key", {}, { AWS_BEARER_TOKEN_BEDROCK: "key-2" }, "Bearer key-2"],
    [
      "the call's API key before the environment's",
      { apiKey: "key-1" },
      { AWS_BEARER_TOKEN_BEDROCK: "key-2" },
      "Bearer key-1",
    ],
    [
      "the call's keys before the environment's API key",
      keys,
      { AWS_BEARER_TOKEN_BEDROCK: "key-2" },
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\//,
    ],
    [
      "the environment's keys",
      {},
      { AWS_ACCESS_KEY_ID: "AKENV", AWS_SECRET_ACCESS_KEY: "s" },
      /Credential=AKENV\//,
    ],
  ])("is made with %s", async (...[, auth, env, authorization]) => {
    await using server = await startLoopback((response) => answerJson(response, {}));
    await open({ env: () => env }).invoke(callOf(server.url, { auth }));
    expect(server.received[0]?.headers.authorization).toMatch(authorization);
  });

  test("with an API key nothing is signed", async () => {
    await using server = await startLoopback((response) => answerJson(response, {}));
    await open().invoke(callOf(server.url, { auth: { apiKey: "key-1" } }));
    expect(Object.keys(server.received[0]?.headers ?? {}).filter((name) => name.startsWith("x-amz"))).toEqual(
      [],
    );
  });

  test("an operator's own authorization goes in place of ours, and no credentials are looked for", async () => {
    await using server = await startLoopback((response) => answerJson(response, {}));
    await open().invoke(callOf(server.url, { auth: {}, headers: { Authorization: "Basic abc" } }));
    expect(server.received[0]?.headers.authorization).toBe("Basic abc");
  });

  test("the environment is read at each call", async () => {
    await using server = await startLoopback((response) => answerJson(response, {}));
    const env: Record<string, string> = {
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: server.url,
      AWS_BEARER_TOKEN_BEDROCK: "one",
    };
    const transport = open({ env: () => env });
    const call = { ...callOf(""), endpoint: undefined, auth: {} };
    await transport.invoke(call);
    env["AWS_BEARER_TOKEN_BEDROCK"] = "two";
    await transport.invoke(call);
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual(["Bearer one", "Bearer two"]);
  });
});

describe("a whole answer", () => {
  test("is its JSON and what the headers say", async () => {
    const headers = { ...wireFixture.answerHeaders, "x-amzn-requestid": "r-1" };
    await using server = await startLoopback((response) =>
      answerJson(response, { generation: "日本" }, { headers }),
    );
    expect(await open().invoke(callOf(server.url))).toEqual({
      json: { generation: "日本" },
      headers: {
        requestId: "r-1",
        latencyMs: 926,
        usage: { type: "usage", source: "headers", promptTokens: 14, completionTokens: 36 },
      },
    });
  });

  test("no usage is invented", async () => {
    await using server = await startLoopback((response) => answerJson(response, {}));
    const { headers } = await open().invoke(callOf(server.url));
    expect(headers).toEqual({ requestId: undefined, latencyMs: undefined, usage: undefined });
  });

  test("of a megabyte, in many reads", async () => {
    const text = "é".repeat(1_000_000);
    await using server = await startLoopback((response) => answerJson(response, { text }));
    expect((await open().invoke(callOf(server.url))).json).toEqual({ text });
  });

  test("calls one after the other share connections", async () => {
    await using server = await startLoopback((response) => answerJson(response, {}));
    const transport = open();
    for (let count = 0; count < 10; count++) await transport.invoke(callOf(server.url));
    // A call that follows in the same turn may come before the pool knows that the first connection is free.
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  test("a hundred calls at once all have their own connection", async () => {
    let waiting: (() => void)[] = [];
    await using server = await startLoopback(async (response, _, index) => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (index === 99) for (const go of waiting.splice(0)) go();
      });
      answerJson(response, {});
    });
    const transport = open();
    await Promise.all(Array.from({ length: 100 }, () => transport.invoke(callOf(server.url))));
    expect(server.connections()).toBe(100);
    waiting = [];
  });
});

describe("status and content type", () => {
  const html = "<html>no</html>";
  const json = '{"generation":"x"}';
  const envelope =
    '{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}';
  const frames = chunkFrame('{"generation":"x"}');
  const frameType = "application/vnd.amazon.eventstream";
  const whole = [{ event: "whole", json: { generation: "x" } }];
  const chunk = [{ event: "chunk", json: { generation: "x" } }];

  test.each([
    ["JSON", 200, "application/json", json, { generation: "x" }],
    ["JSON with a charset", 200, "application/json; charset=utf-8", json, { generation: "x" }],
    ["JSON under another name", 200, "application/x-amz-json-1.1", json, { generation: "x" }],
    ["JSON without a type", 200, undefined, json, { generation: "x" }],
    ["AWS's envelope", 200, "application/json", envelope, "unreadable_answer UnknownOperationException"],
    ["HTML", 200, "text/html", html, "unreadable_answer"],
    ["nothing", 200, "application/json", "", "unreadable_answer"],
    ["frames", 200, frameType, frames, "unreadable_answer"],
    ["a redirect", 302, "text/html", html, "unreadable_answer"],
    ["HTML of a proxy", 502, "text/html", html, "upstream_error"],
    ["HTML of a proxy", 503, "text/html", html, "service_unavailable"],
    ["an envelope", 404, "application/json", envelope, "not_found UnknownOperationException"],
  ])("whole: %s at %s as %s", async (...[, status, type, body, expected]) => {
    await using server = await startLoopback((response) => {
      response.writeHead(status, { ...(type && { "content-type": type }), "x-amzn-requestid": "r-1" });
      response.end(body);
    });
    const outcome = open().invoke(callOf(server.url));
    if (typeof expected === "object") return expect((await outcome).json).toEqual(expected);
    const { code, awsType, requestId, message } = await failureOf(outcome);
    expect([code, awsType].filter(Boolean).join(" ")).toBe(expected);
    expect(requestId).toBe("r-1");
    expect(message).not.toContain("<html>");
  });

  test.each([
    ["frames", 200, frameType, frames, chunk],
    ["frames, their type with a parameter", 200, `${frameType}; v=1`, frames, chunk],
    ["JSON in place of a stream", 200, "application/json", json, whole],
    ["JSON that calls itself a stream", 200, frameType, json, whole],
    [
      "server-sent events",
      200,
      "text/event-stream",
      `data: ${json}\n\ndata: [DONE]\n\n`,
      [...chunk, { event: "done" }],
    ],
    ["an empty stream", 200, frameType, "", []],
    ["AWS's envelope", 200, "application/json", envelope, "unreadable_answer UnknownOperationException"],
    [
      "AWS's envelope that calls itself a stream",
      200,
      frameType,
      envelope,
      "unreadable_answer UnknownOperationException",
    ],
    ["HTML", 200, "text/html", html, "unreadable_answer"],
    ["frames under another name", 200, "application/json", frames, "unreadable_answer"],
    [
      "a JSON error that calls itself a stream",
      400,
      frameType,
      '{"message":"m","__type":"ValidationException"}',
      "invalid_request ValidationException",
    ],
    [
      "a failure as the first frame",
      200,
      frameType,
      exceptionFrame("throttlingException", "{}"),
      "throttled ThrottlingException",
    ],
  ] as const)("stream: %s at %s as %s", async (...[, status, type, body, expected]) => {
    await using server = await startLoopback((response) => {
      response.writeHead(status, { "content-type": type, "x-amzn-requestid": "r-1" });
      response.end(body);
    });
    const outcome = open().invokeStream(callOf(server.url, streaming));
    if (typeof expected === "object") return expect(await collect(await outcome)).toEqual(expected);
    const { code, awsType, requestId } = await failureOf(outcome);
    expect([code, awsType].filter(Boolean).join(" ")).toBe(expected);
    expect(requestId).toBe("r-1");
  });
});

describe.each(["invoke", "invokeStream"] as const)("what AWS refuses, by %s", (method) => {
  const expected: Record<string, object> = {
    "model-not-ready": {
      code: "model_not_ready",
      status: 503,
      awsType: "ModelNotReadyException",
      retryAfter: 30,
    },
    "converse-unsupported": {
      code: "invalid_request",
      awsType: "ValidationException",
      message: expect.stringContaining("bedrock/openai/"),
    },
    "unknown-operation": { code: "not_found", awsType: "UnknownOperationException" },
    "kimi-wrong-id": { code: "invalid_request", message: "The provided model identifier is invalid." },
    "empty-content-kimi": { code: "invalid_request" },
    "image-field": { code: "invalid_request" },
    "signature-mismatch": {
      code: "authentication",
      status: 401,
      message: expect.not.stringContaining("Canonical"),
    },
  };

  test("every recorded error has an expectation", () => {
    expect(wireFixture.errors.map(({ id }) => id).toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  test.each(wireFixture.errors)("$id", async ({ id, operation, status, headers, body }) => {
    await using server = await startLoopback((response) =>
      answerJson(response, body, { status, headers: { ...headers } }),
    );
    const call = callOf(server.url, { operation: operation as BedrockCall["operation"] });
    expect(await failureOf(open()[method](call))).toMatchObject(expected[id] ?? {});
  });
});

describe("a stream", () => {
  test("gives each event when it is there, and events of one read together", async () => {
    const { promise: more, resolve: goOn } = Promise.withResolvers<void>();
    await using server = await startLoopback(async (response) => {
      startFrames(response);
      response.write(Buffer.concat([chunkFrame('{"n":1}'), chunkFrame('{"n":2}')]));
      await more;
      response.end(eventFrame("metadata", { n: 3 }));
    });
    const { messages } = await open().invokeStream(callOf(server.url, streaming));
    const batches = messages[Symbol.asyncIterator]();
    const numbers = async () => {
      const { done, value } = await batches.next();
      return done ? "end" : value.map((message: StreamMessage) => message.json?.["n"]);
    };
    expect(await numbers()).toEqual([1, 2]);
    goOn();
    expect(await numbers()).toEqual([3]);
    expect(await numbers()).toBe("end");
  });

  test("that fails later gives what came before, then the failure with AWS's request id", async () => {
    await using server = await startLoopback(async (response) => {
      startFrames(response, { "x-amzn-requestid": "r-9" });
      response.end(
        Buffer.concat([
          chunkFrame('{"n":1}'),
          exceptionFrame("modelStreamErrorException", '{"message":"m"}'),
        ]),
      );
    });
    const answer = await open().invokeStream(callOf(server.url, streaming));
    const messages: StreamMessage[] = [];
    const reading = (async () => {
      for await (const batch of answer.messages) messages.push(...batch);
    })();
    expect(await failureOf(reading)).toMatchObject({ code: "model_error", requestId: "r-9", message: "m" });
    expect(messages).toEqual([{ event: "chunk", json: { n: 1 } }]);
  });

  test.each([
    ["inside a frame", chunkFrame("{}").subarray(0, 30)],
    ["between frames", new Uint8Array()],
  ])("whose connection breaks %s is incomplete", async (_, rest) => {
    const { promise: read, resolve: isRead } = Promise.withResolvers<void>();
    await using server = await startLoopback(async (response) => {
      startFrames(response);
      response.write(Buffer.concat([chunkFrame('{"n":1}'), rest]));
      await read;
      response.destroy();
    });
    const answer = await open().invokeStream(callOf(server.url, streaming));
    isRead();
    expect(await failureOf(collect(answer))).toMatchObject({ code: "stream_incomplete", status: 502 });
  });

  test("damaged on the way is an error", async () => {
    const damaged = chunkFrame('{"n":2}');
    damaged.writeUInt8(damaged.readUInt8(40) ^ 1, 40);
    await using server = await startLoopback((response) => {
      startFrames(response);
      response.end(Buffer.concat([chunkFrame('{"n":1}'), damaged]));
    });
    const answer = await open().invokeStream(callOf(server.url, streaming));
    expect(await failureOf(collect(answer))).toMatchObject({ code: "unreadable_answer" });
  });

  test.each([
    ["after the first messages", (answer: StreamAnswer) => leaveAfterFirst(answer)],
    ["before reading any", (answer: StreamAnswer) => answer.messages[Symbol.asyncIterator]().return?.()],
  ])("is ended upstream when its reader leaves %s", async (_, leave) => {
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    await using server = await startLoopback((response) => {
      response.on("close", close);
      startFrames(response);
      response.write(chunkFrame("{}"));
    });
    await leave(await open().invokeStream(callOf(server.url, streaming)));
    await closed;
  });

  test("whose reader is slow holds the sender back", async () => {
    const frame = chunkFrame(JSON.stringify({ text: "x".repeat(60_000) }));
    const total = 400;
    let sent = 0;
    function* frames() {
      while (sent++ < total) yield frame;
    }
    await using server = await startLoopback((response) => {
      startFrames(response);
      Readable.from(frames()).pipe(response);
    });
    const { messages } = await open().invokeStream(callOf(server.url, streaming));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(sent).toBeLessThan(total);
    let count = 0;
    for await (const batch of messages) count += batch.length;
    expect(count).toBe(total);
  });
});

describe("retries", () => {
  const throttled = { status: 429, headers: { "x-amzn-errortype": "ThrottlingException" } };
  const notReady = { status: 429, headers: { "x-amzn-errortype": "ModelNotReadyException" } };

  test.each(["invoke", "invokeStream"] as const)("%s is sent again, signed anew", async (method) => {
    const clock = createTestClock();
    await using server = await startLoopback((response, _, index) => {
      const headers = { ...throttled.headers, "retry-after": "2" };
      answerJson(response, { message: "slow" }, index < 2 ? { ...throttled, headers } : {});
    });
    const outcome = open(clock)[method](callOf(server.url, { modelId: "model", maxRetries: 2 }));
    const advancing = setInterval(() => void clock.advance(500), 5);
    await outcome.finally(() => clearInterval(advancing));
    expect(clock.slept).toEqual([2000, 2000]);
    expect(new Set(server.received.map(({ headers }) => headers["x-amz-date"])).size).toBe(3);
  });

  test("a stream that fails with its first frame is sent again, later it isn't", async () => {
    const failure = exceptionFrame("internalServerException", "{}");
    await using server = await startLoopback((response, _, index) => {
      startFrames(response);
      response.end(index === 0 ? failure : Buffer.concat([chunkFrame("{}"), failure]));
    });
    const answer = await open({ random: () => 0 }).invokeStream(
      callOf(server.url, { ...streaming, maxRetries: 5 }),
    );
    expect(await failureOf(collect(answer))).toMatchObject({ code: "upstream_error" });
    expect(server.received).toHaveLength(2);
  });

  test("a lost connection is tried again", async () => {
    await using server = await startLoopback((response, _, index) => {
      if (index === 0) response.destroy();
      else answerJson(response, { ok: true });
    });
    const { json } = await open({ random: () => 0 }).invoke(callOf(server.url, { maxRetries: 1 }));
    expect(json).toEqual({ ok: true });
  });

  test("an answer that breaks off is tried again", async () => {
    await using server = await startLoopback((response, _, index) => {
      if (index > 0) return answerJson(response, { ok: true });
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      response.write('{"half":', () => response.destroy());
    });
    const { json } = await open({ random: () => 0 }).invoke(callOf(server.url, { maxRetries: 1 }));
    expect(json).toEqual({ ok: true });
  });

  test("Retry-After is told", async () => {
    const headers = { ...throttled.headers, "retry-after": "17" };
    await using server = await startLoopback((response) =>
      answerJson(response, {}, { ...throttled, headers }),
    );
    expect(await failureOf(open().invoke(callOf(server.url)))).toMatchObject({
      code: "throttled",
      retryAfter: 17,
    });
  });

  test("a cold model is waited for without using up retries", async () => {
    const clock = createTestClock();
    await using server = await startLoopback((response, _, index) => {
      answerJson(response, {}, index < 6 ? notReady : {});
    });
    const told = new Set<number>();
    const call = callOf(server.url, {
      coldStartTimeout: 300,
      onColdStart: ({ attempt }) => told.add(attempt),
    });
    const advancing = setInterval(() => void clock.advance(1000), 2);
    const transport = open(clock);
    const answer = await transport.invoke(call).finally(() => clearInterval(advancing));
    expect(server.received).toHaveLength(7);
    expect([...told]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(answer.coldWaitMs).toBeGreaterThan(100_000);
    expect(transport.warmthOf(call)).toMatchObject({ state: "warm" });
  });
});

describe("the connection", () => {
  test("refused", async () => {
    const server = createTcpServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const failure = await failureOf(open().invoke(callOf(`http://127.0.0.1:${port}`)));
    expect(failure).toMatchObject({
      code: "connection_failed",
      message: `The connection to 127.0.0.1:${port} failed: ECONNREFUSED.`,
    });
  });

  test("to a host that doesn't exist", async () => {
    const failure = await failureOf(open().invoke(callOf("http://outcrop.invalid")));
    expect(failure).toMatchObject({
      code: "connection_failed",
      message: expect.stringMatching(/outcrop\.invalid failed: E/),
    });
  });

  test("that speaks no HTTP", async () => {
    const server = createTcpServer((socket) => socket.resume().end("SSH-2.0-hello\r\n")).listen(
      0,
      "127.0.0.1",
    );
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expect(await failureOf(open().invoke(callOf(`http://127.0.0.1:${port}`)))).toMatchObject({
      code: "connection_failed",
    });
    await new Promise((resolve) => server.close(resolve));
  });
});

describe("the signal", () => {
  const reasons = [
    ["a deadline", new DOMException("", "TimeoutError"), "timeout"],
    ["the caller", new DOMException("", "AbortError"), "cancelled"],
    ["a reason of any kind", "because", "cancelled"],
    ["an error of ours", new OutcropError("timeout", "ours"), "timeout"],
  ] as const;

  test.each(reasons)("fired before by %s: nothing is sent", async (_, reason, code) => {
    await using server = await startLoopback((response) => answerJson(response, {}));
    const call = callOf(server.url, { signal: AbortSignal.abort(reason), maxRetries: 3 });
    expect(await failureOf(open().invoke(call))).toMatchObject({ code });
    expect(server.received).toEqual([]);
  });

  test.each(reasons)(
    "fired by %s while the answer is awaited: the upstream call ends",
    async (_, reason, code) => {
      const { promise: closed, resolve: close } = Promise.withResolvers<void>();
      const controller = new AbortController();
      await using server = await startLoopback((response) => {
        response.on("close", close);
        controller.abort(reason);
      });
      const call = callOf(server.url, { signal: controller.signal, maxRetries: 3 });
      expect(await failureOf(open().invoke(call))).toMatchObject({ code });
      await closed;
      expect(server.received).toHaveLength(1);
    },
  );

  test.each(reasons)("fired by %s inside a stream: the upstream call ends", async (_, reason, code) => {
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    const controller = new AbortController();
    await using server = await startLoopback((response) => {
      response.on("close", close);
      startFrames(response);
      response.write(chunkFrame("{}"));
    });
    const answer = await open().invokeStream(callOf(server.url, { ...streaming, signal: controller.signal }));
    const reading = collect(answer);
    await settle();
    controller.abort(reason);
    expect(await failureOf(reading)).toMatchObject({ code });
    await closed;
  });

  test("fired while the call still queues for a connection", async () => {
    const controller = new AbortController();
    await using server = await startLoopback(() => {});
    const transport = open({ connections: 1 });
    const first = new AbortController();
    const holding = failureOf(transport.invoke(callOf(server.url, { signal: first.signal })));
    const queued = failureOf(transport.invoke(callOf(server.url, { signal: controller.signal })));
    await settle();
    controller.abort();
    expect(await queued).toMatchObject({ code: "cancelled" });
    first.abort();
    expect(await holding).toMatchObject({ code: "cancelled" });
    expect(server.received.length).toBeLessThanOrEqual(1);
  });

  test("leaves no listener behind", async () => {
    const { signal } = new AbortController();
    await using server = await startLoopback((response) => {
      startFrames(response);
      response.end(chunkFrame("{}"));
    });
    await collect(
      await open().invokeStream(callOf(server.url, { ...streaming, signal, coldStartTimeout: 300 })),
    );
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("secrets", () => {
  test.each([
    ["of a bearer", { apiKey: "canary-api-key" }],
    ["of signing keys", keys],
  ])("%s that AWS's answer repeats are taken out", async (_, auth) => {
    await using server = await startLoopback((response, { headers }) => {
      const message = `Invalid key=value pair in Authorization header: '${headers.authorization}' ${String(headers["x-amz-security-token"])}`;
      answerJson(
        response,
        { message },
        { status: 403, headers: { "x-amzn-errortype": "IncompleteSignatureException" } },
      );
    });
    const failure = await failureOf(
      open().invoke(callOf(server.url, { auth, body: '{"prompt":"canary-prompt"}' })),
    );
    const { cause, stack, message, ...fields } = failure;
    expect(JSON.stringify([fields, message, stack, cause])).not.toContain("canary");
    expect(message).toContain("[redacted]");
  });

  test("none is in the error of a broken connection", async () => {
    await using server = await startLoopback((response) => response.destroy());
    const failure = await failureOf(
      open().invoke(callOf(server.url, { body: '{"prompt":"canary-prompt"}' })),
    );
    const { cause, stack, message } = failure;
    expect(`${message} ${stack} ${JSON.stringify(cause)} ${String(cause)}`).not.toContain("canary");
  });
});

describe("a fetch of one's own", () => {
  test("carries calls and streams", async () => {
    await using server = await startLoopback((response, { url }) => {
      if (!url.endsWith("stream"))
        return answerJson(response, { ok: true }, { headers: { "x-amzn-requestid": "r" } });
      startFrames(response);
      response.end(Buffer.concat([chunkFrame('{"n":1}'), chunkFrame('{"n":2}')]));
    });
    const urls: string[] = [];
    const transport = open({
      fetch: (url, init) => {
        urls.push(url);
        return fetch(url, init);
      },
    });
    expect(await transport.invoke(callOf(server.url))).toMatchObject({
      json: { ok: true },
      headers: { requestId: "r" },
    });
    const messages = await collect(await transport.invokeStream(callOf(server.url, streaming)));
    expect(messages.map(({ json }) => json?.["n"])).toEqual([1, 2]);
    expect(urls).toHaveLength(2);
    expect(server.received[0]).toMatchObject({
      url: `/model/${encodeURIComponent(arn)}/invoke`,
      body: '{"prompt":"hi"}',
    });
  });

  test("its failures are the connection's, and a redirect is not followed", async () => {
    const broken = open({
      fetch: () => Promise.reject(new TypeError("fetch failed", { cause: { code: "x" } })),
    });
    expect(await failureOf(broken.invoke(callOf("http://h")))).toMatchObject({ code: "connection_failed" });
    await using server = await startLoopback((response) => {
      response.writeHead(307, { location: "http://elsewhere.invalid/" }).end();
    });
    expect(await failureOf(open({ fetch }).invoke(callOf(server.url)))).toMatchObject({
      code: "unreadable_answer",
    });
  });
});

describe("an imported model's description", () => {
  const query = { modelId: arn, region: "us-east-1", auth: keys, maxRetries: 1, signal: undefined };

  test("is asked of the control plane, signed", async () => {
    await using server = await startLoopback((response) =>
      answerJson(response, wireFixture.importedModel.body),
    );
    const transport = open({
      env: () => ({
        AWS_ENDPOINT_URL_BEDROCK: server.url,
        AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "http://no.invalid",
      }),
    });
    expect(await transport.getImportedModel(query)).toEqual({
      modelArn: arn,
      modelName: "m",
      modelArchitecture: "qwen3",
      instructSupported: false,
      creationTime: new Date("2025-11-15T00:24:42.123Z"),
      customModelUnits: { perModelCopy: 1, version: "1.0" },
    });
    expect(server.received[0]).toMatchObject({
      method: "GET",
      url: wireFixture.importedModel.path,
      body: "",
    });
    expect(server.received[0]?.headers.authorization).toMatch(
      /Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/bedrock\/aws4_request/,
    );
  });

  test("what AWS leaves out, or writes otherwise, is undefined", async () => {
    const odd = {
      modelArchitecture: 5,
      creationTime: "yesterday",
      customModelUnits: { customModelUnitsVersion: 1 },
    };
    await using server = await startLoopback((response) => answerJson(response, odd));
    expect(await open().getImportedModel({ ...query, endpoint: server.url })).toEqual({
      modelArn: undefined,
      modelName: undefined,
      modelArchitecture: undefined,
      instructSupported: undefined,
      creationTime: undefined,
      customModelUnits: { perModelCopy: undefined, version: undefined },
    });
  });

  test("is asked again when AWS is busy, and refused as a call is", async () => {
    await using server = await startLoopback((response, _, index) => {
      const name = index === 0 ? "ThrottlingException" : "AccessDeniedException";
      answerJson(response, { message: "m" }, { status: 400, headers: { "x-amzn-errortype": name } });
    });
    const transport = open({ random: () => 0 });
    expect(await failureOf(transport.getImportedModel({ ...query, endpoint: server.url }))).toMatchObject({
      code: "permission_denied",
    });
    expect(server.received).toHaveLength(2);
  });
});
