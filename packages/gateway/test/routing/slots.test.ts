import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSlots } from "../../src/routing/slots.ts";
import { failureOf, listenerCount } from "./rig.ts";
import { seededRandom, settle } from "./test-clock.ts";

const { signal } = new AbortController();

describe("slots", () => {
  test("are taken before acquire returns", () => {
    const slots = createSlots();
    void slots.acquire("a", 1, signal);
    expect(slots.room("a", 1)).toBe("queue");
    expect(slots.room("b", 1)).toBe("free");
  });

  test("are given back once, however often that is said", async () => {
    const slots = createSlots();
    const giveBack = await slots.acquire("a", 2, signal);
    await slots.acquire("a", 2, signal);
    giveBack();
    giveBack();
    await slots.acquire("a", 2, signal);
    expect(slots.room("a", 2)).toBe("queue");
  });

  test("go to who waits longest, and past nobody", async () => {
    const slots = createSlots();
    const order: string[] = [];
    const first = await slots.acquire("a", 1, signal);
    for (const name of ["one", "two"]) {
      void slots.acquire("a", 1, signal).then((giveBack) => [order.push(name), giveBack()]);
    }
    first();
    void slots.acquire("a", 1, signal).then(() => order.push("late"));
    await settle();
    expect(order).toEqual(["one", "two", "late"]);
  });

  test("have ten places each to wait", async () => {
    const slots = createSlots();
    for (let count = 0; count < 2; count++) await slots.acquire("a", 2, signal);
    for (let count = 0; count < 20; count++) {
      expect(slots.room("a", 2)).toBe("queue");
      void slots.acquire("a", 2, signal);
    }
    expect(slots.room("a", 2)).toBe("full");
  });

  test("without a limit are always free", async () => {
    const slots = createSlots();
    for (let count = 0; count < 100; count++) await slots.acquire("a", undefined, signal);
    expect(slots.room("a", undefined)).toBe("free");
  });

  test("follow a limit that is raised, in order", async () => {
    const slots = createSlots();
    await slots.acquire("a", 1, signal);
    const admitted: string[] = [];
    void slots.acquire("a", 1, signal).then(() => admitted.push("early"));
    void slots.acquire("a", 1, signal).then(() => admitted.push("later"));
    void slots.acquire("a", 3, signal).then(() => admitted.push("late"));
    await settle();
    expect(admitted).toEqual(["early", "later"]);
  });

  test("leave no listener once they are had", async () => {
    const slots = createSlots();
    const waiter = new AbortController();
    const giveBack = await slots.acquire("a", 1, waiter.signal);
    const acquiring = slots.acquire("a", 1, waiter.signal);
    giveBack();
    await acquiring;
    expect(listenerCount(waiter.signal)).toBe(0);
  });

  test("are not waited for by who has left, whose listener is gone", async () => {
    const slots = createSlots();
    const leaving = new AbortController();
    const giveBack = await slots.acquire("a", 1, signal);
    const failing = failureOf(slots.acquire("a", 1, leaving.signal));
    expect(listenerCount(leaving.signal)).toBe(1);
    leaving.abort();
    expect((await failing).code).toBe("cancelled");
    expect(listenerCount(leaving.signal)).toBe(0);
    giveBack();
    expect(slots.room("a", 1)).toBe("free");
    expect((await failureOf(slots.acquire("a", 1, leaving.signal))).code).toBe("cancelled");
    expect(slots.room("a", 1)).toBe("free");
  });

  test("never hold more than their limit, and serve everybody who stays", async () => {
    const plan = fc.record({
      limit: fc.integer({ min: 1, max: 4 }),
      calls: fc.integer({ min: 1, max: 40 }),
      seed: fc.integer(),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ limit, calls, seed }) => {
        const random = seededRandom(seed);
        const slots = createSlots();
        let [held, most, served, left] = [0, 0, 0, 0];
        const work = Array.from({ length: calls }, async () => {
          const leaving = new AbortController();
          const acquiring = slots.acquire("a", limit, leaving.signal);
          if (random() < 0.2) leaving.abort();
          try {
            const giveBack = await acquiring;
            held += 1;
            most = Math.max(most, held);
            for (let turn = random() * 5; turn > 0; turn--) await Promise.resolve();
            held -= 1;
            served += 1;
            giveBack();
          } catch {
            left += 1;
          }
        });
        await Promise.all(work);
        expect(most).toBeLessThanOrEqual(limit);
        expect(served + left).toBe(calls);
        expect(slots.room("a", limit)).toBe("free");
      }),
      { numRuns: 100, seed: 4 },
    );
  });
});
