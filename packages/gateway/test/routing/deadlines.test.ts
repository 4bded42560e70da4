import { OutcropError } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import { tryLimits } from "../../src/routing/limits.ts";
import { createRig, failureOf, listenerCount, nothingLeft, readText } from "./rig.ts";
import { settle } from "./test-clock.ts";

describe("how long one try may take", () => {
  const rows: readonly [
    string,
    Parameters<typeof tryLimits>[0],
    Parameters<typeof tryLimits>[1],
    { stream: boolean; leftMs?: number },
    ReturnType<typeof tryLimits>,
  ][] = [
    // routing, options, call → limits
    [
      "whole, by the config",
      { timeout: 60, streamTimeout: 5 },
      {},
      { stream: false },
      { firstEventMs: 60_000, wholeMs: 60_000, isAsked: false },
    ],
    [
      "stream, by the config",
      { timeout: 60, streamTimeout: 5 },
      {},
      { stream: true },
      { firstEventMs: 5000, wholeMs: 60_000, isAsked: false },
    ],
    [
      "the first event within the whole",
      { timeout: 4, streamTimeout: 5 },
      {},
      { stream: true },
      { firstEventMs: 4000, wholeMs: 4000, isAsked: false },
    ],
    [
      "what is left of the request's own",
      { timeout: 60, streamTimeout: 5 },
      { timeout: 9 },
      { stream: false, leftMs: 7000 },
      { firstEventMs: 7000, wholeMs: 7000, isAsked: true },
    ],
    [
      "the config's first event within the request's own",
      { timeout: 60, streamTimeout: 5 },
      { timeout: 9 },
      { stream: true, leftMs: 7000 },
      { firstEventMs: 5000, wholeMs: 7000, isAsked: true },
    ],
    [
      "the request's first event",
      { timeout: 60, streamTimeout: 5 },
      { streamTimeout: 8 },
      { stream: true },
      { firstEventMs: 8000, wholeMs: 60_000, isAsked: true },
    ],
    [
      "the request's first event means nothing to a whole answer",
      { timeout: 60, streamTimeout: 5 },
      { streamTimeout: 8 },
      { stream: false },
      { firstEventMs: 60_000, wholeMs: 60_000, isAsked: false },
    ],
    [
      "for ever",
      { timeout: 0, streamTimeout: 0 },
      {},
      { stream: true },
      { firstEventMs: Infinity, wholeMs: Infinity, isAsked: false },
    ],
    [
      "a longer time, if the request asks for it",
      { timeout: 60, streamTimeout: 60 },
      { timeout: 90 },
      { stream: false, leftMs: 90_000 },
      { firstEventMs: 90_000, wholeMs: 90_000, isAsked: true },
    ],
  ];
  test.each(rows)("%s", (_, routing, options, { stream, leftMs = Infinity }, expected) => {
    expect(tryLimits(routing, options, { stream, leftMs })).toEqual(expected);
  });
});

describe("the client", () => {
  const rows: readonly [string, { timeout?: number }, { timeout?: number }, number][] = [
    ["is given the config's time", { timeout: 60 }, {}, 60],
    ["is given the request's time", { timeout: 60 }, { timeout: 9 }, 9],
    ["is given no limit where there is none", { timeout: 0 }, {}, 0],
  ];
  test.each(rows)("%s", async (_, line, options, expected) => {
    const rig = createRig({ models: [{ name: "a", ...line }] });
    await rig.ask("a", options);
    expect(rig.client.calls[0]?.call.deployment.timeout).toBe(expected);
  });

  test("is given what retries have left of the request's time", async () => {
    const rig = createRig({
      models: [{ name: "a" }],
      router: { retryAfter: 2 },
      plan: (_, __, attempt) => (attempt === 1 ? { do: "fail", code: "upstream_error" } : { do: "answer" }),
    });
    const asking = rig.ask("a", { timeout: 10 });
    await rig.clock.advance(2000);
    await asking;
    expect(rig.client.calls.map(({ call }) => call.deployment.timeout)).toEqual([10, 8]);
  });

  test("keeps its own patience with a cold model", async () => {
    const rig = createRig({ models: [{ name: "a", coldStartTimeout: 123 }] });
    await rig.ask("a");
    expect(rig.client.calls[0]?.call.deployment.coldStartTimeout).toBe(123);
  });
});

