import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { createByteQueue } from "../../src/bedrock/byte-queue.ts";
import { settle } from "./test-clock.ts";

function createScene() {
  const source = { pause: vi.fn(), resume: vi.fn(), abandon: vi.fn() };
  return { source, queue: createByteQueue(source) };
}

const byte = (value: number) => Uint8Array.of(value);

async function readAll(bytes: AsyncIterable<Uint8Array>): Promise<number[]> {
  const read: number[] = [];
  for await (const chunk of bytes) read.push(...chunk);
  return read;
}

describe("a body on its way from a socket to its reader", () => {
  test("keeps order, whoever is ahead of the other", () => {
    return fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 60 }), async (turns) => {
        const { queue } = createScene();
        const reading = readAll(queue.bytes);
        for (const [index, waits] of turns.entries()) {
          queue.push(byte(index));
          if (waits) await settle();
        }
        queue.end();
        expect(await reading).toEqual(turns.map((_, index) => index));
      }),
      { numRuns: 30 },
    );
  });

  test("pauses the socket when sixteen chunks wait, and resumes it when none does", async () => {
    const { queue, source } = createScene();
    for (let count = 0; count < 15; count++) queue.push(byte(count));
    expect(source.pause).not.toHaveBeenCalled();
    for (let count = 15; count < 20; count++) queue.push(byte(count));
    expect(source.pause).toHaveBeenCalledTimes(1);
    const reader = queue.bytes[Symbol.asyncIterator]();
    for (let count = 0; count < 19; count++) await reader.next();
    expect(source.resume).not.toHaveBeenCalled();
    await reader.next();
    expect(source.resume).toHaveBeenCalledTimes(1);
  });

  test.each([
    ["before it is read", true],
    ["while it is awaited", false],
  ])("gives what has come before a failure %s", async (_, early) => {
    const { queue, source } = createScene();
    const fault = new Error("reset");
    queue.push(byte(1));
    if (early) queue.fail(fault);
    const read: number[] = [];
    const reading = (async () => {
      for await (const chunk of queue.bytes) read.push(...chunk);
    })();
    const outcome = expect(reading).rejects.toBe(fault);
    await settle();
    if (!early) queue.fail(fault);
    await outcome;
    expect(read).toEqual([1]);
    expect(source.abandon).not.toHaveBeenCalled();
  });

  test("is abandoned when its reader leaves, and takes nothing more", async () => {
    const { queue, source } = createScene();
    queue.push(byte(1));
    for await (const _ of queue.bytes) break;
    expect(source.abandon).toHaveBeenCalledTimes(1);
    queue.push(byte(2));
    queue.fail(new Error("late"));
    expect(await readAll(queue.bytes)).toEqual([]);
    expect(source.pause).not.toHaveBeenCalled();
  });

  test("is not abandoned when it has ended already", async () => {
    const { queue, source } = createScene();
    queue.push(byte(1));
    queue.end();
    for await (const _ of queue.bytes) break;
    expect(source.abandon).not.toHaveBeenCalled();
  });

  test("ends once: a failure after the end, or an end after a failure, changes nothing", async () => {
    const ended = createScene().queue;
    ended.end();
    ended.fail(new Error("late"));
    expect(await readAll(ended.bytes)).toEqual([]);
    const failed = createScene().queue;
    failed.fail(new Error("first"));
    failed.end();
    await expect(readAll(failed.bytes)).rejects.toThrow("first");
  });
});
