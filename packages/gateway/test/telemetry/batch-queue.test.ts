import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BatchQueueOptions, createBatchQueue } from "../../src/telemetry/callbacks/batch-queue.ts";

/** Lets all that is ready to run, run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

function createQueue(options: Partial<BatchQueueOptions<number>> = {}) {
  const batches: number[][] = [];
  const faults: unknown[] = [];
  const pauses: (() => void)[] = [];
  const queue = createBatchQueue<number>({
    send: async (batch) => void batches.push([...batch]),
    onFault: (error) => faults.push(error),
    batchSize: 3,
    limit: 10,
    // A pause lasts until the test ends it, or the signal does.
    pause: (_milliseconds, signal) =>
      new Promise((resolve, reject) => {
        pauses.push(() => resolve(undefined));
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
    ...options,
  });
  return { queue, batches, faults, pauses };
}

test("items wait for others", async () => {
  const { queue, batches, pauses } = createQueue();
  queue.add(1);
  queue.add(2);
  await settle();
  expect(batches).toEqual([]);
  for (const end of pauses) end();
  await settle();
  expect(batches).toEqual([[1, 2]]);
});

test("a full batch goes at once", async () => {
  const { queue, batches } = createQueue();
  for (const item of [1, 2, 3, 4]) queue.add(item);
  await settle();
  expect(batches).toEqual([[1, 2, 3]]);
  await queue.close();
  expect(batches).toEqual([[1, 2, 3], [4]]);
});

test("what does not fit is dropped, and nobody waits", async () => {
  const { queue, batches } = createQueue({ batchSize: 100 });
  for (let item = 0; item < 50; item++) queue.add(item);
  await queue.close();
  expect(batches).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]);
});

test("after the end nothing is taken", async () => {
  const { queue, batches } = createQueue();
  await queue.close();
  queue.add(1);
  await settle();
  expect(batches).toEqual([]);
});

describe("a batch that can't be sent", () => {
  test("is told of, and the next one goes", async () => {
    let calls = 0;
    const sent: number[][] = [];
    const { queue, faults } = createQueue({
      send: async (batch) => {
        if (++calls === 1) throw new Error("refused");
        sent.push([...batch]);
      },
    });
    for (const item of [1, 2, 3]) queue.add(item);
    await settle();
    for (const item of [4, 5, 6]) queue.add(item);
    await settle();
    expect(faults.map(String)).toEqual(["Error: refused"]);
    expect(sent).toEqual([[4, 5, 6]]);
  });

  test("at the end is the last one that is tried", async () => {
    let calls = 0;
    const { queue } = createQueue({
      batchSize: 2,
      send: async () => {
        calls++;
        await settle();
        throw new Error("refused");
      },
    });
    for (const item of [1, 2, 3, 4, 5, 6]) queue.add(item);
    await queue.close();
    expect(calls).toBe(1);
  });
});

test("whatever comes when, all is sent once and in order", async () => {
  const step = fc.oneof(
    fc.constant("add" as const),
    fc.constant("settle" as const),
    fc.constant("end pauses" as const),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 1, max: 5 }),
      async (steps, batchSize) => {
        const { queue, batches, pauses } = createQueue({ batchSize, limit: 1000 });
        let added = 0;
        for (const each of steps) {
          if (each === "add") queue.add(added++);
          else if (each === "settle") await settle();
          else for (const end of pauses.splice(0)) end();
        }
        await queue.close();
        expect(batches.flat()).toEqual(Array.from({ length: added }, (_, index) => index));
        expect(batches.every((batch) => batch.length <= batchSize && batch.length > 0)).toBe(true);
      },
    ),
  );
});
