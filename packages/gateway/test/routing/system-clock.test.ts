import { expect, test, vi } from "vitest";
import { systemClock } from "../../src/routing/system-clock.ts";
import { listenerCount } from "./rig.ts";

test("a sleep ends by itself, and leaves no listener", async () => {
  const { signal } = new AbortController();
  await systemClock.sleep(1, signal);
  expect(listenerCount(signal)).toBe(0);
});

test("a sleep is broken off for the signal's reason, and leaves no timer", async () => {
  vi.useFakeTimers();
  try {
    const leaving = new AbortController();
    const sleeping = systemClock.sleep(1000, leaving.signal);
    expect(vi.getTimerCount()).toBe(1);
    leaving.abort("gone");
    await expect(sleeping).rejects.toBe("gone");
    await expect(systemClock.sleep(1000, leaving.signal)).rejects.toBe("gone");
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test("a sleep of months does not end at once", async () => {
  vi.useFakeTimers();
  try {
    const leaving = new AbortController();
    const ends: string[] = [];
    const sleeping = systemClock.sleep(2 ** 40, leaving.signal).then(
      () => ends.push("awake"),
      () => ends.push("broken off"),
    );
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(ends).toEqual([]);
    leaving.abort();
    await sleeping;
    expect(ends).toEqual(["broken off"]);
  } finally {
    vi.useRealTimers();
  }
});

test("now is now", () => {
  const before = Date.now();
  const now = systemClock.now();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});
