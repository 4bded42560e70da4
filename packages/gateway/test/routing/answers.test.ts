import { type ChatEvent, OutcropError } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import { type Behaviour, createFakeClient } from "./fake-client.ts";
import { createRig, failureOf, listenerCount, nothingLeft, readEvents, readText } from "./rig.ts";
import type { RoutedAnswer } from "../../src/routing/router.ts";
import { settle } from "./test-clock.ts";

type Rig = ReturnType<typeof createRig>;

async function expectReleased(rig: Rig, signal: AbortSignal): Promise<void> {
  await settle();
  expect(rig.leftovers()).toEqual(nothingLeft);
  expect(listenerCount(signal)).toBe(0);
}

describe("an answer gives everything back", () => {
  const ends: readonly [
    string,
    {
      plan?: Behaviour;
      stream: boolean;
      read: (answer: RoutedAnswer, leaving: AbortController) => Promise<unknown>;
    },
  ][] = [
    ["when a stream was read", { stream: true, read: readText }],
    ["when a whole answer was read", { stream: false, read: readText }],
    ["when a whole answer was never read", { stream: false, read: async () => {} }],
    [
      "when a stream that is there at once was never read",
      {
        stream: true,
        plan: { do: "answer", events: [{ type: "finish", reasons: ["stop"] }] },
        read: async () => {},
      },
    ],
    [
      "when the reader leaves in the middle",
      {
        stream: true,
        plan: { do: "stall" },
        read: async ({ events }) => {
          for await (const batch of events) if (batch.length > 0) break;
        },
      },
    ],
    [
      "when the reader never reads, and leaves",
      {
        stream: true,
        plan: { do: "stall" },
        read: async ({ events }) => events[Symbol.asyncIterator]().return?.(),
      },
    ],
    [
      "when the stream fails",
      {
        stream: true,
        plan: { do: "break", code: "upstream_error" },
        read: (answer) => failureOf(readText(answer)),
      },
    ],
    [
      "when the client leaves without having read",
      { stream: true, plan: { do: "stall" }, read: async (_, leaving) => leaving.abort() },
    ],
    [
      "when the client leaves while reading",
      {
        stream: true,
        plan: { do: "stall" },
        read: async (answer, leaving) => {
          const reading = failureOf(readText(answer));
          await settle();
          leaving.abort();
          return reading;
        },
      },
    ],
  ];
  test.each(ends)("%s", async (_, { plan = { do: "answer" }, stream, read }) => {
    const leaving = new AbortController();
    const rig = createRig({ models: [{ name: "a" }], plan: () => plan });
    await read(await rig.chat("a", { stream, signal: leaving.signal }), leaving);
    await expectReleased(rig, leaving.signal);
  });

  test("when the reader leaves while the next batch is on its way", async () => {
    const { signal } = new AbortController();
    const rig = createRig({ models: [{ name: "a" }], plan: () => ({ do: "stall" }) });
    const reader = (await rig.chat("a", { stream: true, signal })).events[Symbol.asyncIterator]();
    await reader.next();
    const reading = failureOf(reader.next());
    await reader.return?.();
    expect((await reading).code).toBe("cancelled");
    await expectReleased(rig, signal);
  });

  test("when the client leaves and the upstream does not hear of it", async () => {
    const leaving = new AbortController();
    const rig = createRig({ models: [{ name: "a" }], plan: () => ({ do: "stall", deaf: true }) });
    const answer = await rig.chat("a", { stream: true, signal: leaving.signal });
    const reading = failureOf(readText(answer));
    await settle();
    leaving.abort();
    expect((await reading).code).toBe("cancelled");
    expect([rig.inFlight("a"), listenerCount(leaving.signal)]).toEqual([0, 0]);
  });

  test("its own signal included", async () => {
    const rig = createRig({ models: [{ name: "a" }] });
    await rig.ask("a", { stream: true });
    const [sent] = rig.client.calls;
    expect(sent?.call.signal && listenerCount(sent.call.signal)).toBe(0);
  });

  test("and holds it until then", async () => {
    const leaving = new AbortController();
    const rig = createRig({ models: [{ name: "a" }], plan: () => ({ do: "stall" }) });
    const answer = await rig.chat("a", { stream: true, signal: leaving.signal });
    await settle();
    expect([rig.inFlight("a"), rig.client.open(), listenerCount(leaving.signal)]).toEqual([1, 1, 1]);
    await answer.events[Symbol.asyncIterator]().return?.();
    await expectReleased(rig, leaving.signal);
  });
});

