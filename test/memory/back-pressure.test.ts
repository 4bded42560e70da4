import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { type ClientHttp2Stream, connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resolveAccess } from "../../packages/gateway/src/config/access.ts";
import { loadConfig } from "../../packages/gateway/src/config/load-config.ts";
import { type Gateway, createGateway } from "../../packages/gateway/src/gateway.ts";
import { type Firehose, pieceOf, startFirehose } from "./firehose.ts";
import { memoryUsed } from "./memory-used.ts";

const pieces = 6000;
const mib = 1024 * 1024;
/**
 * What may be on its way to a client who reads nothing: the buffers of two connections in the kernel, which grow to several MB each, and
 * what the gateway reads ahead.
 */
const mostOnTheWay = 32 * mib;

let firehose: Firehose;
let gateway: Gateway;

beforeAll(async () => {
  firehose = await startFirehose(pieces);
  const folder = mkdtempSync(join(tmpdir(), "outcrop-test-"));
  const file = join(folder, "config.yaml");
  const entry = (name: string, route: string) =>
    `  - {model_name: ${name}, litellm_params: {model: "bedrock/${route}/arn:aws:bedrock:us-east-1:123456789012:imported-model/${name}00000000", aws_bedrock_runtime_endpoint: "${firehose.url}", aws_access_key_id: AKIDEXAMPLE, aws_secret_access_key: secret}}`;
  writeFileSync(file, `model_list:\n${entry("text", "llama")}\n${entry("chat", "openai")}\n`);
  const { config, findings } = await loadConfig(file, { env: {} });
  rmSync(folder, { recursive: true });
  if (!config) throw new Error(JSON.stringify(findings));
  const access = resolveAccess(config, { host: "127.0.0.1", env: {} });
  gateway = await createGateway({ config, access, port: 0, env: {}, write: () => undefined });
  // What is loaded and compiled once is nobody's stream.
  for (const [, question] of ways)
    for (const ask of [ask1, ask2]) await once((await ask(question)).resume(), "end");
});

afterAll(async () => {
  await gateway.close(0);
  await firehose.close();
});

interface Ask {
  readonly path: string;
  readonly body: object;
}

const messages = [{ role: "user", content: "hi" }];

const ways: readonly (readonly [string, Ask])[] = [
  [
    "chat completions, prompt wire",
    { path: "/v1/chat/completions", body: { model: "text", messages, stream: true } },
  ],
  [
    "chat completions, chat wire",
    { path: "/v1/chat/completions", body: { model: "chat", messages, stream: true } },
  ],
  [
    "Anthropic's messages",
    { path: "/v1/messages", body: { model: "chat", messages, stream: true, max_tokens: 9 } },
  ],
  ["Bedrock's own protocol", { path: "/bedrock/model/chat/invoke-with-response-stream", body: { messages } }],
];

async function ask1({ path, body }: Ask): Promise<IncomingMessage> {
  const outgoing = request(gateway.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
  });
  outgoing.end(JSON.stringify(body));
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  return response;
}

async function ask2({ path, body }: Ask): Promise<ClientHttp2Stream> {
  const session = connect(gateway.url);
  const stream = session.request({ ":method": "POST", ":path": path, "content-type": "application/json" });
  stream.end(JSON.stringify(body));
  stream.once("close", () => session.close());
  await once(stream, "response");
  return stream;
}

/** Waits until nothing more is taken from the firehose. */
async function standstill(): Promise<number> {
  for (let last = -1; ;) {
    const now = firehose.written();
    if (now === last) return now;
    last = now;
    await pause(150);
  }
}

/** The numbers of the pieces, in the order in which they came. */
async function numbersIn(stream: Readable): Promise<number[]> {
  const numbers: number[] = [];
  let rest = "";
  for await (const chunk of stream.setEncoding("utf8") as AsyncIterable<string>) {
    rest += chunk;
    for (const [, number] of rest.matchAll(/\[(\d+)\]x/g)) numbers.push(Number(number));
    rest = rest.slice(Math.max(rest.lastIndexOf("]x") + 2, rest.length - 16));
  }
  return numbers;
}

describe.each(ways)("a client that reads nothing: %s", (name, question) => {
  test.each([
    ["HTTP/1.1", ask1],
    ["HTTP/2", ask2],
  ])("over %s holds up its own stream alone, and loses nothing of it", async (_, ask) => {
    const before = firehose.written();
    const used = memoryUsed();
    const stream = await ask(question);
    const onTheWay = (await standstill()) - before;
    expect(onTheWay).toBeLessThan(mostOnTheWay);
    // Buffers that nobody holds go in their own time; what is held stays.
    await expect.poll(() => memoryUsed() - used).toBeLessThan(mostOnTheWay);
    // It is far from having sent everything.
    expect(onTheWay).toBeLessThan((pieces * pieceOf(0).length) / 2);
    if (name.startsWith("Bedrock")) {
      let size = 0;
      for await (const chunk of stream as AsyncIterable<Buffer>) size += chunk.length;
      expect(size).toBe(firehose.written() - before);
    } else expect(await numbersIn(stream)).toEqual(Array.from({ length: pieces }, (__, index) => index));
  });
});

test("ten clients that read nothing take ten times as much, and no more", async () => {
  const before = firehose.written();
  const used = memoryUsed();
  const question = ways[0]?.[1] ?? { path: "", body: {} };
  const streams = await Promise.all(Array.from({ length: 10 }, () => ask1(question)));
  expect((await standstill()) - before).toBeLessThan(10 * mostOnTheWay);
  await expect.poll(() => memoryUsed() - used).toBeLessThan(10 * 4 * mib);
  for (const stream of streams) stream.destroy();
  await expect.poll(() => firehose.written() - before).toBeLessThan(10 * mostOnTheWay);
});
