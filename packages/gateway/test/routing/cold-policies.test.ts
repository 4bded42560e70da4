import type { WarmthState } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import { createMemoryState } from "../../src/routing/memory-state.ts";
import { createRouter } from "../../src/routing/create-router.ts";
import type { RouterEvent } from "../../src/routing/router-event.ts";
import { type Plan, createFakeClient } from "./fake-client.ts";
import { type CallLine, type ConfigLines, createCall, createConfig, failureOf, readText } from "./rig.ts";
import { createTestClock, seededRandom, settle } from "./test-clock.ts";

interface Scene extends ConfigLines {
  readonly plan?: Plan;
  /** Of each model; those that aren't named are always there. */
  readonly states: Record<string, WarmthState>;
}

const echo: Plan = (id) => ({ do: "answer", text: id });
const refusing =
  (...ids: readonly string[]): Plan =>
  (id) =>
    ids.includes(id) ? { do: "fail", code: "model_not_ready", retryAfter: 30 } : { do: "answer", text: id };

function createScene({ plan = echo, states, ...lines }: Scene) {
  const fake = createFakeClient(plan);
  const warmthOf = ({ ref }: { ref: { modelId: string } }) => {
    const state = states[ref.modelId];
    return state && { state, seenAt: undefined, restoringSince: undefined };
  };
  const clock = createTestClock();
  const state = createMemoryState();
  const events: RouterEvent[] = [];
  const restored: string[] = [];
  const router = createRouter({
    config: createConfig(lines),
    client: { ...fake, warmthOf },
    state,
    clock,
    random: seededRandom(1),
    onEvent: (event) => void events.push(event),
    keepRestoring: ({ entry }) => void restored.push(entry.id),
  });
  return {
    fake,
    clock,
    events,
    restored,
    latencies: (id: string) => state.view(id, clock.now()).latencies,
    coolUntil: (id: string) => state.view(id, clock.now()).coolUntil,
    ask: async (model: string, line: CallLine = {}) => readText(await router.chat(createCall(model, line))),
    idle: () => ({ sleeping: clock.sleeping(), open: fake.open() }),
  };
}

const nothing = { sleeping: [], open: 0 };
const pair = { models: [{ name: "cold" }, { name: "other" }], router: { fallbacks: { cold: ["other"] } } };
const cold = { states: { cold: "restoring" } as const };

describe("wait", () => {
  test("lets the client wait for as long as the deployment says", async () => {
    const { ask, fake } = createScene({ ...pair, ...cold });
    await ask("cold");
    expect(fake.calls[0]?.call.deployment.coldStartTimeout).toBe(300);
  });

  test("falls back when that was in vain", async () => {
    const { ask, restored } = createScene({ ...pair, ...cold, plan: refusing("cold") });
    expect(await ask("cold")).toBe("other");
    expect(restored).toEqual([]);
  });

  test("that is what a call of a policy does for which nobody can stand in", async () => {
    for (const coldStart of ["fallback", "race"] as const) {
      const { ask, fake } = createScene({ models: [{ name: "cold", coldStart }], ...cold });
      expect(await ask("cold")).toBe("cold");
      expect(fake.calls[0]?.call.deployment.coldStartTimeout).toBe(300);
    }
  });
});

describe("fail_fast", () => {
  test("asks without patience, and goes to no other group", async () => {
    const { ask, fake, restored } = createScene({ ...pair, ...cold, plan: refusing("cold") });
    const failure = await failureOf(ask("cold", { coldStart: "fail_fast" }));
    expect(failure).toMatchObject({ code: "model_not_ready", status: 503, retryAfter: 30 });
    expect(fake.ids()).toEqual(["cold"]);
    expect(fake.calls[0]?.call.deployment.coldStartTimeout).toBe(0);
    expect(restored).toEqual([]);
  });

  test("goes to another deployment of the group, however few retries there are", async () => {
    const { ask } = createScene({
      models: [
        { name: "m", id: "cold", order: 1, coldStart: "fail_fast", numRetries: 0 },
        { name: "m", id: "warm", order: 1, coldStart: "fail_fast", numRetries: 0 },
      ],
      ...cold,
      plan: refusing("cold"),
    });
    for (let call = 0; call < 10; call++) expect(await ask("m")).toBe("warm");
  });

  test("takes five seconds of silence for a refusal, if the model isn't known to be warm", async () => {
    const { ask, clock, idle } = createScene({
      ...pair,
      states: { cold: "unknown" },
      plan: () => ({ do: "hang" }),
    });
    const failed = failureOf(ask("cold", { coldStart: "fail_fast" }));
    await clock.advance(4_999);
    expect(clock.sleeping()).toEqual([1]);
    await clock.advance(1);
    expect(await failed).toMatchObject({ code: "model_not_ready", retryAfter: 30 });
    expect(idle()).toEqual(nothing);
  });

  test("lets a warm model take its time", async () => {
    const { ask, clock } = createScene({ ...pair, states: { cold: "warm" }, plan: () => ({ do: "hang" }) });
    const failed = failureOf(ask("cold", { coldStart: "fail_fast", timeout: 60 }));
    await clock.advance(60_000);
    expect(await failed).toMatchObject({ code: "timeout" });
  });
});

