import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { setAlarm as SetAlarm } from "../../src/client/alarm.ts";

let setAlarm: typeof SetAlarm;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules();
  ({ setAlarm } = await import("../../src/client/alarm.ts"));
});

afterEach(() => {
  vi.useRealTimers();
});

test.each([0, 1, 9_999])("one of %i ms rings to the millisecond", async (ms) => {
  const ring = vi.fn();
  setAlarm(ms, ring);
  if (ms > 0) await vi.advanceTimersByTimeAsync(ms - 1);
  expect(ring).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(ring).toHaveBeenCalledTimes(1);
});

test.each([10_000, 10_499, 600_000])("one of %i ms rings at most half a second late, once", async (ms) => {
  const ring = vi.fn();
  setAlarm(ms, ring);
  await vi.advanceTimersByTimeAsync(ms - 1);
  expect(ring).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(501);
  expect(ring).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(ms);
  expect(ring).toHaveBeenCalledTimes(1);
});

test.each([5, 20_000])("one of %i ms that is called off never rings", async (ms) => {
  const ring = vi.fn();
  const [callOff, other] = [setAlarm(ms, ring), vi.fn()];
  setAlarm(ms, other);
  callOff();
  callOff();
  await vi.advanceTimersByTimeAsync(ms + 1000);
  expect(ring).not.toHaveBeenCalled();
  expect(other).toHaveBeenCalledTimes(1);
});

test("an alarm that sets another, or calls one off, disturbs nobody", async () => {
  const rung: string[] = [];
  const off = setAlarm(30_000, () => rung.push("never"));
  setAlarm(20_000, () => {
    rung.push("first");
    off();
    setAlarm(20_000, () => rung.push("third"));
  });
  setAlarm(21_000, () => rung.push("second"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(rung).toEqual(["first", "second", "third"]);
});

test("one that is set after all the others are over rings too", async () => {
  setAlarm(15_000, () => undefined)();
  await vi.advanceTimersByTimeAsync(60_000);
  const ring = vi.fn();
  setAlarm(15_000, ring);
  await vi.advanceTimersByTimeAsync(15_500);
  expect(ring).toHaveBeenCalledTimes(1);
});
