import { type JsonObject, isJsonObject, parseJson } from "@outcrop/sdk";
import { EventStreamCodec } from "@smithy/eventstream-codec";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type BedrockAnswer, type FuzzRig, key, startFuzzRig } from "./fuzz-rig.ts";
import { mutateBytes, mutateTree } from "./mutate.ts";
import { type Dice, createDice } from "./random.ts";

let rig: FuzzRig;
let next: BedrockAnswer;
beforeAll(async () => {
  rig = await startFuzzRig(() => next);
});
afterEach(() => expect(rig.takeLog().filter((line) => /has failed|internal/.test(line))).toEqual([]));
afterAll(() => rig.close());

const call = { id: "c", type: "function", function: { name: "f", arguments: '{"city":"Oslo"}' } };
const usage = { prompt_tokens: 5, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 1 } };
const logprobs = { content: [{ token: "Yes", logprob: -0.1, bytes: [89], top_logprobs: [] }] };
const metrics = { inputTokenCount: 5, outputTokenCount: 7, invocationLatency: 3, firstByteLatency: 1 };

/** Answers in one piece, of every wire. */
const wholes: readonly JsonObject[] = [
  {
    generation: "<think>Hm.</think>Yes.",
    prompt_token_count: 5,
    generation_token_count: 7,
    stop_reason: "stop",
  },
  {
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "Yes.", reasoning_content: "Hm." },
        logprobs,
        finish_reason: "stop",
      },
    ],
    usage,
  },
  {
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: null, tool_calls: [call] },
        finish_reason: "tool_calls",
      },
    ],
    usage,
  },
  { choices: [{ index: 0, text: "Yes.", finish_reason: "length" }], usage },
  { outputs: [{ text: "Yes.", stop_reason: "stop" }] },
  {
    output: {
      message: {
        role: "assistant",
        content: [
          { reasoningContent: { reasoningText: { text: "Hm." } } },
          { text: "Yes." },
          { toolUse: { toolUseId: "c", name: "f", input: { city: "Oslo" } } },
        ],
      },
    },
    stopReason: "tool_use",
    usage: { inputTokens: 5, outputTokens: 7, totalTokens: 12 },
    metrics: { latencyMs: 3 },
  },
];

/** The JSONs of streams. */
const streams: readonly (readonly JsonObject[])[] = [
  [
    { generation: "<think>Hm.</think>" },
    { generation: "Yes.", stop_reason: "stop", "amazon-bedrock-invocationMetrics": metrics },
  ],
  [
    { choices: [{ index: 0, delta: { role: "assistant", content: "Ye" }, finish_reason: null }] },
    {
      choices: [
        {
          index: 0,
          delta: { content: "s.", tool_calls: [{ index: 0, ...call }] },
          logprobs,
          finish_reason: null,
        },
      ],
    },
    { choices: [{ index: 0, delta: {}, finish_reason: "tool_calls" }], usage },
    { choices: [], usage, "amazon-bedrock-invocationMetrics": metrics },
  ],
  [
    { messageStart: { role: "assistant" } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text: "Hm." } } } },
    { contentBlockStart: { contentBlockIndex: 1, start: { toolUse: { toolUseId: "c", name: "f" } } } },
    { contentBlockDelta: { contentBlockIndex: 1, delta: { toolUse: { input: '{"city":' } } } },
    { contentBlockDelta: { contentBlockIndex: 2, delta: { text: "Yes." } } },
    { contentBlockStop: { contentBlockIndex: 1 } },
    { messageStop: { stopReason: "end_turn" } },
    { metadata: { usage: { inputTokens: 5, outputTokens: 7, totalTokens: 12 }, metrics: { latencyMs: 3 } } },
  ],
];

const failures: readonly JsonObject[] = [
  { message: "No.", __type: "ThrottlingException" },
  { Output: { __type: "com.amazon.coral.service#UnknownOperationException" }, Version: "1.0" },
  { error: { message: "No.", type: "invalid_request_error", param: null, code: 400 } },
];

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString("utf8"),
  (text) => Buffer.from(text),
);

function frame(headers: Readonly<Record<string, string>>, body: Buffer): Buffer {
  const typed = Object.entries(headers).map(([name, value]) => [name, { type: "string" as const, value }]);
  return Buffer.from(codec.encode({ headers: Object.fromEntries(typed) as never, body }));
}

