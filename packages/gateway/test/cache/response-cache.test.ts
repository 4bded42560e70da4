import { createCompletionFold, type ChatEvent } from "@outcrop/sdk";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { CacheStore } from "../../src/cache/cache-store.ts";
import { createResponseCache } from "../../src/cache/create-response-cache.ts";
import { createMemoryStore } from "../../src/cache/memory-store.ts";
import { type CachedCall, createResponseCacheOver } from "../../src/cache/response-cache.ts";
import type { CacheSettings } from "../../src/config/gateway-config.ts";
import type { RoutedAnswer } from "../../src/routing/router.ts";
import { answer, call, entry, hello, read } from "./calls.ts";
import { noRedis, startRedis } from "./redis-server.ts";

const defaults: CacheSettings = {
  type: "local",
  ttl: undefined,
  namespace: undefined,
  mode: "default_on",
  supportedCallTypes: undefined,
  redis: undefined,
};

/** A cache over a store of the test's own, and a router that counts how often it is asked. */
function create(settings: Partial<CacheSettings> = {}, answers: () => RoutedAnswer = () => answer()) {
  const clock = { now: 1_000_000 };
  const store = createMemoryStore({ now: () => clock.now });
  const known = new Set([entry.id]);
  const cache = createResponseCacheOver({
    settings: { ...defaults, ...settings },
    store,
    findEntry: (id) => (known.has(id) ? entry : undefined),
    now: () => clock.now,
  });
  const run = vi.fn(() => Promise.resolve(answers()));
  const ask = async (own: Partial<CachedCall> = {}) => {
    const given = await cache.wrap(call(own), run);
    const batches = await read(given.events);
    return { ...given, batches };
  };
  return { ask, cache, clock, known, run, store };
}

function fold(batches: readonly (readonly ChatEvent[])[]) {
  const completion = createCompletionFold();
  for (const event of batches.flat()) completion.push(event);
  return completion.result();
}

describe("the same call", () => {
  test("is answered once by the model, and then out of the cache", async () => {
    const { ask, run } = create();
    const first = await ask();
    const second = await ask();
    expect(run).toHaveBeenCalledTimes(1);
    expect([first.cacheHit, second.cacheHit]).toEqual([false, true]);
    expect(first.cacheKey).toMatch(/^[0-9a-f]{64}$/);
    expect(second.cacheKey).toBe(first.cacheKey);
    expect(fold(second.batches)).toEqual(fold(first.batches));
    expect(second).toMatchObject({
      entry,
      modelGroup: "qwen",
      region: "us-east-1",
      warnings: ["seed: dropped"],
      requestId: undefined,
      attemptedRetries: 0,
    });
  });

  test("that was streamed is streamed again", async () => {
    const { ask } = create();
    await ask();
    expect((await ask()).batches.length).toBeGreaterThan(2);
  });

  test("finds from either mode and any client API what another has left", async () => {
    const whole = [hello.flat()];
    const { ask, run } = create({}, () => answer(whole));
    const first = await ask({ dialect: "openai-chat" });
    const second = await ask({ dialect: "anthropic-messages" });
    expect(run).toHaveBeenCalledTimes(1);
    expect(first.batches).toEqual(whole);
    expect(fold(second.batches)).toEqual(fold(whole));
  });

  test("may be replayed to many at once", async () => {
    const { ask } = create();
    await ask();
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask()));
    expect(new Set(answers.map(({ batches }) => JSON.stringify(batches))).size).toBe(1);
  });

  test("with another word is another", async () => {
    const { ask, run } = create();
    await ask();
    expect((await ask({ model: "llama" })).cacheHit).toBe(false);
    expect(run).toHaveBeenCalledTimes(2);
  });
});