describe("a stream", () => {
  test("is not replayed once its first event is out", async () => {
    const rig = createRig({
      models: [{ name: "a" }, { name: "b" }],
      router: { fallbacks: { a: ["b"] } },
      plan: () => ({ do: "break", code: "upstream_error" }),
    });
    const answer = await rig.chat("a", { stream: true });
    const read: string[] = [];
    const error = await failureOf(
      (async () => {
        for await (const batch of answer.events) read.push(...batch.map(({ type }) => type));
      })(),
    );
    expect([error.code, read, rig.client.ids()]).toEqual(["upstream_error", ["text-delta"], ["a"]]);
  });

  test("that fails before its first event is tried again", async () => {
    const rig = createRig({
      models: [{ name: "a" }],
      plan: (_, __, attempt) => (attempt === 1 ? { do: "end-early" } : { do: "answer" }),
    });
    expect(await rig.ask("a", { stream: true })).toMatchObject({ text: "hi", attemptedRetries: 1 });
  });

  test("that ends without a finish has failed", async () => {
    const events: readonly ChatEvent[] = [{ type: "text-delta", choice: 0, text: "hi" }];
    const rig = createRig({ models: [{ name: "a" }], plan: () => ({ do: "answer", events }) });
    const answer = await rig.chat("a", { stream: true });
    expect((await failureOf(readText(answer))).code).toBe("stream_incomplete");
    expect(rig.state.view("a", rig.clock.now()).minute).toMatchObject({ failures: 1, successes: 0 });
  });

  test("whose reader has gone never looks finished", async () => {
    const leaving = new AbortController();
    const rig = createRig({ models: [{ name: "a" }], plan: () => ({ do: "stall" }) });
    const answer = await rig.chat("a", { stream: true, signal: leaving.signal });
    leaving.abort(new OutcropError("cancelled", "gone"));
    expect((await failureOf(readText(answer))).message).toBe("gone");
  });

  test("has not begun with a batch that holds nothing", async () => {
    const rig = createRig({ models: [{ name: "a" }] });
    let attempts = 0;
    rig.client.chat = async () => ({
      warnings: [],
      requestId: undefined,
      region: "us-east-1",
      events: (async function* () {
        yield [];
        if (++attempts === 1) throw new OutcropError("upstream_error", "too early");
        yield [{ type: "finish", reasons: ["stop"] } as const];
      })(),
    });
    expect((await rig.ask("a", { stream: true })).attemptedRetries).toBe(1);
  });

  test("skips batches without events", async () => {
    const rig = createRig({ models: [{ name: "a" }] });
    rig.client.chat = async () => ({
      warnings: [],
      requestId: undefined,
      region: "us-east-1",
      events: (async function* () {
        yield [];
        yield [{ type: "text-delta", choice: 0, text: "late" } as const];
        yield [{ type: "finish", reasons: ["stop"] } as const];
      })(),
    });
    expect((await rig.ask("a", { stream: true })).text).toBe("late");
  });

  test("comes through event by event", async () => {
    const rig = createRig({ models: [{ name: "a" }] });
    const events = await readEvents(await rig.chat("a", { stream: true }));
    expect(events).toEqual([
      { type: "text-delta", choice: 0, text: "hi" },
      { type: "finish", reasons: ["stop"], usage: { promptTokens: 10, completionTokens: 5 } },
    ]);
  });
});

describe("an answer says", () => {
  test("where it comes from", async () => {
    const rig = createRig({ models: [{ name: "group", id: "deployment" }] });
    expect(await rig.chat("group")).toMatchObject({
      entry: { id: "deployment" },
      modelGroup: "group",
      requestId: "request-deployment",
      region: "us-east-1",
      attemptedRetries: 0,
      attemptedFallbacks: 0,
      warnings: [],
    });
  });
});

describe("a client that fails in its own way", () => {
  test("is a fault of ours, which another group may make good", async () => {
    const rig = createRig({ models: [{ name: "a" }, { name: "b" }], router: { fallbacks: { a: ["b"] } } });
    const working = createFakeClient();
    rig.client.chat = async (call) => {
      if (call.deployment.ref.modelId === "a") throw new TypeError("a fault");
      return working.chat(call);
    };
    expect((await rig.ask("a")).modelGroup).toBe("b");
    expect((await failureOf(rig.ask("a", { fallbacks: [] }))).code).toBe("internal");
    expect(rig.leftovers()).toEqual(nothingLeft);
  });
});
