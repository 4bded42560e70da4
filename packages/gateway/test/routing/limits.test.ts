import { OutcropError } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import type { GeneralSettings, RouterSettings } from "../../src/config/gateway-config.ts";
import { parallelLimit } from "../../src/routing/readiness.ts";
import { type ModelLine, createConfig, createRig, failureOf, nothingLeft, readText } from "./rig.ts";
import { settle } from "./test-clock.ts";

describe("rpm and tpm with enforce_model_rate_limits", () => {
  const router = { enforceModelRateLimits: true };

  test("end a deployment's minute, and begin anew with the next", async () => {
    const rig = createRig({ models: [{ name: "a", rpm: 2 }], router });
    await rig.ask("a");
    await rig.ask("a");
    const error = await failureOf(rig.ask("a"));
    // The test's clock begins ten seconds after the minute.
    expect([error.code, error.retryAfter]).toEqual(["throttled", 50]);
    expect(error.message).toContain("1 is at the limit of its rpm or tpm. Try again in 50 s.");
    await rig.clock.advance(49_999);
    expect((await failureOf(rig.ask("a"))).retryAfter).toBe(1);
    await rig.clock.advance(1);
    await rig.ask("a");
    expect(rig.client.calls).toHaveLength(3);
  });

  test("hold for calls at once, too", async () => {
    const rig = createRig({ models: [{ name: "a", rpm: 3 }], router });
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => rig.ask("a")));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect(rig.client.calls).toHaveLength(3);
  });

  const kinds: readonly [GeneralSettings["tokenRateLimitType"], number][] = [
    ["total", 2],
    ["input", 2],
    ["output", 4],
  ];
  test.each(kinds)("count %s tokens", async (tokenRateLimitType, calls) => {
    // Each call has 10 tokens in and 5 out.
    const rig = createRig({ models: [{ name: "a", tpm: 20 }], router, general: { tokenRateLimitType } });
    for (let count = 0; count < 10; count++) await rig.ask("a").catch(() => {});
    expect(rig.client.calls).toHaveLength(calls);
  });

  test("leave the rest to the others", async () => {
    const rig = createRig({
      models: [
        { name: "a", id: "1", rpm: 1 },
        { name: "a", id: "2" },
      ],
      router,
    });
    for (let count = 0; count < 20; count++) await rig.ask("a");
    expect(rig.client.ids().filter((id) => id === "1").length).toBeLessThanOrEqual(1);
  });

  test("count the tries, retries included", async () => {
    const rig = createRig({
      models: [{ name: "a", rpm: 2, numRetries: 9 }],
      router,
      plan: () => ({ do: "fail", code: "upstream_error" }),
    });
    expect((await failureOf(rig.ask("a"))).code).toBe("upstream_error");
    expect(rig.client.calls).toHaveLength(2);
  });

  test("are weights alone without it", async () => {
    const rig = createRig({ models: [{ name: "a", rpm: 1, tpm: 1 }] });
    for (let count = 0; count < 5; count++) await rig.ask("a");
    expect(rig.client.calls).toHaveLength(5);
  });
});