describe("fallback", () => {
  const config = {
    models: [{ name: "cold", coldStart: "fallback" }, { name: "other" }],
    router: pair.router,
  } as const;

  test("is answered by another at once, and the model is restored meanwhile", async () => {
    const { ask, fake, restored, coolUntil, idle, clock } = createScene({
      ...config,
      ...cold,
      plan: refusing("cold"),
    });
    expect(await ask("cold")).toBe("other");
    expect(fake.calls[0]?.call.deployment.coldStartTimeout).toBe(0);
    expect(restored).toEqual(["cold"]);
    expect(coolUntil("cold")).toBeLessThanOrEqual(clock.now());
    expect(idle()).toEqual(nothing);
  });

  test("of a model that holds the call: after the grace", async () => {
    const { ask, clock, restored } = createScene({
      ...config,
      ...cold,
      plan: (id) => (id === "cold" ? { do: "hang" } : { do: "answer", text: id }),
    });
    const text = ask("cold", { coldStartGrace: 2 });
    await clock.advance(2_000);
    expect(await text).toBe("other");
    expect(restored).toEqual(["cold"]);
  });

  test("a request may ask for it, or against it", async () => {
    const { ask, fake } = createScene({ ...config, ...cold });
    await ask("cold", { coldStart: "wait" });
    expect(fake.calls[0]?.call.deployment.coldStartTimeout).toBe(300);
  });
});

describe("race", () => {
  const config = {
    models: [{ name: "cold", coldStart: "race" }, { name: "other" }],
    router: pair.router,
  } as const;

  test("a warm model has no rival", async () => {
    const { ask, fake } = createScene({ ...config, states: { cold: "warm" } });
    expect(await ask("cold")).toBe("cold");
    expect(fake.ids()).toEqual(["cold"]);
  });

  test("a cold one is asked beside what stands in for it, which answers now", async () => {
    const { ask, fake, restored, idle, events } = createScene({
      ...config,
      ...cold,
      plan: (id) => (id === "cold" ? { do: "hang", cold: true } : { do: "answer", text: id }),
    });
    expect(await ask("cold")).toBe("other");
    await settle();
    expect(fake.ids()).toEqual(["cold", "other"]);
    expect(fake.calls[0]?.call.signal?.aborted).toBe(true);
    expect(restored).toEqual(["cold"]);
    expect(events.map(({ type }) => type)).toContain("attempt-left");
    expect(idle()).toEqual(nothing);
  });

  test("one that answers within a second has none", async () => {
    const { ask, fake, clock, idle } = createScene({ ...config, states: { cold: "unknown" } });
    expect(await ask("cold")).toBe("cold");
    expect(idle()).toEqual(nothing);
    await clock.advance(2_000);
    expect(fake.ids()).toEqual(["cold"]);
    expect(idle()).toEqual(nothing);
  });

  test("one that is silent has one after a second", async () => {
    const { ask, fake, clock, idle } = createScene({
      ...config,
      states: { cold: "unknown" },
      plan: (id) => (id === "cold" ? { do: "hang" } : { do: "answer", text: id }),
    });
    const text = ask("cold");
    await clock.advance(999);
    expect(fake.ids()).toEqual(["cold"]);
    await clock.advance(1);
    expect(await text).toBe("other");
    expect(idle()).toEqual(nothing);
  });

  test("another deployment of the group comes before other groups", async () => {
    const { ask } = createScene({
      models: [
        { name: "m", id: "cold", coldStart: "race" },
        { name: "m", id: "warm", coldStart: "race" },
        { name: "other" },
      ],
      router: { fallbacks: { m: ["other"] } },
      states: { cold: "restoring", warm: "warm" },
      plan: (id) => (id === "cold" ? { do: "hang", cold: true } : { do: "answer", text: id }),
    });
    for (let call = 0; call < 10; call++) expect(await ask("m")).toBe("warm");
  });

  test("when nobody answers, the model's own failure is told", async () => {
    const { ask, idle } = createScene({
      ...config,
      ...cold,
      plan: (id, call) => {
        if (id === "cold") call.onColdStart?.({ modelId: id, waitedMs: 0, attempt: 1, nextTryMs: 1 });
        return { do: "fail", code: id === "cold" ? "model_not_ready" : "model_error" };
      },
    });
    expect(await failureOf(ask("cold"))).toMatchObject({ code: "model_error" });
    expect(idle()).toEqual(nothing);
  });

  test("who leaves ends both", async () => {
    const { ask, fake, clock, idle } = createScene({
      ...config,
      ...cold,
      plan: (id) => ({ do: "hang", cold: id === "cold" }),
    });
    const leaver = new AbortController();
    const failed = failureOf(ask("cold", { signal: leaver.signal }));
    await clock.advance(3_000);
    expect(fake.ids()).toEqual(["cold", "other"]);
    leaver.abort();
    expect(await failed).toMatchObject({ code: "cancelled" });
    await settle();
    expect(idle()).toEqual(nothing);
  });
});

test("the time that a restore takes is no latency", async () => {
  for (const stream of [true, false]) {
    const { ask, latencies } = createScene({ ...pair, ...cold });
    await ask("cold", { stream });
    await ask("other", { stream });
    expect(latencies("cold")).toEqual([]);
    expect(latencies("other")).toHaveLength(1);
  }
});

test("every call to a model that isn't known to be warm says so once", async () => {
  const { ask, events } = createScene({ models: [{ name: "cold", coldStartGrace: 7 }], ...cold });
  await ask("cold");
  expect(events.filter(({ type }) => type === "cold-model-called")).toMatchObject([
    { deploymentId: "cold", graceMs: 7000 },
  ]);
});
