import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { BodyTooLarge, ByteQueue } from "../../src/bedrock/byte-queue.ts";
import { settle } from "./test-clock.ts";

function createScene() {
  const source = { pause: vi.fn(), resume: vi.fn(), abandon: vi.fn() };
  return { source, queue: new ByteQueue(source) };
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
        const reading = readAll(queue);
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

  test("gives the pieces of one network read together, and those of the next apart", async () => {
    const { queue } = createScene();
    const batches: number[][] = [];
    const reading = (async () => {
      for await (const chunk of queue) batches.push([...chunk]);
    })();
    await settle();
    for (const value of [1, 2, 3]) queue.push(byte(value));
    await settle();
    for (const value of [4, 5]) queue.push(byte(value));
    queue.end();
    await reading;
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  test("pauses the socket when 256 KiB wait, and resumes it when they are taken", async () => {
    const { queue, source } = createScene();
    const piece = new Uint8Array(16 * 1024);
    for (let count = 0; count < 15; count++) queue.push(piece);
    expect(source.pause).not.toHaveBeenCalled();
    for (let count = 15; count < 20; count++) queue.push(piece);
    expect(source.pause).toHaveBeenCalledTimes(1);
    expect(source.resume).not.toHaveBeenCalled();
    const { value } = await queue.next();
    expect(value).toHaveLength(20 * 16 * 1024);
    expect(source.resume).toHaveBeenCalledTimes(1);
  });

  test.each([
    ["has come already", true],
    ["is still coming", false],
  ])("is given whole to who wants it whole, when it %s", async (_, early) => {
    const { queue, source } = createScene();
    const piece = new Uint8Array(200 * 1024).fill(7);
    queue.push(piece);
    queue.push(piece);
    if (early) queue.end();
    const whole = queue.whole(500 * 1024);
    if (!early) queue.push(byte(8));
    queue.end();
    expect(await whole).toHaveLength(400 * 1024 + (early ? 0 : 1));
    // Whoever wants all of it has no use for a pause.
    expect(source.pause.mock.calls.length).toBe(source.resume.mock.calls.length);
  });

  test.each([0, 1, 2])("is not given whole beyond what its reader takes, after %i pieces", async (before) => {
    const { queue, source } = createScene();
    for (let count = 0; count < before; count++) queue.push(byte(count));
    const whole = queue.whole(1);
    const outcome = expect(whole).rejects.toBeInstanceOf(BodyTooLarge);
    for (let count = before; count < 2; count++) queue.push(byte(count));
    await outcome;
    expect(source.abandon).toHaveBeenCalledTimes(1);
  });

  test.each([true, false])("fails whole where it fails (before it is asked for: %s)", async (early) => {
    const { queue } = createScene();
    const fault = new Error("reset");
    queue.push(byte(1));
    if (early) queue.fail(fault);
    const outcome = expect(queue.whole(100)).rejects.toBe(fault);
    if (!early) queue.fail(fault);
    await outcome;
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
      for await (const chunk of queue) read.push(...chunk);
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
    for await (const _ of queue) break;
    expect(source.abandon).toHaveBeenCalledTimes(1);
    queue.push(byte(2));
    queue.fail(new Error("late"));
    expect(await readAll(queue)).toEqual([]);
    expect(source.pause).not.toHaveBeenCalled();
  });

  test("is not abandoned when it has ended already", async () => {
    const { queue, source } = createScene();
    queue.push(byte(1));
    queue.end();
    for await (const _ of queue) break;
    expect(source.abandon).not.toHaveBeenCalled();
  });

  test("ends once: a failure after the end, or an end after a failure, changes nothing", async () => {
    const ended = createScene().queue;
    ended.end();
    ended.fail(new Error("late"));
    expect(await readAll(ended)).toEqual([]);
    const failed = createScene().queue;
    failed.fail(new Error("first"));
    failed.end();
    await expect(readAll(failed)).rejects.toThrow("first");
  });
});