describe("calls at once", () => {
  const rows: readonly [
    string,
    Partial<ModelLine>,
    Partial<RouterSettings>,
    Partial<GeneralSettings>,
    number | undefined,
  ][] = [
    [
      "the deployment's own",
      { maxParallelRequests: 1 },
      { defaultMaxParallelRequests: 2 },
      { maxParallelRequests: 3 },
      1,
    ],
    ["the router's default", {}, { defaultMaxParallelRequests: 2 }, { maxParallelRequests: 3 }, 2],
    ["the gateway's", {}, {}, { maxParallelRequests: 3 }, 3],
    ["no limit", {}, {}, {}, undefined],
  ];
  test.each(rows)("%s", (_, line, router, general, expected) => {
    const config = createConfig({ models: [{ name: "a", ...line }], router, general });
    expect(config.models.map((entry) => parallelLimit(entry, config))).toEqual([expected]);
  });

  test("more wait, in order, for one to end", async () => {
    const rig = createRig({ models: [{ name: "a", maxParallelRequests: 2 }] });
    const held = await Promise.all([rig.chat("a", { stream: true }), rig.chat("a", { stream: true })]);
    const order: number[] = [];
    const waiting = [1, 2, 3].map((number) => rig.ask("a").then(() => order.push(number)));
    await settle();
    expect(rig.client.calls).toHaveLength(2);
    await held[0]?.events[Symbol.asyncIterator]().return?.();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
    await held[1]?.events[Symbol.asyncIterator]().return?.();
    await settle();
    expect(rig.leftovers()).toEqual(nothingLeft);
  });

  test("more go to who is free, whatever the strategy prefers", async () => {
    const rig = createRig({
      models: [
        { name: "a", id: "1", weight: 1, maxParallelRequests: 1 },
        { name: "a", id: "2", weight: 0, maxParallelRequests: 1 },
      ],
    });
    await rig.chat("a", { stream: true });
    await rig.chat("a", { stream: true });
    expect(rig.client.ids()).toEqual(["1", "2"]);
  });

  test("more than may wait are turned away", async () => {
    const rig = createRig({ models: [{ name: "a", maxParallelRequests: 1 }] });
    const leaving = new AbortController();
    const held = await rig.chat("a", { stream: true });
    const waiting = Array.from({ length: 10 }, () => failureOf(rig.chat("a", { signal: leaving.signal })));
    const error = await failureOf(rig.chat("a"));
    expect([error.code, error.status, error.retryAfter]).toEqual(["throttled", 429, 1]);
    expect(error.message).toContain("1 is busy with as many calls as may wait");
    leaving.abort(new OutcropError("cancelled", "gone"));
    expect((await Promise.all(waiting)).map(({ message }) => message)).toEqual(
      Array.from({ length: 10 }, () => "gone"),
    );
    await held.events[Symbol.asyncIterator]().return?.();
    await settle();
    expect(rig.leftovers()).toEqual(nothingLeft);
  });

  test("a slot that comes in the moment in which its waiter leaves goes to the next", async () => {
    const rig = createRig({ models: [{ name: "a", maxParallelRequests: 1 }] });
    const leaving = new AbortController();
    const held = await rig.chat("a", { stream: true });
    const failing = failureOf(rig.chat("a", { signal: leaving.signal }));
    const asking = rig.ask("a");
    await settle();
    const released = held.events[Symbol.asyncIterator]().return?.();
    leaving.abort();
    await released;
    expect((await failing).code).toBe("cancelled");
    expect((await asking).text).toBe("hi");
    expect(rig.client.calls).toHaveLength(2);
    expect(rig.leftovers()).toEqual(nothingLeft);
  });

  test("who has waited while the deployment failed does not call it", async () => {
    const rig = createRig({
      models: [
        { name: "a", id: "1", maxParallelRequests: 1, order: 1 },
        { name: "a", id: "2", order: 2 },
      ],
      plan: (id) => (id === "1" ? { do: "break", code: "throttled" } : { do: "answer" }),
    });
    const held = await rig.chat("a", { stream: true });
    const asking = rig.ask("a");
    await settle();
    await failureOf(readText(held));
    expect((await asking).entry.id).toBe("2");
    expect(rig.client.ids()).toEqual(["1", "2"]);
    expect(rig.leftovers()).toEqual(nothingLeft);
  });

  test("who waits longer than their time falls back, and the deployment isn't blamed", async () => {
    const rig = createRig({
      models: [{ name: "a", maxParallelRequests: 1, timeout: 3 }, { name: "b" }],
      router: { fallbacks: { a: ["b"] } },
    });
    const held = await rig.chat("a", { stream: true });
    const asking = rig.ask("a");
    await rig.clock.advance(3000);
    expect(await asking).toMatchObject({ modelGroup: "b", attemptedRetries: 0, attemptedFallbacks: 1 });
    expect(rig.state.view("a", rig.clock.now()).minute.failures).toBe(0);
    expect(rig.eventTypes().filter((type) => type === "attempt-started")).toHaveLength(2);
    await held.events[Symbol.asyncIterator]().return?.();
    await settle();
    expect(rig.leftovers()).toEqual(nothingLeft);
  });

  test("a limit of 0 takes nobody", async () => {
    const rig = createRig({ models: [{ name: "a", maxParallelRequests: 0 }] });
    expect((await failureOf(rig.chat("a"))).code).toBe("throttled");
  });
});

describe("global_max_parallel_requests", () => {
  const general = { globalMaxParallelRequests: 1 };
  const models = [{ name: "a" }, { name: "b" }];

  test("holds over all models, and lets the next in when an answer has ended", async () => {
    const rig = createRig({ models, general });
    const held = await rig.chat("a", { stream: true });
    const asking = rig.ask("b");
    await settle();
    expect(rig.client.ids()).toEqual(["a"]);
    await held.events[Symbol.asyncIterator]().return?.();
    expect((await asking).text).toBe("hi");
    await settle();
    expect(rig.leftovers()).toEqual(nothingLeft);
  });

  test("holds no longer than the answer, read or not", async () => {
    const rig = createRig({ models, general });
    for (let count = 0; count < 5; count++) await rig.chat("a");
    expect(rig.client.calls).toHaveLength(5);
  });

  test("lets the next in when a call has failed", async () => {
    const rig = createRig({ models, general, plan: () => ({ do: "fail", code: "invalid_request" }) });
    for (let count = 0; count < 5; count++) await failureOf(rig.chat("a"));
    await failureOf(rig.chat("unknown"));
    expect(rig.client.calls).toHaveLength(5);
  });

  test("turns away whom it can't keep waiting", async () => {
    const rig = createRig({ models, general });
    const leaving = new AbortController();
    await rig.chat("a", { stream: true, signal: leaving.signal });
    const waiting = Array.from({ length: 10 }, () => failureOf(rig.chat("a", { signal: leaving.signal })));
    expect((await failureOf(rig.chat("a"))).code).toBe("throttled");
    leaving.abort();
    expect(new Set((await Promise.all(waiting)).map(({ code }) => code))).toEqual(new Set(["cancelled"]));
    await settle();
    expect(rig.leftovers()).toEqual(nothingLeft);
  });

  test("keeps nobody waiting beyond their time", async () => {
    const rig = createRig({ models, general });
    await rig.chat("a", { stream: true });
    const failing = failureOf(rig.chat("b", { timeout: 2 }));
    await rig.clock.advance(2000);
    expect((await failing).code).toBe("timeout");
    expect(rig.clock.sleeping()).toEqual([]);
  });
});
