import { OutcropError } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import { createScope, toAbortError, untilAborted } from "../../src/routing/scope.ts";
import { failureOf, listenerCount } from "./rig.ts";
import { createTestClock, settle } from "./test-clock.ts";

const timeUp = () => new OutcropError("timeout", "time is up");

describe("a scope", () => {
  test("ends with its parent, for the same reason", () => {
    const parent = new AbortController();
    const scope = createScope(parent.signal, createTestClock().sleep);
    parent.abort(new OutcropError("cancelled", "gone"));
    expect(scope.signal.reason).toMatchObject({ code: "cancelled", message: "gone" });
  });

  test("has ended before it began, if its parent has", () => {
    const scope = createScope(AbortSignal.abort(), createTestClock().sleep);
    expect(scope.signal.reason).toMatchObject({ code: "cancelled" });
  });

  test("ends when its time is up, for the reason that then holds", async () => {
    const clock = createTestClock();
    const scope = createScope(new AbortController().signal, clock.sleep);
    let message = "before";
    scope.arm(100, () => new OutcropError("timeout", message));
    message = "after";
    await clock.advance(99);
    expect(scope.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(scope.signal.reason).toMatchObject({ code: "timeout", message: "after" });
  });

  const endings: readonly [
    string,
    (scope: ReturnType<typeof createScope>, parent: AbortController) => void,
  ][] = [
    ["disarmed and closed", (scope) => (scope.disarm(), scope.close())],
    ["closed", (scope) => scope.close()],
    ["closed for a reason", (scope) => scope.close(timeUp())],
    ["closed twice", (scope) => (scope.close(), scope.close())],
    ["left by its parent", (_, parent) => parent.abort()],
  ];
  test.each(endings)("%s leaves neither a timer nor a listener", async (_, end) => {
    const clock = createTestClock();
    const parent = new AbortController();
    const scope = createScope(parent.signal, clock.sleep);
    scope.arm(100, timeUp);
    expect([clock.sleeping().length, listenerCount(parent.signal)]).toEqual([1, 1]);
    end(scope, parent);
    await settle();
    expect([clock.sleeping().length, listenerCount(parent.signal)]).toEqual([0, 0]);
  });

  test("without a limit sets no timer", () => {
    const clock = createTestClock();
    createScope(new AbortController().signal, clock.sleep).arm(Infinity, timeUp);
    expect(clock.sleeping()).toEqual([]);
  });

  test("that was closed does not end by its parent any more", () => {
    const parent = new AbortController();
    const scope = createScope(parent.signal, createTestClock().sleep);
    scope.close();
    parent.abort();
    expect(scope.signal.aborted).toBe(false);
  });
});

describe("untilAborted", () => {
  test("gives what the work gives, and leaves no listener", async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(1), signal)).toBe(1);
    expect((await failureOf(untilAborted(Promise.reject(timeUp()), signal))).code).toBe("timeout");
    await settle();
    expect(listenerCount(signal)).toBe(0);
  });

  test("ends with the signal, whatever the work does", async () => {
    const leaving = new AbortController();
    const failing = failureOf(untilAborted(new Promise(() => {}), leaving.signal));
    leaving.abort(timeUp());
    expect((await failing).code).toBe("timeout");
    expect((await failureOf(untilAborted(Promise.resolve(1), leaving.signal))).code).toBe("timeout");
  });
});

test("whatever a signal says, a client is told that it was cancelled, or what the gateway says", () => {
  expect(toAbortError(AbortSignal.abort(timeUp())).code).toBe("timeout");
  expect(toAbortError(AbortSignal.abort("whatever"))).toMatchObject({ code: "cancelled", cause: "whatever" });
});
