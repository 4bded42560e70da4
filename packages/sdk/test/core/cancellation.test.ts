import { describe, expect, test, vi } from "vitest";
import { type CancelSignal, Cancellation, toAbortSignal } from "../../src/core/cancellation.ts";

interface Fired {
  readonly signal: CancelSignal;
  readonly abort: (reason: unknown) => void;
}

/** Both kinds of signals, each with what fires it: for who listens, they are one. */
const kinds: readonly (readonly [string, () => Fired])[] = [
  [
    "AbortController",
    () => {
      const controller = new AbortController();
      return { signal: controller.signal, abort: (reason: unknown) => controller.abort(reason) };
    },
  ],
  [
    "Cancellation",
    () => {
      const cancellation = new Cancellation();
      return { signal: cancellation, abort: (reason: unknown) => cancellation.abort(reason) };
    },
  ],
];

describe.each(kinds)("%s", (_, create) => {
  test("tells each listener once, in order, with the first reason", () => {
    const { signal, abort } = create();
    const told: string[] = [];
    signal.addEventListener("abort", () => told.push(`one ${String(signal.reason)}`), { once: true });
    signal.addEventListener("abort", () => told.push("two"), { once: true });
    expect(signal.aborted).toBe(false);
    abort("gone");
    abort("again");
    expect(told).toEqual(["one gone", "two"]);
    expect([signal.aborted, signal.reason]).toEqual([true, "gone"]);
  });

  test("tells nobody who has stopped listening, or comes late", () => {
    const { signal, abort } = create();
    const [left, late] = [vi.fn(), vi.fn()];
    signal.addEventListener("abort", left, { once: true });
    signal.removeEventListener("abort", left);
    signal.removeEventListener("abort", left);
    abort("gone");
    signal.addEventListener("abort", late, { once: true });
    abort("again");
    expect(left).not.toHaveBeenCalled();
    expect(late).not.toHaveBeenCalled();
  });
});

describe("an AbortSignal of a cancellation", () => {
  test("is the same one where it is one already", () => {
    const { signal } = new AbortController();
    expect(toAbortSignal(signal)).toBe(signal);
  });

  test.each([true, false])("fires with it (it has fired before: %s)", (before) => {
    const cancellation = new Cancellation();
    if (before) cancellation.abort("gone");
    const signal = toAbortSignal(cancellation);
    expect(signal.aborted).toBe(before);
    cancellation.abort("gone");
    expect([signal.aborted, signal.reason]).toEqual([true, "gone"]);
    expect(cancellation.listenerCount()).toBe(0);
  });
});