describe("never kept", () => {
  const text: ChatEvent = { type: "text-delta", choice: 0, text: "x" };
  const finish = (reason: "stop" | "length" | "content_filter" | "tool_calls"): ChatEvent => ({
    type: "finish",
    reasons: [reason],
  });

  test.each<[string, () => RoutedAnswer]>([
    ["a stream that fails", () => answer(hello, { error: new Error("broke off") })],
    ["a stream without end", () => answer(hello.slice(0, -1))],
    ["a filtered answer", () => answer([[text], [finish("content_filter")]])],
    ["an empty answer", () => answer([[finish("stop")]])],
    ["the answer of a group that stood in", () => answer(hello, { attemptedFallbacks: 1 })],
  ])("%s", async (_name, answers) => {
    const { ask, run } = create({}, answers);
    await ask().catch(() => undefined);
    await ask().catch(() => undefined);
    expect(run).toHaveBeenCalledTimes(2);
  });

  test("a failure, which is thrown as it is", async () => {
    const { cache } = create();
    const error = new Error("no model");
    const run = vi.fn(() => Promise.reject(error));
    await expect(cache.wrap(call(), run)).rejects.toBe(error);
    await expect(cache.wrap(call(), run)).rejects.toBe(error);
    expect(run).toHaveBeenCalledTimes(2);
  });

  test("an answer that its reader has left", async () => {
    const { cache, run } = create();
    for await (const batch of (await cache.wrap(call(), run)).events) if (batch === hello[1]) break;
    expect((await cache.wrap(call(), run)).cacheHit).toBe(false);
  });

  test("but what was cut at its length is, and so is a tool call", async () => {
    for (const batches of [
      [[text], [finish("length")]],
      [
        [{ type: "tool-call-start", choice: 0, index: 0, id: "1", name: "f" } as const],
        [finish("tool_calls")],
      ],
    ]) {
      const { ask } = create({}, () => answer(batches));
      await ask();
      expect((await ask()).cacheHit).toBe(true);
    }
  });
});

describe("controls", () => {
  test("no-cache asks the model, and keeps its answer", async () => {
    const { ask, run } = create();
    await ask();
    expect((await ask({ controls: { "no-cache": true } })).cacheHit).toBe(false);
    expect(run).toHaveBeenCalledTimes(2);
    expect((await ask()).cacheHit).toBe(true);
  });

  test("no-store keeps nothing, and still reads", async () => {
    const { ask } = create();
    await ask({ controls: { "no-store": true } });
    expect((await ask()).cacheHit).toBe(false);
    expect((await ask({ controls: { "no-store": true } })).cacheHit).toBe(true);
  });

  test("ttl is how long the answer is kept", async () => {
    const { ask, clock } = create({ ttl: 1000 });
    await ask({ controls: { ttl: 10 } });
    clock.now += 9000;
    expect((await ask()).cacheHit).toBe(true);
    clock.now += 2000;
    expect((await ask()).cacheHit).toBe(false);
    clock.now += 999_000;
    expect((await ask()).cacheHit).toBe(true);
  });

  test("a ttl of 0 keeps nothing", async () => {
    const { ask } = create();
    await ask({ controls: { ttl: 0 } });
    expect((await ask()).cacheHit).toBe(false);
  });

  test("s-maxage is how old an answer may be", async () => {
    const { ask, clock } = create();
    await ask();
    clock.now += 10_000;
    expect((await ask({ controls: { "s-maxage": 10 } })).cacheHit).toBe(true);
    clock.now += 1;
    expect((await ask({ controls: { "s-maxage": 10 } })).cacheHit).toBe(false);
  });

  test("a namespace shares within itself only", async () => {
    const { ask } = create();
    await ask({ controls: { namespace: "a" } });
    expect((await ask({ controls: { namespace: "b" } })).cacheHit).toBe(false);
    expect((await ask()).cacheHit).toBe(false);
    expect((await ask({ controls: { namespace: "a" } })).cacheHit).toBe(true);
  });

  test("that are none are refused before the model is asked", async () => {
    const { cache, run } = create();
    await expect(cache.wrap(call({ controls: { ttl: "long" } }), run)).rejects.toMatchObject({
      param: "cache.ttl",
    });
    expect(run).not.toHaveBeenCalled();
  });

  test.each<[CacheSettings["mode"], boolean | undefined, boolean]>([
    ["default_on", undefined, true],
    ["default_on", true, true],
    ["default_on", false, false],
    ["default_off", undefined, false],
    ["default_off", true, true],
    ["default_off", false, false],
  ])("mode %s with use-cache %s caches: %s", async (mode, useCache, isCached) => {
    const { ask } = create({ mode });
    const controls = useCache === undefined ? {} : { "use-cache": useCache };
    const first = await ask({ controls });
    expect((await ask({ controls })).cacheHit ?? false).toBe(isCached);
    expect(first.cacheKey === undefined).toBe(!isCached);
  });

  test.each<[readonly string[] | undefined, string, boolean]>([
    [undefined, "openai-chat", true],
    [["acompletion"], "openai-chat", true],
    [["completion"], "openai-chat", true],
    [["acompletion"], "openai-completions", false],
    [["atext_completion"], "openai-completions", true],
    [["anthropic_messages"], "anthropic-messages", true],
    [["aresponses"], "openai-responses", true],
    [["embedding"], "openai-chat", false],
  ])("supported_call_types %o and %s caches: %s", async (supportedCallTypes, dialect, isCached) => {
    const { ask } = create({ supportedCallTypes });
    await ask({ dialect });
    expect((await ask({ dialect })).cacheHit ?? false).toBe(isCached);
  });
});

