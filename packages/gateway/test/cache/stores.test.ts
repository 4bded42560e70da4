import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CacheStore } from "../../src/cache/cache-store.ts";
import { createMemoryStore } from "../../src/cache/memory-store.ts";
import { createRedisStore } from "../../src/cache/redis-store.ts";
import type { RedisSettings } from "../../src/config/gateway-config.ts";
import { noRedis, startRedis } from "./redis-server.ts";

const settings: RedisSettings = {
  url: undefined,
  host: undefined,
  port: undefined,
  username: undefined,
  password: undefined,
  db: undefined,
  ssl: false,
};

let redis: Awaited<ReturnType<typeof startRedis>> | undefined;
beforeAll(async () => {
  if (noRedis === undefined) redis = await startRedis("hunter2-password");
});
afterAll(() => redis?.stop());

function redisSettings(own: Partial<RedisSettings> = {}): RedisSettings {
  return { ...settings, host: redis?.host, port: redis?.port, password: "hunter2-password", ...own };
}

/** Waits for the connection, which a store makes by itself. */
async function connected(store: CacheStore): Promise<CacheStore> {
  for (;;) {
    try {
      await store.get("nothing");
      return store;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

const redisStore = (prefix = "test:", own: Partial<RedisSettings> = {}) =>
  connected(createRedisStore({ settings: redisSettings(own), prefix, onFault: () => undefined }));

const stores: readonly (readonly [string, () => Promise<CacheStore>, string | undefined])[] = [
  ["memory", () => Promise.resolve(createMemoryStore()), undefined],
  ["Redis", () => redisStore(), noRedis],
];

describe.each(stores)("%s", (_name, open, missing) => {
  test.skipIf(missing !== undefined)(
    `gives back what it was given${missing ? ` (${missing})` : ""}`,
    async () => {
      const store = await open();
      for (const value of ["", "text", 'quotes " and \\', "späte Grüße 🎉", "x".repeat(1_000_000)]) {
        await store.set("key", value, 60);
        expect(await store.get("key")).toBe(value);
      }
      await store.close();
    },
  );

  test.skipIf(missing !== undefined)("knows nothing of other keys", async () => {
    const store = await open();
    await store.set("one", "1", 60);
    expect(await store.get("other")).toBeUndefined();
    await store.close();
  });

  test.skipIf(missing !== undefined)("keeps also without a time", async () => {
    const store = await open();
    await store.set("timeless", "1", undefined);
    expect(await store.get("timeless")).toBe("1");
    await store.close();
  });
});

describe("memory", () => {
  test("forgets after its time, and not before", async () => {
    const clock = { now: 1000 };
    const store = createMemoryStore({ now: () => clock.now });
    await store.set("key", "value", 10);
    clock.now += 9999;
    expect(await store.get("key")).toBe("value");
    clock.now += 2;
    expect(await store.get("key")).toBeUndefined();
  });

  test("without a time forgets only for want of room", async () => {
    const clock = { now: 1000 };
    const store = createMemoryStore({ room: 100, now: () => clock.now });
    await store.set("old", "x".repeat(40), undefined);
    await store.set("used", "x".repeat(40), undefined);
    clock.now += 1e9;
    expect(await store.get("old")).toBeDefined();
    await store.set("new", "x".repeat(40), undefined);
    expect(await store.get("used")).toBeUndefined();
    expect(await store.get("old")).toBeDefined();
    expect(await store.get("new")).toBeDefined();
  });

  test("does not take what is larger than all its room", async () => {
    const store = createMemoryStore({ room: 100 });
    await store.set("small", "1", undefined);
    await store.set("large", "x".repeat(200), undefined);
    expect(await store.get("large")).toBeUndefined();
    expect(await store.get("small")).toBe("1");
  });
});

describe.skipIf(noRedis !== undefined)(`a real Redis${noRedis ? ` (${noRedis})` : ""}`, () => {
  test("keeps answers apart by prefix, and shares them between replicas", async () => {
    const [one, replica, other] = await Promise.all([redisStore("a:"), redisStore("a:"), redisStore("b:")]);
    await one.set("shared", "value", 60);
    expect(await replica.get("shared")).toBe("value");
    expect(await other.get("shared")).toBeUndefined();
    await Promise.all([one, replica, other].map((store) => store.close()));
  });

  test("forgets by itself", async () => {
    const store = await redisStore();
    await store.set("short", "value", 0.02);
    while ((await store.get("short")) !== undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    await store.close();
  });

  test("is reached by its URL too", async () => {
    const url = `redis://:hunter2-password@127.0.0.1:${redis?.port}/3`;
    const [byUrl, byParts] = await Promise.all([redisStore("db:", { url }), redisStore("db:", { db: 3 })]);
    await byUrl.set("key", "value", 60);
    expect(await byParts.get("key")).toBe("value");
    await Promise.all([byUrl.close(), byParts.close()]);
  });

  test("that refuses the password is told of, without the password", async () => {
    const faults: unknown[] = [];
    const store = createRedisStore({
      settings: redisSettings({ password: "wrong-password" }),
      prefix: "",
      onFault: (error) => faults.push(error),
    });
    while (faults.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(store.get("key")).rejects.toThrow();
    expect(String(faults[0])).not.toContain("wrong-password");
    await store.close();
  });

  test("that is gone fails at once, and is used again when it is back", async () => {
    const own = await startRedis();
    const faults: unknown[] = [];
    const store = createRedisStore({
      settings: { ...settings, host: own.host, port: own.port },
      prefix: "",
      onFault: (error) => faults.push(error),
    });
    await connected(store);
    await own.stop();
    while (faults.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(store.get("key")).rejects.toThrow();
    const again = await startRedis(undefined, own.port);
    await connected(store);
    await store.set("key", "value", 60);
    expect(await store.get("key")).toBe("value");
    expect(faults).toHaveLength(1);
    await store.close();
    await again.stop();
  });
});

test("a Redis that was never there lets the gateway end", async () => {
  const faults: unknown[] = [];
  const store = createRedisStore({
    settings: { ...settings, port: 1 },
    prefix: "",
    onFault: (error) => faults.push(error),
  });
  await expect(store.get("key")).rejects.toThrow();
  await expect(store.set("key", "value", 1)).rejects.toThrow();
  await store.close();
});
