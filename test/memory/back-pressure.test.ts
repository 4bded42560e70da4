import { createHash } from "node:crypto";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Gateway } from "../../packages/gateway/src/gateway.ts";
import { type Firehose, pieceOf, startFirehose } from "./firehose.ts";
import { type Ask, askHttp1, askHttp2, numbersIn, startGatewayAt } from "./gateway-at.ts";
import { memoryHeld } from "./memory-used.ts";

/** 12 KB each: about 65 MB as frames. */
const pieces = 4000;
const mib = 1024 * 1024;
/** On its way to a client who reads nothing: buffers of two connections in the system, which lets them grow to several MB each. */
const mostOnTheWay = 32 * mib;
/** Of that in this process, gateway, Bedrock and client together. */
const mostHeld = 4 * mib;
/** A machine may be busy with other things, and each look at memory is a collection. */
const patiently = { timeout: 240_000, interval: 200 };
const unhurried = { timeout: 300_000 };

const models = {
  text: "llama",
  chat: "openai",
  sse: "openai",
  converse: "converse",
  whole: "llama",
  refusedwhole: "llama",
};
const messages = [{ role: "user", content: "hi" }];
const streamOf = (model: string): Ask => ({
  path: "/v1/chat/completions",
  body: { model, messages, stream: true },
});

const ways: readonly (readonly [string, Ask])[] = [
  ["chat completions of prompts", streamOf("text")],
  ["chat completions of messages", streamOf("chat")],
  ["chat completions of server-sent events", streamOf("sse")],
  ["chat completions of Converse", streamOf("converse")],
  [
    "Anthropic's messages",
    { path: "/v1/messages", body: { model: "chat", messages, stream: true, max_tokens: 9 } },
  ],
  ["Bedrock's own protocol", { path: "/bedrock/model/chat/invoke-with-response-stream", body: { messages } }],
];
const protocols = [
  ["HTTP/1.1", askHttp1],
  ["HTTP/2", askHttp2],
] as const;

let firehose: Firehose;
let gateway: Gateway;
beforeAll(async () => {
  firehose = await startFirehose(pieces);
  gateway = await startGatewayAt(firehose.url, models);
  // What is loaded and compiled once is nobody's stream.
  for (const [, question] of ways)
    for (const [, ask] of protocols) await readSome(await ask(gateway.url, question));
});
afterAll(async () => {
  await gateway.close(0);
  await firehose.close();
});

/** Waits until nothing more is taken from the firehose. */
async function standstill(): Promise<number> {
  for (let last = -1; ;) {
    const now = firehose.written();
    if (now === last) return now;
    last = now;
    await pause(150);
  }
}

async function readSome(stream: Readable): Promise<void> {
  for (let reads = 0; reads < 20; reads++) await once(stream, "data");
  stream.destroy();
}

const allNumbers = Array.from({ length: pieces }, (_, index) => index);

async function digestOf(stream: Readable): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of stream as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest("hex");
}

describe.each(ways)("a client that reads nothing: %s", (name, question) => {
  test.each(protocols)("over %s holds up its own stream alone, and loses nothing of it", async (_, ask) => {
    const before = firehose.written();
    const held = await memoryHeld();
    const stream = await ask(gateway.url, question);
    const onTheWay = (await standstill()) - before;
    expect(onTheWay).toBeLessThan(mostOnTheWay);
    expect((await memoryHeld()) - held).toBeLessThan(mostHeld);
    // It is far from having sent everything.
    expect(onTheWay).toBeLessThan((pieces * pieceOf(0).length) / 2);
    if (name.startsWith("Bedrock")) expect(await digestOf(stream)).toBe(firehose.lastDigest());
    else expect(await numbersIn(stream)).toEqual(allNumbers);
  });
});

describe("several at once", unhurried, () => {
  test("ten clients that read nothing take ten times as much, and no more", async () => {
    const before = firehose.written();
    const held = await memoryHeld();
    const streams = await Promise.all(
      Array.from({ length: 10 }, () => askHttp1(gateway.url, streamOf("text"))),
    );
    expect((await standstill()) - before).toBeLessThan(10 * mostOnTheWay);
    expect((await memoryHeld()) - held).toBeLessThan(10 * mostHeld);
    for (const stream of streams) stream.destroy();
    await expect.poll(memoryHeld, patiently).toBeLessThan(held + mostHeld);
  });

  test("eight that read slowly get everything in order, and little is held while they all pause", async () => {
    const held = await memoryHeld();
    const asked = Array.from({ length: 8 }, (_, index): Promise<Readable> => {
      const [, question] = ways[index % 5] ?? ["", streamOf("text")];
      return (index % 2 === 0 ? askHttp1 : askHttp2)(gateway.url, question);
    });
    const streams = await Promise.all(asked);
    let reads = 0;
    let waiting = 0;
    const go = Promise.withResolvers<void>();
    /** A short pause now and then, and a long one of everybody in the middle. */
    const slowly = async () => {
      if (++reads % 50 === 0) await pause(1);
      if (reads < pauseAfter) return;
      waiting++;
      await go.promise;
      waiting--;
    };
    const pauseAfter = 2000;
    const reading = Promise.all(streams.map((stream) => numbersIn(stream, slowly)));
    await expect.poll(() => waiting, patiently).toBe(8);
    await standstill();
    expect((await memoryHeld()) - held).toBeLessThan(8 * mostHeld);
    go.resolve();
    for (const numbers of await reading) expect(numbers).toEqual(allNumbers);
  });
});

describe("an answer in one piece that does not come to an end is given up", unhurried, () => {
  const limit = 64 * mib;

  async function expectRefusal(question: Ask, status: number, message: RegExp): Promise<void> {
    const before = firehose.written();
    const held = await memoryHeld();
    const response = await askHttp1(gateway.url, question);
    const { error } = JSON.parse((await response.setEncoding("utf8").toArray()).join("")) as {
      error: { message: string };
    };
    expect(response.statusCode).toBe(status);
    expect(error.message).toMatch(message);
    expect(firehose.written() - before).toBeLessThan(limit + mostOnTheWay);
    await expect.poll(memoryHeld, patiently).toBeLessThan(held + mostHeld);
  }

  test.each([
    ["of a whole call", { ...streamOf("whole"), body: { model: "whole", messages } }],
    ["where a stream was asked for", streamOf("whole")],
    ["that is a refusal", streamOf("refusedwhole")],
    [
      "that is a refusal, in Bedrock's own protocol",
      { path: "/bedrock/model/refusedwhole/invoke", body: {} },
    ],
  ])("%s", (_, question) => expectRefusal(question, 502, /answer is longer than 67108864 bytes/));
});