/** A frame as Bedrock sends it, about a JSON's text that may have suffered. */
function frameOf(event: JsonObject, text: string, dice: Dice): Buffer {
  const [name = ""] = Object.keys(event);
  const isConverse = /^(message|content|metadata)/.test(name);
  const type = dice.chance(0.03) ? dice.pick(["exception", "error", "event", "", "x"]) : "event";
  const payload = isConverse
    ? JSON.stringify(parseJson(text) ?? null).replace(/^\{"[^"]*":(.*)\}$/s, "$1")
    : JSON.stringify({ bytes: Buffer.from(text).toString("base64"), p: "abc" });
  return frame(
    {
      ":message-type": type,
      ":event-type": isConverse ? name : "chunk",
      ":exception-type": "throttlingException",
      ":content-type": "application/json",
    },
    dice.chance(0.05) ? mutateBytes(payload, dice) : Buffer.from(payload),
  );
}

const contentTypes = [
  "application/json",
  "application/vnd.amazon.eventstream",
  "text/event-stream",
  "text/html",
  "",
];
const oddHeaders: readonly Readonly<Record<string, string>>[] = [
  { "x-amzn-requestid": "r-é\u00ff" },
  { "retry-after": "9".repeat(400) },
  { "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" },
  { "x-amz-retry-after": "-1" },
  { "x-amzn-bedrock-input-token-count": "1e9", "x-amzn-bedrock-output-token-count": "x" },
  { "x-amzn-errortype": "__proto__" },
  { "x-amzn-errortype": "toString:http://x#y" },
];

function makeAnswer(dice: Dice): BedrockAnswer {
  const mutate = (json: JsonObject) => (dice.chance(0.6) ? mutateTree(json, dice) : JSON.stringify(json));
  const status = dice.pick([
    200, 200, 200, 200, 200, 200, 201, 204, 302, 400, 403, 404, 418, 424, 429, 500, 503, 599,
  ]);
  const body = (() => {
    if (status >= 300) return Buffer.from(mutate(dice.pick(failures)));
    const events = dice.pick(streams);
    switch (dice.below(4)) {
      case 0:
        return Buffer.from(`${events.map((event) => `data: ${mutate(event)}\n\n`).join("")}data: [DONE]\n\n`);
      case 1:
        return Buffer.concat(events.map((event) => frameOf(event, mutate(event), dice)));
      case 2:
        return mutateBytes(mutate(dice.pick(wholes)), dice);
      default:
        return Buffer.from(mutate(dice.pick(wholes)));
    }
  })();
  const type = body[0] === 0x7b ? contentTypes[0] : body[0] === 0 ? contentTypes[1] : contentTypes[2];
  const headers = {
    "content-type": dice.chance(0.05) ? dice.pick(contentTypes) : (type ?? ""),
    ...(dice.chance(0.3) ? dice.pick(oddHeaders) : {}),
  };
  return { status, headers, body };
}

const tools = [{ type: "function", function: { name: "f", parameters: { type: "object" } } }];
const content = [{ role: "user", content: "Hi" }];
const requests: readonly (readonly [string, (model: string, stream: boolean) => JsonObject])[] = [
  ["/v1/chat/completions", (model, stream) => ({ model, stream, messages: content, tools })],
  ["/v1/chat/completions", (model, stream) => ({ model, stream, messages: content, n: 2, stop: ["Y"] })],
  ["/v1/completions", (model, stream) => ({ model, stream, prompt: "Hi" })],
  ["/v1/messages", (model, stream) => ({ model, stream, max_tokens: 50, messages: content })],
  ["/v1/responses", (model, stream) => ({ model, stream, input: "Hi" })],
  ["/bedrock/model/chat/converse-stream", () => ({})],
];

test(
  "3,000 answers with something wrong in them: whatever Bedrock sends, the failure is named",
  { timeout: 120_000 },
  async () => {
    const dice = createDice(8);
    const faults: string[] = [];
    const counts = { right: 0, failed: 0, broken: 0 };
    for (let left = 3000; left > 0; left--) {
      next = makeAnswer(dice);
      const [path, body] = dice.pick(requests);
      const response = await fetch(rig.gateway.url + path, {
        method: "POST",
        redirect: "manual",
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify(body(dice.pick(["chat", "prompt", "converse"]), dice.chance(0.5))),
      });
      const text = await response.text();
      const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
      const isRelayed = path.startsWith("/bedrock");
      if (response.status === 200 && !isStream) counts.right++;
      else if (isStream) counts[/"error":|event: error/.test(text) ? "broken" : "right"]++;
      else counts.failed++;
      const json = parseJson(text);
      const isNamed =
        isStream || isRelayed || response.status === 200 || (isJsonObject(json) && isJsonObject(json.error));
      if (!isNamed || /internal_error|The gateway failed/.test(text))
        faults.push(
          `${response.status} ${text.slice(0, 300)} FROM ${next.status} ${next.body.subarray(0, 400).toString()}`,
        );
    }
    expect(faults).toEqual([]);
    expect(Math.min(counts.right, counts.failed, counts.broken)).toBeGreaterThan(50);
  },
);
