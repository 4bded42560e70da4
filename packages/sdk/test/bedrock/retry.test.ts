import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { RetryInfo, RetryPolicy } from "../../src/bedrock/retry.ts";
import { withRetries } from "../../src/bedrock/retry.ts";
import type { ErrorCode } from "../../src/core/errors.ts";
import { errorTable, OutcropError } from "../../src/core/errors.ts";
import { createTestClock, settle } from "./test-clock.ts";

const policy: RetryPolicy = { maxRetries: 2, signal: undefined };

/** Fails with each error in turn, then answers. */
function failing(...errors: readonly unknown[]) {
  const left = [...errors];
  return vi.fn(async () => {
    if (left.length > 0) throw left.shift();
    return "answer";
  });
}

function failure(code: ErrorCode, retryAfter?: number): OutcropError {
  return new OutcropError(code, code, { retryAfter });
}

/** Runs to the end on a clock of its own, where waiting takes no time. */
async function run(attempt: () => Promise<string>, own: Partial<RetryPolicy> = {}, random = 0.5) {
  const clock = createTestClock(() => random);
  const outcome = withRetries(attempt, { ...policy, ...own }, clock).catch((error: unknown) => error);
  await clock.advance(3_600_000);
  return { outcome: await outcome, slept: clock.slept };
}

describe("what is sent again", () => {
  const codes = Object.keys(errorTable) as ErrorCode[];

  test.each(codes)("%s as the table says", async (code) => {
    const attempt = failing(failure(code));
    const { outcome } = await run(attempt);
    const isSentAgain = errorTable[code].retryable && code !== "model_not_ready";
    expect(attempt).toHaveBeenCalledTimes(isSentAgain ? 2 : 1);
    expect(outcome).toEqual(isSentAgain ? "answer" : expect.objectContaining({ code }));
  });

  test("no more often than allowed, and the last error is thrown", async () => {
    const errors = ["throttled", "upstream_error", "connection_failed", "throttled"].map((code) =>
      failure(code as ErrorCode),
    );
    const attempt = failing(...errors);
    const { outcome } = await run(attempt, { maxRetries: 2 });
    expect(attempt).toHaveBeenCalledTimes(3);
    expect(outcome).toBe(errors[2]);
  });

  test("never, when no retry is allowed", async () => {
    const attempt = failing(failure("throttled"));
    await run(attempt, { maxRetries: 0 });
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  test("nothing that isn't one of our errors", async () => {
    const fault = new TypeError("a defect");
    const { outcome, slept } = await run(failing(fault));
    expect(outcome).toBe(fault);
    expect(slept).toEqual([]);
  });
});

describe("how long is waited", () => {
  test.each([
    ["upstream_error", [100, 200, 400, 800, 1600]],
    ["throttled", [500, 1000, 2000, 4000, 8000]],
  ] as const)("%s: full jitter under a doubling cap", async (code, caps) => {
    const errors = caps.map(() => failure(code));
    const none = await run(failing(...errors), { maxRetries: 5 }, 0);
    expect(none.slept).toEqual(caps.map(() => 0));
    const half = await run(failing(...errors), { maxRetries: 5 }, 0.5);
    expect(half.slept).toEqual(caps.map((cap) => cap / 2));
  });

  test("never longer than 20 s", async () => {
    const errors = Array.from({ length: 30 }, () => failure("throttled"));
    const { slept } = await run(failing(...errors), { maxRetries: 30 }, 0.999_999);
    expect(Math.max(...slept)).toBeLessThanOrEqual(20_000);
    expect(slept.at(-1)).toBeGreaterThan(19_990);
  });

  test("as long as AWS asks", async () => {
    const { slept } = await run(failing(failure("throttled", 7), failure("throttled", 0.001)), {}, 0.5);
    expect(slept).toEqual([7000, 500]);
  });

  test("but not for minutes: then the caller decides", async () => {
    const refusal = failure("throttled", 61);
    const { outcome, slept } = await run(failing(refusal));
    expect(outcome).toBe(refusal);
    expect(slept).toEqual([]);
  });

  test("each wait is told", async () => {
    const told: RetryInfo[] = [];
    const errors = [failure("throttled"), failure("upstream_error")];
    await run(failing(...errors), { onRetry: (info) => told.push(info) });
    expect(told).toEqual([
      { attempt: 1, error: errors[0], waitMs: 250 },
      { attempt: 2, error: errors[1], waitMs: 100 },
    ]);
  });
});

describe("deadline and abort", () => {
  test("no wait is begun that would outlast the deadline", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(3000), fc.double({ min: 0, max: 0.999, noNaN: true }), async (left, random) => {
        const clock = createTestClock(() => random);
        const deadline = clock.now() + left;
        const errors = Array.from({ length: 5 }, () => failure("throttled"));
        const outcome = withRetries(failing(...errors), { ...policy, maxRetries: 5, deadline }, clock);
        const settled = outcome.catch((error: unknown) => error);
        await clock.advance(left);
        expect(clock.sleeping()).toEqual([]);
        expect(await settled).toSatisfy((result) => result === "answer" || result instanceof OutcropError);
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ["the deadline: the last error is the reason", new DOMException("", "TimeoutError"), "throttled"],
    ["our deadline: likewise", new OutcropError("timeout", "late"), "throttled"],
    ["the caller: cancelled", new DOMException("", "AbortError"), "cancelled"],
    ["the caller's own error of ours is kept", new OutcropError("cancelled", "gone"), "cancelled"],
  ])("a wait is ended by %s", async (_, reason, code) => {
    const clock = createTestClock();
    const controller = new AbortController();
    const attempt = failing(failure("throttled", 30));
    const outcome = withRetries(attempt, { ...policy, signal: controller.signal }, clock);
    const settled = outcome.catch((error: unknown) => error);
    await settle();
    controller.abort(reason);
    expect(await settled).toMatchObject({ code });
    expect(attempt).toHaveBeenCalledTimes(1);
    expect(clock.sleeping()).toEqual([]);
  });
});