describe("the store", () => {
  test("may hold what is no answer", async () => {
    const { ask, store } = create();
    const { cacheKey } = await ask();
    await store.set(cacheKey ?? "", '{"version":1,"events":"gone"}', undefined);
    expect((await ask()).cacheHit).toBe(false);
  });

  test("may hold what a deployment said that is gone", async () => {
    const { ask, known } = create();
    await ask();
    known.delete(entry.id);
    expect((await ask()).cacheHit).toBe(false);
  });

  test("is not waited for when an answer is kept, but at the end", async () => {
    let write: () => void = () => undefined;
    const written: string[] = [];
    const slow: CacheStore = {
      get: () => Promise.resolve(undefined),
      set: async (key) => {
        await new Promise<void>((resolve) => (write = resolve));
        written.push(key);
      },
      close: async () => void written.push("closed"),
    };
    const cache = createResponseCacheOver({ settings: defaults, store: slow, findEntry: () => entry });
    const { events, cacheKey } = await cache.wrap(call(), () => Promise.resolve(answer()));
    expect(await read(events)).toEqual(hello);
    expect(written).toEqual([]);
    const closed = cache.close();
    write();
    await closed;
    expect(written).toEqual([cacheKey, "closed"]);
  });
});

describe("as configured", () => {
  const options = { findEntry: () => entry, onFault: () => undefined };

  test.each<[string, CacheSettings | undefined]>([
    ["no cache", undefined],
    ["no call types", { ...defaults, supportedCallTypes: [] }],
  ])("%s keeps nothing", async (_name, settings) => {
    const cache = await createResponseCache(settings, options);
    const run = vi.fn(() => Promise.resolve(answer()));
    for (let count = 0; count < 2; count++) {
      const given = await cache.wrap(call({ controls: { "use-cache": true } }), run);
      expect([given.cacheHit ?? false, given.cacheKey]).toEqual([false, undefined]);
      expect(await read(given.events)).toEqual(hello);
    }
    expect(run).toHaveBeenCalledTimes(2);
    await cache.close();
  });

  test("a local cache keeps answers", async () => {
    const cache = await createResponseCache(defaults, options);
    await read((await cache.wrap(call(), () => Promise.resolve(answer()))).events);
    expect((await cache.wrap(call(), () => Promise.resolve(answer()))).cacheHit).toBe(true);
    await cache.close();
  });
});

describe.skipIf(noRedis !== undefined)(`over a real Redis${noRedis ? ` (${noRedis})` : ""}`, () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  const open = (onFault: (error: unknown) => void = () => undefined) => {
    const { host, port } = redis;
    const own = {
      url: undefined,
      host,
      port,
      username: undefined,
      password: undefined,
      db: undefined,
      ssl: false,
    };
    return createResponseCache(
      { ...defaults, type: "redis", namespace: "ns", redis: own },
      { findEntry: () => entry, onFault },
    );
  };

  const ask = async (cache: Awaited<ReturnType<typeof open>>, run = () => Promise.resolve(answer())) => {
    const given = await cache.wrap(call(), run);
    return { ...given, batches: await read(given.events) };
  };

  test("replicas share their answers, from the first call on", async () => {
    const [one, other] = [await open(), await open()];
    expect((await ask(one)).cacheHit).toBe(false);
    // The end waits for what is being written.
    await one.close();
    const found = await ask(other, () => Promise.reject(new Error("the model is not asked")));
    expect(found.cacheHit).toBe(true);
    expect(fold(found.batches)).toEqual(fold(hello));
    await other.close();
  });

  test("a Redis that stops answering costs a moment once, and no request", async () => {
    const faults: unknown[] = [];
    const cache = await open((error) => faults.push(error));
    await ask(cache);
    redis.freeze();
    for (let count = 0; count < 3; count++) {
      const given = await cache.wrap(call(), () => Promise.resolve(answer()));
      expect(given.cacheHit).toBe(false);
      expect(await read(given.events)).toEqual(hello);
    }
    expect(faults).toHaveLength(1);
    redis.thaw();
    await cache.close();
  });
});
