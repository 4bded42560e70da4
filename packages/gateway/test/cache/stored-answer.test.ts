import { type ChatEvent, createCompletionFold } from "@outcrop/sdk";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAnswer, replayAnswer } from "../../src/cache/record-answer.ts";
import { type StoredAnswer, decodeStoredAnswer, encodeStoredAnswer } from "../../src/cache/stored-answer.ts";
import { answer, hello, read } from "./calls.ts";

const anyDelta: fc.Arbitrary<ChatEvent> = fc.oneof(
  fc.record({
    type: fc.constantFrom("text-delta" as const, "reasoning-delta" as const),
    choice: fc.nat(1),
    text: fc.string({ unit: "binary", maxLength: 40 }),
  }),
  fc.record({
    type: fc.constant("tool-call-start" as const),
    choice: fc.nat(1),
    index: fc.nat(1),
    id: fc.string(),
    name: fc.string(),
  }),
  fc.record({
    type: fc.constant("tool-call-delta" as const),
    choice: fc.nat(1),
    index: fc.nat(1),
    arguments: fc.string(),
  }),
  fc.record({ type: fc.constant("tool-call-end" as const), choice: fc.nat(1), index: fc.nat(1) }),
  fc.record({
    type: fc.constant("logprobs" as const),
    choice: fc.nat(1),
    content: fc.array(
      fc.record({
        token: fc.string(),
        logprob: fc.double({ noNaN: true, min: -20, max: 0 }).map((x) => x + 0),
        bytes: fc.constant(null),
        top_logprobs: fc.constant([]),
      }),
      { maxLength: 2 },
    ),
  }),
);
const anyFinish: fc.Arbitrary<ChatEvent> = fc.record(
  {
    type: fc.constant("finish" as const),
    reasons: fc.tuple(
      fc.constantFrom("stop" as const, "length" as const, "tool_calls" as const),
      fc.constant("stop" as const),
    ),
    usage: fc.record(
      { promptTokens: fc.nat(), completionTokens: fc.nat(), cachedTokens: fc.nat() },
      { requiredKeys: ["promptTokens", "completionTokens"] },
    ),
  },
  { requiredKeys: ["type", "reasons"] },
);
const anyAnswer = fc
  .tuple(fc.array(fc.array(anyDelta, { maxLength: 4 }), { maxLength: 12 }), anyFinish)
  .map(([batches, finish]) => [...batches, [finish]]);

function fold(events: readonly ChatEvent[]) {
  const completion = createCompletionFold();
  for (const event of events) completion.push(event);
  return completion.result();
}

function store(events: readonly ChatEvent[]): StoredAnswer {
  return { storedAt: 1, deploymentId: "d", modelGroup: "g", region: "r", warnings: ["w"], events };
}

async function record(events: AsyncIterable<readonly ChatEvent[]>) {
  const told: (readonly ChatEvent[])[] = [];
  const passed = await read(recordAnswer(events, (whole) => told.push(whole))).catch(
    (error: unknown) => error,
  );
  return { passed, told };
}

