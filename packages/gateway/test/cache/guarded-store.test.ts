import { describe, expect, test } from "vitest";
import type { CacheStore } from "../../src/cache/cache-store.ts";
import { createGuardedStore } from "../../src/cache/guarded-store.ts";

/** A guard whose clock and waits the test moves. */
function guard(store: Partial<CacheStore>) {
  const faults: string[] = [];
  const clock = { now: 0 };
  const pauses: (() => void)[] = [];
  let asked = 0;
  const inner: CacheStore = {
    get: () => {
      asked++;
      return Promise.resolve("value");
    },
    set: () => Promise.resolve(),
    close: () => Promise.resolve(),
    ...store,
  };
  const guarded = createGuardedStore(inner, {
    onFault: (error) => faults.push(String(error)),
    restMs: 5000,
    now: () => clock.now,
    pause: (_milliseconds, signal) =>
      new Promise((resolve, reject) => {
        pauses.push(() => resolve(undefined));
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  });
  const expire = () => {
    for (const end of pauses.splice(0)) end();
  };
  return { guarded, faults, clock, expire, asked: () => asked };
}

test("what goes well goes through", async () => {
  const { guarded, faults } = guard({});
  expect(await guarded.get("k")).toBe("value");
  await guarded.set("k", "v", 1);
  await guarded.close();
  expect(faults).toEqual([]);
});

describe("a store that fails", () => {
  const fail = () => Promise.reject(new Error("refused"));

  test("knows nothing, keeps nothing, and is told of", async () => {
    const { guarded, faults, clock } = guard({ get: fail, set: fail, close: fail });
    expect(await guarded.get("k")).toBeUndefined();
    clock.now += 5000;
    await expect(guarded.set("k", "v", 1)).resolves.toBeUndefined();
    clock.now += 5000;
    await expect(guarded.close()).resolves.toBeUndefined();
    expect(faults).toEqual(Array(3).fill("Error: refused"));
  });

  test("is left alone for a while", async () => {
    let calls = 0;
    const { guarded, faults, clock } = guard({
      get: () => {
        calls++;
        return fail();
      },
    });
    await guarded.get("k");
    clock.now = 4999;
    await guarded.get("k");
    expect(calls).toBe(1);
    clock.now = 5000;
    await guarded.get("k");
    expect(calls).toBe(2);
    expect(faults).toHaveLength(2);
  });

  test("also when it throws before it begins", async () => {
    const { guarded } = guard({
      get: () => {
        throw new Error("at once");
      },
    });
    expect(await guarded.get("k")).toBeUndefined();
  });
});

test("a store that does not answer is waited for only so long", async () => {
  const { guarded, faults, expire } = guard({ get: () => new Promise<never>(() => undefined) });
  const got = guarded.get("k");
  await Promise.resolve();
  expire();
  expect(await got).toBeUndefined();
  expect(faults.join()).toContain("250 ms");
});