describe("a first event that does not come", () => {
  test.each([
    ["of a stream", { stream: true }, 5],
    ["of a whole answer", { stream: false }, 60],
  ] as const)("%s is a timeout", async (_, call, seconds) => {
    const rig = createRig({
      models: [{ name: "a", timeout: 60, streamTimeout: 5 }],
      plan: () => ({ do: "hang" }),
    });
    const failing = failureOf(rig.ask("a", call));
    await rig.clock.advance(seconds * 1000 - 1);
    expect(rig.inFlight("a")).toBe(1);
    await rig.clock.advance(1);
    const error = await failing;
    expect([error.code, error.status, error.message]).toEqual([
      "timeout",
      408,
      `"a" did not answer within ${seconds} s.`,
    ]);
    expect(rig.client.calls[0]?.call.signal?.aborted).toBe(true);
    expect(rig.leftovers()).toEqual(nothingLeft);
  });

  test("may come from a fallback", async () => {
    const rig = createRig({
      models: [{ name: "a", streamTimeout: 5 }, { name: "b" }],
      router: { fallbacks: { a: ["b"] } },
      plan: (id) => (id === "a" ? { do: "hang" } : { do: "answer" }),
    });
    const asking = rig.ask("a", { stream: true });
    await rig.clock.advance(5000);
    expect(await asking).toMatchObject({ modelGroup: "b", attemptedFallbacks: 1, text: "hi" });
  });

  test("is a timeout although the client does not hear the signal, and no slot stays held", async () => {
    const rig = createRig({
      models: [{ name: "a", streamTimeout: 5 }],
      plan: () => ({ do: "hang", deaf: true }),
    });
    const failing = failureOf(rig.ask("a", { stream: true }));
    await rig.clock.advance(5000);
    expect((await failing).code).toBe("timeout");
    expect(rig.leftovers()).toEqual(nothingLeft);
  });

  test("of a model that is being restored is told as that", async () => {
    const rig = createRig({
      models: [{ name: "a", streamTimeout: 5 }],
      plan: () => ({ do: "hang", cold: true }),
    });
    const failing = failureOf(rig.ask("a", { stream: true }));
    await rig.clock.advance(5000);
    const error = await failing;
    expect([error.code, error.status, error.retryAfter]).toEqual(["model_not_ready", 503, 30]);
    expect(rig.events).toContainEqual(
      expect.objectContaining({ type: "cold-start-waiting", deploymentId: "a" }),
    );
  });

  test("ends the call when the request's time is over, without a fallback", async () => {
    const rig = createRig({
      models: [{ name: "a" }, { name: "b" }],
      router: { fallbacks: { a: ["b"] } },
      plan: () => ({ do: "hang" }),
    });
    const failing = failureOf(rig.ask("a", { timeout: 5 }));
    await rig.clock.advance(5000);
    expect((await failing).code).toBe("timeout");
    expect(rig.client.ids()).toEqual(["a"]);
  });

  test("is waited for without end where there is no limit", async () => {
    const leaving = new AbortController();
    const rig = createRig({
      models: [{ name: "a", timeout: 0, streamTimeout: 0 }],
      plan: () => ({ do: "hang" }),
    });
    const failing = failureOf(rig.ask("a", { signal: leaving.signal }));
    await rig.clock.advance(10 * 86_400_000);
    expect(rig.inFlight("a")).toBe(1);
    leaving.abort();
    expect((await failing).code).toBe("cancelled");
    expect(rig.leftovers()).toEqual(nothingLeft);
  });
});

test("after the first event no time of the router's runs", async () => {
  const leaving = new AbortController();
  const rig = createRig({ models: [{ name: "a", streamTimeout: 5 }], plan: () => ({ do: "stall" }) });
  const answer = await rig.chat("a", { stream: true, signal: leaving.signal });
  expect(rig.clock.sleeping()).toEqual([]);
  const reading = failureOf(readText(answer));
  await rig.clock.advance(3_600_000);
  expect(rig.inFlight("a")).toBe(1);
  leaving.abort(new OutcropError("cancelled", "gone"));
  expect((await reading).message).toBe("gone");
});

describe("a client that leaves", () => {
  const moments: readonly [string, Parameters<typeof createRig>[0], string][] = [
    ["before anything happens", { models: [{ name: "a" }] }, "a"],
    ["while AWS is waited for", { models: [{ name: "a" }], plan: () => ({ do: "hang" }) }, "a"],
    [
      "while AWS does not even listen",
      { models: [{ name: "a" }], plan: () => ({ do: "hang", deaf: true }) },
      "a",
    ],
    [
      "between two tries",
      {
        models: [{ name: "a" }],
        router: { retryAfter: 9 },
        plan: () => ({ do: "fail", code: "upstream_error" }),
      },
      "a",
    ],
  ];
  test.each(moments)("%s ends everything at once", async (_, options, model) => {
    const leaving = new AbortController();
    const rig = createRig(options);
    const failing = failureOf(rig.chat(model, { signal: leaving.signal }));
    leaving.abort(new OutcropError("cancelled", "gone"));
    expect((await failing).message).toBe("gone");
    await settle();
    expect(rig.leftovers()).toEqual(nothingLeft);
    expect(listenerCount(leaving.signal)).toBe(0);
    expect(rig.state.view("a", rig.clock.now()).minute.failures).toBe(0);
  });

  test("and has left before is not served", async () => {
    const rig = createRig({ models: [{ name: "a" }] });
    const error = await failureOf(rig.chat("a", { signal: AbortSignal.abort() }));
    expect([error.code, rig.client.calls.length]).toEqual(["cancelled", 0]);
    expect(rig.leftovers()).toEqual(nothingLeft);
  });
});

test("whatever a call goes through, neither a timer nor a listener stays behind", async () => {
  const leaving = new AbortController();
  const rig = createRig({
    models: [
      { name: "a", id: "1", maxParallelRequests: 2 },
      { name: "a", id: "2", maxParallelRequests: 2 },
      { name: "b" },
    ],
    general: { globalMaxParallelRequests: 5 },
    router: { fallbacks: { a: ["b"] } },
    plan: (id, _, attempt) =>
      id !== "b" && attempt % 2 === 0 ? { do: "fail", code: "upstream_error" } : { do: "answer" },
  });
  const asking = Array.from({ length: 40 }, (_, index) =>
    rig.ask("a", { stream: index % 2 === 0, signal: leaving.signal }).catch(() => {}),
  );
  await rig.clock.advance(60_000);
  await Promise.all(asking);
  expect(rig.leftovers()).toEqual(nothingLeft);
  expect(listenerCount(leaving.signal)).toBe(0);
});