describe("recording", () => {
  test("passes every batch on as it came, and tells of the whole", async () => {
    const { passed, told } = await record(answer().events);
    expect(passed).toEqual(hello);
    expect(told).toHaveLength(1);
    expect(fold(told[0] ?? [])).toEqual(fold(hello.flat()));
  });

  test("holds no batch back", async () => {
    let pulled = 0;
    async function* source(): AsyncGenerator<readonly ChatEvent[]> {
      for (const batch of hello) {
        pulled++;
        yield batch;
      }
    }
    const iterator = recordAnswer(source(), () => undefined)[Symbol.asyncIterator]();
    for (const [index, batch] of hello.entries()) {
      expect((await iterator.next()).value).toBe(batch);
      expect(pulled).toBe(index + 1);
    }
  });

  test("tells of no answer that fails, that has no end, or that is left", async () => {
    const error = new Error("broke off");
    expect(await record(answer(hello, { error }).events)).toEqual({ passed: error, told: [] });
    expect((await record(answer(hello.slice(0, -1)).events)).told).toEqual([]);
    const told: unknown[] = [];
    for await (const batch of recordAnswer(answer().events, (whole) => told.push(whole))) {
      if (batch === hello[2]) break;
    }
    expect(told).toEqual([]);
  });

  test("lets the source go when its reader leaves", async () => {
    let isReleased = false;
    async function* source(): AsyncGenerator<readonly ChatEvent[]> {
      try {
        yield* hello;
      } finally {
        isReleased = true;
      }
    }
    for await (const batch of recordAnswer(source(), () => undefined)) if (batch === hello[0]) break;
    expect(isReleased).toBe(true);
  });

  test("gives up on what is very long, and still passes it on", async () => {
    const long = Array.from({ length: 3 }, (): ChatEvent[] => [
      { type: "text-delta", choice: 0, text: "x".repeat(1024 * 1024) },
    ]);
    const { passed, told } = await record(answer([...long, [{ type: "finish", reasons: ["stop"] }]]).events);
    expect(passed).toHaveLength(4);
    expect(told).toEqual([]);
  });

  test("a stream is kept in pieces, so that it can be one again", async () => {
    const words = Array.from({ length: 200 }, (_, index): ChatEvent[] => [
      { type: "text-delta", choice: 0, text: `word ${index} ` },
    ]);
    const { told } = await record(answer([...words, [{ type: "finish", reasons: ["stop"] }]]).events);
    const pieces = await read(replayAnswer(told[0] ?? []));
    expect(pieces.length).toBeGreaterThan(10);
    expect(pieces.length).toBeLessThan(100);
  });
});

test("any answer comes back the same from the store", async () => {
  await fc.assert(
    fc.asyncProperty(anyAnswer, async (batches) => {
      const { told } = await record(answer(batches).events);
      const decoded = decodeStoredAnswer(encodeStoredAnswer(store(told[0] ?? [])));
      const replayed = await read(replayAnswer(decoded?.events ?? []));
      expect(fold(replayed.flat())).toEqual(fold(batches.flat()));
    }),
  );
});

describe("what is no whole answer is not taken for one", () => {
  const finish = { type: "finish", reasons: ["stop"] };
  const good = JSON.parse(encodeStoredAnswer(store(hello.flat()))) as Record<string, unknown>;

  test("the good one is", () =>
    expect(decodeStoredAnswer(JSON.stringify(good))).toMatchObject({ storedAt: 1 }));

  test.each<[string, unknown]>([
    ["no JSON", "{"],
    ["a list", []],
    ["another version", { ...good, version: 0 }],
    ["no time", { ...good, storedAt: "now" }],
    ["no deployment", { ...good, deploymentId: null }],
    ["no region", { ...good, region: 7 }],
    ["odd warnings", { ...good, warnings: [7] }],
    ["no events", { ...good, events: undefined }],
    ["no end", { ...good, events: hello.flat().slice(0, -1) }],
    ["two ends", { ...good, events: [finish, finish] }],
    ["an end too early", { ...good, events: [finish, ...hello.flat().slice(0, 1)] }],
    ["an end without reason", { ...good, events: [{ type: "finish", reasons: [] }] }],
    ["an unknown reason", { ...good, events: [{ type: "finish", reasons: ["tired"] }] }],
    ["odd usage", { ...good, events: [{ ...finish, usage: { promptTokens: -1, completionTokens: 0 } }] }],
    ["an unknown event", { ...good, events: [{ type: "image", choice: 0 }, finish] }],
    ["text that is none", { ...good, events: [{ type: "text-delta", choice: 0, text: 7 }, finish] }],
    ["a choice that is none", { ...good, events: [{ type: "text-delta", choice: -1, text: "" }, finish] }],
    [
      "a call without name",
      { ...good, events: [{ type: "tool-call-start", choice: 0, index: 0, id: "1" }, finish] },
    ],
    ["odd logprobs", { ...good, events: [{ type: "logprobs", choice: 0, content: [{}] }, finish] }],
  ])("%s", (_name, value) => {
    expect(decodeStoredAnswer(typeof value === "string" ? value : JSON.stringify(value))).toBeUndefined();
  });

  test("nor is anything else", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(decodeStoredAnswer(text)).toBeUndefined();
      }),
    );
  });
});
