import { describe, expect, test } from "vitest";
import { createMemoryState, endOfMinute } from "../../src/routing/memory-state.ts";
import type { DeploymentFact, DeploymentView } from "../../src/routing/state.ts";
import { startOfTime } from "./test-clock.ts";

const second = 1000;
const idle: DeploymentView = {
  inFlight: 0,
  coolUntil: 0,
  minute: { requests: 0, tokens: 0, successes: 0, failures: 0, failuresByClass: {} },
  latencies: [],
};

function stateAfter(...facts: readonly DeploymentFact[]) {
  const state = createMemoryState();
  for (const fact of facts) state.record("a", fact, startOfTime);
  return state;
}

describe("what is known after", () => {
  const rows: readonly [string, readonly DeploymentFact[], unknown][] = [
    ["nothing", [], idle],
    ["a pick", [{ type: "picked" }], { ...idle, inFlight: 1, minute: { ...idle.minute, requests: 1 } }],
    [
      "a pick and its release",
      [{ type: "picked" }, { type: "released" }],
      { ...idle, minute: { ...idle.minute, requests: 1 } },
    ],
    [
      "a success",
      [{ type: "succeeded", tokens: 7 }],
      { ...idle, minute: { ...idle.minute, successes: 1, tokens: 7 } },
    ],
    [
      "failures",
      [
        { type: "failed", failureClass: "RateLimitError" },
        { type: "failed", failureClass: "RateLimitError" },
        { type: "failed", failureClass: "TimeoutError" },
      ],
      {
        ...idle,
        minute: { ...idle.minute, failures: 3, failuresByClass: { RateLimitError: 2, TimeoutError: 1 } },
      },
    ],
    [
      "cooldowns, of which the longest counts",
      [
        { type: "cooled-down", until: 9 },
        { type: "cooled-down", until: 5 },
      ],
      { ...idle, coolUntil: 9 },
    ],
    [
      "a measurement",
      [{ type: "measured", kind: "token", ms: 3 }],
      { ...idle, latencies: [{ at: startOfTime, kind: "token", ms: 3 }] },
    ],
  ];
  test.each(rows)("%s", (_, facts, expected) => {
    expect(stateAfter(...facts).view("a", startOfTime)).toMatchObject(expected as object);
    expect(stateAfter(...facts).view("b", startOfTime)).toMatchObject(idle);
  });

  test("the next minute: what is under way, and no counts", () => {
    const state = stateAfter(
      { type: "picked" },
      { type: "succeeded", tokens: 7 },
      { type: "cooled-down", until: 9 },
    );
    expect(state.view("a", startOfTime + 49_999).minute).toMatchObject({ requests: 1, tokens: 7 });
    expect(state.view("a", startOfTime + 50_000)).toMatchObject({ ...idle, inFlight: 1, coolUntil: 9 });
  });
});

test("a minute is the clock's", () => {
  expect(endOfMinute(startOfTime) - startOfTime).toBe(50 * second);
  expect(endOfMinute(endOfMinute(startOfTime)) - startOfTime).toBe(110 * second);
});

test("only the latest hundred latencies are kept", () => {
  const state = createMemoryState();
  for (let ms = 0; ms < 250; ms++) state.record("a", { type: "measured", kind: "token", ms }, startOfTime);
  const { latencies } = state.view("a", startOfTime);
  expect([latencies.length, latencies[0]?.ms, latencies.at(-1)?.ms]).toEqual([100, 150, 249]);
});

describe("retain", () => {
  test("forgets whoever isn't kept", () => {
    const state = stateAfter({ type: "cooled-down", until: 9 });
    state.record("b", { type: "cooled-down", until: 9 }, startOfTime);
    state.retain((id) => id === "b");
    expect([state.view("a", startOfTime).coolUntil, state.view("b", startOfTime).coolUntil]).toEqual([0, 9]);
  });

  test("waits for what is under way", () => {
    const state = stateAfter({ type: "picked" }, { type: "cooled-down", until: 9 });
    state.retain(() => false);
    expect(state.view("a", startOfTime)).toMatchObject({ inFlight: 1, coolUntil: 9 });
    state.record("a", { type: "released" }, startOfTime);
    expect(state.view("a", startOfTime)).toMatchObject(idle);
  });

  test("keeps whoever comes back in time", () => {
    const state = stateAfter({ type: "picked" }, { type: "cooled-down", until: 9 });
    state.retain(() => false);
    state.retain(() => true);
    state.record("a", { type: "released" }, startOfTime);
    expect(state.view("a", startOfTime).coolUntil).toBe(9);
  });
});
