import { type ChatAnswer, type ChatCall, type ChatEvent, OutcropError, parseDeployment } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import { type CallEnd, createMeteredClient } from "../../src/ledger/metered-client.ts";
import type { UpstreamClient } from "../../src/routing/upstream-client.ts";
import { modelArn } from "./calls.ts";

const usage = { promptTokens: 1, completionTokens: 2 };
const text: ChatEvent = { type: "text-delta", choice: 0, text: "hi" };
const finish: ChatEvent = { type: "finish", reasons: ["stop"], usage };

const call: ChatCall = {
  deployment: parseDeployment({ model: `bedrock/openai/${modelArn}` }),
  request: { messages: [], tools: [], parameters: {}, chatTemplateKwargs: {}, extra: {} },
  stream: true,
};

/** A client whose answer is this, and what the meter was told of it; each look at the clock is a millisecond later. */
function meter(events: () => AsyncIterable<readonly ChatEvent[]>, holdMeter = Promise.resolve()) {
  const ends: (CallEnd | undefined)[] = [];
  let time = 0;
  let began = 0;
  const client = createMeteredClient<UpstreamClient>({
    client: {
      chat: async (): Promise<ChatAnswer> => ({
        events: events(),
        warnings: [],
        requestId: "r",
        region: "us-east-1",
      }),
    },
    meter: {
      began: () => void (began += 1),
      async ended(_, end) {
        ends.push(end);
        await holdMeter;
      },
    },
    now: () => (time += 1),
  });
  return { client, ends, began: () => began };
}

async function* stream(...batches: readonly (readonly ChatEvent[])[]) {
  yield* batches;
}

async function* failing(error: Error): AsyncGenerator<readonly ChatEvent[]> {
  yield [text];
  throw error;
}

async function readAll(events: AsyncIterable<readonly ChatEvent[]>): Promise<readonly ChatEvent[]> {
  const read: ChatEvent[] = [];
  for await (const batch of events) read.push(...batch);
  return read;
}

describe("a call is told of once", () => {
  test.each([
    ["a whole answer", [[text, finish]]],
    ["a stream", [[text], [text], [finish]]],
  ])("%s", async (_, batches) => {
    const { client, ends, began } = meter(() => stream(...batches));
    const { events } = await client.chat(call);
    expect(await readAll(events)).toEqual(batches.flat());
    const times = { askedAt: 1, sentAt: 1, answeredAt: 2, endedAt: 3 };
    expect(ends).toEqual([{ outcome: "succeeded", ...times, usage, region: "us-east-1" }]);
    expect(began()).toBe(1);
  });

  test("one that breaks off has failed", async () => {
    const { client, ends } = meter(() => failing(new OutcropError("stream_incomplete", "cut")));
    await expect(readAll((await client.chat(call)).events)).rejects.toThrow("cut");
    expect(ends).toMatchObject([{ outcome: "failed", answeredAt: 2, usage: undefined }]);
  });

  test("one that its reader leaves is left", async () => {
    const { client, ends } = meter(() => stream([text], [text], [finish]));
    for await (const batch of (await client.chat(call)).events) {
      expect(batch).toEqual([text]);
      break;
    }
    expect(ends).toMatchObject([{ outcome: "left", usage: undefined }]);
  });

  test("one whose reader goes in the middle of waiting is left", async () => {
    const { client, ends } = meter(() => failing(new OutcropError("cancelled", "gone")));
    await expect(readAll((await client.chat(call)).events)).rejects.toThrow("gone");
    expect(ends).toMatchObject([{ outcome: "left" }]);
  });

  test("one whose reader leaves after the end has succeeded", async () => {
    const { client, ends } = meter(() => stream([text, finish], [text]));
    for await (const batch of (await client.chat(call)).events) {
      expect(batch).toHaveLength(2);
      break;
    }
    expect(ends).toMatchObject([{ outcome: "succeeded", usage }]);
  });

  test.each([
    ["throttled", undefined],
    ["invalid_request", undefined],
    ["model_not_ready", undefined],
    // The model works on for them.
    ["cancelled", "left"],
    ["timeout", "failed"],
  ] as const)("one that ends as %s before an answer", async (code, outcome) => {
    const ends: (CallEnd | undefined)[] = [];
    const error = new OutcropError(code, "no");
    const failingClient = createMeteredClient<UpstreamClient>({
      client: {
        chat(given) {
          given.onSend?.();
          return Promise.reject(error);
        },
      },
      meter: { began: () => undefined, ended: async (_, end) => void ends.push(end) },
      now: () => 7,
    });
    await expect(failingClient.chat(call)).rejects.toBe(error);
    const times = { askedAt: 7, sentAt: 7, answeredAt: undefined, endedAt: 7 };
    expect(ends).toEqual([outcome && { outcome, ...times, usage: undefined, region: undefined }]);
  });
});

test("a call that goes out several times is timed by the first and the last", async () => {
  const ends: (CallEnd | undefined)[] = [];
  let time = 0;
  const metered = createMeteredClient<UpstreamClient>({
    client: {
      async chat(given) {
        for (const at of [10, 20, 30]) {
          time = at;
          given.onSend?.();
        }
        time = 40;
        return { events: stream([text, finish]), warnings: [], requestId: "r", region: "us-east-1" };
      },
    },
    meter: { began: () => undefined, ended: async (_, end) => void ends.push(end) },
    now: () => time,
  });
  await readAll((await metered.chat(call)).events);
  expect(ends).toMatchObject([{ askedAt: 10, sentAt: 30, answeredAt: 40, endedAt: 40 }]);
});

test("who leaves before a call has gone out has not been to AWS", async () => {
  const ends: (CallEnd | undefined)[] = [];
  const metered = createMeteredClient<UpstreamClient>({
    client: { chat: () => Promise.reject(new OutcropError("cancelled", "gone")) },
    meter: { began: () => undefined, ended: async (_, end) => void ends.push(end) },
    now: () => 0,
  });
  await expect(metered.chat(call)).rejects.toThrow("gone");
  expect(ends).toEqual([undefined]);
});

test("the end of an answer is held until the meter has taken it down, and nothing before it", async () => {
  const taken = Promise.withResolvers<void>();
  const { client } = meter(() => stream([text], [finish]), taken.promise);
  const seen: string[] = [];
  const { events } = await client.chat(call);
  const reading = (async () => {
    for await (const batch of events) seen.push(...batch.map(({ type }) => type));
  })();
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual(["text-delta"]);
  taken.resolve();
  await reading;
  expect(seen).toEqual(["text-delta", "finish"]);
});

test("what else a client can do is left to it", () => {
  const client = { chat: () => Promise.reject(new Error("no")), warmthOf: () => "warm" };
  const metered = createMeteredClient({
    client,
    meter: { began: () => undefined, ended: async () => undefined },
    now: () => 0,
  });
  expect(metered.warmthOf()).toBe("warm");
});
