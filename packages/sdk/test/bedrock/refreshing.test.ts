import { describe, expect, test, vi } from "vitest";
import type { ExpiringKeys } from "../../src/bedrock/refreshing.ts";
import { createRefreshingKeys } from "../../src/bedrock/refreshing.ts";
import { settle } from "./test-clock.ts";

const minute = 60_000;

/** A source that gives out keys which live for so long, each with a number. */
function createScene(lifeMs: number | undefined) {
  let time = Date.UTC(2026, 0, 2);
  let fault: Error | undefined;
  let gate: Promise<void> | undefined;
  let count = 0;
  const load = vi.fn(async (): Promise<ExpiringKeys> => {
    const name = `keys-${++count}`;
    await gate;
    if (fault) throw fault;
    const expiration = lifeMs === undefined ? undefined : new Date(time + lifeMs);
    return { accessKeyId: name, secretAccessKey: "s", expiration };
  });
  const keys = createRefreshingKeys({ load, now: () => time });
  return {
    load,
    keys,
    name: async () => (await keys.get()).accessKeyId,
    pass: (ms: number) => (time += ms),
    fail: (error: Error | undefined) => (fault = error),
    hold: (until: Promise<void>): void => {
      gate = until;
    },
  };
}

describe("keys with an end", () => {
  test("are loaded once, however many ask at once and after", async () => {
    const { name, load, pass } = createScene(60 * minute);
    expect(await Promise.all([name(), name(), name()])).toEqual(["keys-1", "keys-1", "keys-1"]);
    pass(54 * minute);
    expect(await name()).toBe("keys-1");
    expect(load).toHaveBeenCalledTimes(1);
  });

  test("are replaced five minutes before, while the old ones go on being used", async () => {
    const { name, load, pass, hold } = createScene(60 * minute);
    await name();
    pass(55 * minute);
    const { promise, resolve } = Promise.withResolvers<void>();
    hold(promise);
    expect(await Promise.all([name(), name(), name()])).toEqual(["keys-1", "keys-1", "keys-1"]);
    expect(load).toHaveBeenCalledTimes(2);
    resolve();
    await settle();
    expect(await name()).toBe("keys-2");
    expect(load).toHaveBeenCalledTimes(2);
  });

  test("that have ended are waited for, by all together", async () => {
    const { name, load, pass } = createScene(60 * minute);
    await name();
    pass(60 * minute);
    expect(await Promise.all([name(), name()])).toEqual(["keys-2", "keys-2"]);
    expect(load).toHaveBeenCalledTimes(2);
  });

  test("outlive a refresh that fails, which is tried again, but not in a loop", async () => {
    const { name, load, pass, fail } = createScene(60 * minute);
    await name();
    pass(56 * minute);
    fail(new Error("STS is down"));
    for (let count = 0; count < 5; count++) {
      expect(await name()).toBe("keys-1");
      await settle();
    }
    expect(load).toHaveBeenCalledTimes(2);
    pass(11_000);
    await name();
    await settle();
    expect(load).toHaveBeenCalledTimes(3);
    fail(undefined);
    pass(11_000);
    await name();
    await settle();
    expect(await name()).toBe("keys-4");
  });

  test("a failure with nothing in hand is thrown, and not kept", async () => {
    const { name, fail, pass } = createScene(60 * minute);
    fail(new Error("STS is down"));
    await expect(Promise.all([name(), name()])).rejects.toThrow("STS is down");
    fail(undefined);
    expect(await name()).toBe("keys-2");
    pass(61 * minute);
    fail(new Error("down again"));
    await expect(name()).rejects.toThrow("down again");
    fail(undefined);
    expect(await name()).toMatch(/^keys-/);
  });

  test("that live shorter than the margin are not asked for at every call", async () => {
    const { name, load, pass } = createScene(2 * minute);
    await name();
    pass(5_000);
    await name();
    expect(load).toHaveBeenCalledTimes(1);
    pass(6_000);
    await name();
    expect(load).toHaveBeenCalledTimes(2);
  });

  test("that have ended when they come are given out once, and loaded again", async () => {
    const { name } = createScene(0);
    expect([await name(), await name()]).toEqual(["keys-1", "keys-2"]);
  });
});

describe("keys without an end", () => {
  test("are looked up again after ten minutes, behind the calls' back", async () => {
    const { name, load, pass } = createScene(undefined);
    await name();
    pass(9 * minute);
    await name();
    expect(load).toHaveBeenCalledTimes(1);
    pass(minute);
    expect(await name()).toBe("keys-1");
    await settle();
    expect(await name()).toBe("keys-2");
  });

  test("that AWS has refused are forgotten", async () => {
    const { name, keys } = createScene(undefined);
    await name();
    keys.forget();
    expect(await name()).toBe("keys-2");
  });
});
