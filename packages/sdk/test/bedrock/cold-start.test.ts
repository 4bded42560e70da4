import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ColdStartProgress, Patience } from "../../src/bedrock/cold-model.ts";
import { createColdStarts } from "../../src/bedrock/cold-start.ts";
import { OutcropError } from "../../src/core/errors.ts";
import type { TestClock } from "./test-clock.ts";
import { createTestClock, settle } from "./test-clock.ts";

interface Asked {
  readonly name: string;
  readonly at: number;
  readonly outcome: "refused" | "answered";
}

/** A model that is warm from some time on, and calls that ask it. */
function createScene(warmAfterMs: number, clock: TestClock = createTestClock()) {
  const coldStarts = createColdStarts(clock);
  const start = clock.now();
  const asked: Asked[] = [];
  const ended: string[] = [];
  let inFlight = 0;
  let mostInFlight = 0;

  async function attempt(name: string): Promise<string> {
    mostInFlight = Math.max(mostInFlight, ++inFlight);
    await new Promise((resolve) => setImmediate(resolve));
    inFlight--;
    const at = clock.now() - start;
    const outcome = at >= warmAfterMs ? "answered" : "refused";
    asked.push({ name, at, outcome });
    if (outcome === "refused") throw notReady();
    return name;
  }

  function call(name: string, own: Partial<Patience> = {}, make = attempt): Promise<unknown> {
    const patience: Patience = { key: "m", modelId: "m", limitMs: 300_000, signal: undefined, ...own };
    return coldStarts
      .run(() => make(name), patience)
      .catch((error: unknown) => error)
      .finally(() => ended.push(name));
  }

  return {
    clock,
    call,
    attempt,
    asked,
    ended,
    elapsed: () => clock.now() - start,
    mostInFlight: () => mostInFlight,
  };
}

function notReady(retryAfter?: number): OutcropError {
  const awsType = "ModelNotReadyException";
  return new OutcropError("model_not_ready", "Model is not ready.", { requestId: "r", awsType, retryAfter });
}

const probes = (asked: readonly Asked[]) => asked.filter(({ outcome }) => outcome === "refused").length;

describe("one call", () => {
  test("to a warm model goes straight through", async () => {
    const { call, asked, clock } = createScene(0);
    expect(await call("a")).toBe("a");
    expect(asked).toHaveLength(1);
    expect(clock.slept).toEqual([]);
  });

  test("waits for a cold one, longer each time up to 30 s", async () => {
    const { call, asked, clock } = createScene(120_000);
    const outcome = call("a");
    await clock.advance(160_000);
    expect(await outcome).toBe("a");
    const gaps = asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0));
    expect(gaps[0]).toBeGreaterThanOrEqual(5_000);
    expect(gaps).toEqual(gaps.toSorted((one, other) => one - other));
    expect(Math.max(...gaps)).toBe(30_000);
  });

  test("the waits are jittered within 5 and 30 s", () => {
    return fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 0.999, noNaN: true }), async (random) => {
        const scene = createScene(
          Infinity,
          createTestClock(() => random),
        );
        const outcome = scene.call("a");
        await scene.clock.advance(301_000);
        await outcome;
        expect(Math.min(...scene.clock.slept.slice(0, -1))).toBeGreaterThanOrEqual(5_000);
        expect(Math.max(...scene.clock.slept)).toBeLessThanOrEqual(30_000);
      }),
      { numRuns: 20 },
    );
  });

  test("gives up when its patience is at an end, after one last try", async () => {
    const { call, asked, clock, elapsed } = createScene(Infinity);
    const outcome = call("a", { limitMs: 60_000 });
    await clock.advance(60_000);
    expect(await outcome).toMatchObject({
      code: "model_not_ready",
      status: 503,
      retryAfter: 30,
      requestId: "r",
      awsType: "ModelNotReadyException",
      message: "Model is not ready. It is still being restored after 60 s.",
    });
    expect(elapsed()).toBe(60_000);
    expect(asked.at(-1)?.at).toBe(60_000);
  });

  test("without patience doesn't wait at all", async () => {
    const { call, clock } = createScene(Infinity);
    expect(await call("a", { limitMs: 0 })).toMatchObject({ code: "model_not_ready", retryAfter: 30 });
    expect(clock.slept).toEqual([]);
  });

  test("waits longer where AWS asks for it, but never over 30 s", async () => {
    for (const [retryAfter, waited] of [
      [12, 12_000],
      [120, 30_000],
    ] as const) {
      const { call, clock } = createScene(0);
      let refused = false;
      const outcome = call("a", {}, async (name) => {
        if (refused) return name;
        refused = true;
        throw notReady(retryAfter);
      });
      await clock.advance(31_000);
      expect(await outcome).toBe("a");
      expect(clock.slept).toEqual([waited]);
    }
  });

  test("any other failure is its own", async () => {
    const { call, clock } = createScene(0);
    const fault = new OutcropError("throttled", "slow");
    expect(await call("a", {}, () => Promise.reject(fault))).toBe(fault);
    expect(clock.slept).toEqual([]);
  });

  test("is told how it stands", async () => {
    const { call, clock } = createScene(12_000);
    const told: ColdStartProgress[] = [];
    const outcome = call("a", { modelId: "arn", onProgress: (progress) => told.push(progress) });
    await clock.advance(60_000);
    await outcome;
    expect(told).toEqual([
      { modelId: "arn", waitedMs: 0, attempt: 1, nextTryMs: 5_625 },
      { modelId: "arn", waitedMs: 5_625, attempt: 2, nextTryMs: 8_438 },
    ]);
  });
});

describe("a listener that fails", () => {
  test("ends neither its own call nor that of another", async () => {
    const { call, clock } = createScene(20_000);
    const failing = {
      onProgress() {
        throw new Error("a defect of the listener");
      },
    };
    const first = call("first");
    await settle();
    const second = call("second", failing);
    await clock.advance(60_000);
    expect(await Promise.all([first, second])).toEqual(["first", "second"]);
    expect(clock.sleeping()).toEqual([]);
  });
});

describe("many calls to one model", () => {
  const names = Array.from({ length: 50 }, (_, index) => `call-${index}`);

  test("one probes, the others wait, and all are let go in order", async () => {
    const { call, asked, ended, clock, mostInFlight } = createScene(90_000);
    const first = call("first");
    await settle();
    const others = names.map((name) => call(name));
    await clock.advance(80_000);
    expect(mostInFlight()).toBe(1);
    expect(new Set(asked.map(({ name }) => name))).toEqual(new Set(["first"]));
    await clock.advance(40_000);
    expect(await Promise.all([first, ...others])).toEqual(["first", ...names]);
    expect(ended).toEqual(["first", ...names]);
    expect(probes(asked)).toBeLessThan(8);
    expect(clock.sleeping()).toEqual([]);
  });

  test("calls that find it cold at once end in the same queue", async () => {
    const { call, asked, clock } = createScene(90_000);
    const all = names.map((name) => call(name));
    await clock.advance(120_000);
    expect(await Promise.all(all)).toEqual(names);
    expect(probes(asked)).toBeLessThan(names.length + 8);
  });

  test("when the probing call leaves, the next one probes in its stead, and on time", async () => {
    const { call, asked, clock } = createScene(20_000);
    const leaver = new AbortController();
    const first = call("first", { signal: leaver.signal });
    await settle();
    const second = call("second");
    await clock.advance(1_000);
    leaver.abort(new DOMException("", "AbortError"));
    expect(await first).toMatchObject({ code: "cancelled" });
    await clock.advance(60_000);
    expect(await second).toBe("second");
    expect(asked.map(({ name, at }) => [name, at])).toEqual([
      ["first", 0],
      ["second", 5_625],
      ["second", 14_063],
      ["second", 26_719],
    ]);
  });

  test("when the probing call fails otherwise, the next one probes at once", async () => {
    const { call, attempt, asked, clock } = createScene(1_000);
    let calls = 0;
    const first = call("first", {}, async (name) => {
      if (++calls === 2) throw new OutcropError("invalid_request", "bad");
      return attempt(name);
    });
    await settle();
    const second = call("second");
    await clock.advance(6_000);
    expect(await first).toMatchObject({ code: "invalid_request" });
    expect(await second).toBe("second");
    expect(asked.at(-1)).toMatchObject({ name: "second", at: 5_625 });
  });

  test("each keeps its own patience and its own deadline", async () => {
    const { call, clock, elapsed } = createScene(Infinity);
    const first = call("first");
    await settle();
    const deadline = new AbortController();
    const times: Record<string, number> = {};
    const noting = (name: string, outcome: Promise<unknown>) =>
      outcome.finally(() => (times[name] = elapsed()));
    const patient = noting("patient", call("patient", { limitMs: 10_000 }));
    const dying = noting("dying", call("dying", { signal: deadline.signal }));
    await clock.advance(12_000);
    deadline.abort(new DOMException("", "TimeoutError"));
    expect(await patient).toMatchObject({ code: "model_not_ready", retryAfter: 30 });
    expect(await dying).toMatchObject({ code: "model_not_ready", retryAfter: 30 });
    expect(times).toEqual({ patient: 10_000, dying: 12_000 });
    await clock.advance(300_000);
    expect(await first).toMatchObject({ code: "model_not_ready" });
  });

  test("a call that doesn't wait frees those who do, when it finds the model warm", async () => {
    const { call, clock, elapsed } = createScene(1_000);
    const waiting = [call("a"), call("b")];
    await clock.advance(2_000);
    expect(await call("impatient", { limitMs: 0 })).toBe("impatient");
    expect(await Promise.all(waiting)).toEqual(["a", "b"]);
    expect(elapsed()).toBe(2_000);
    expect(clock.sleeping()).toEqual([]);
  });

  test("one that was let go and finds it cold again waits on, its patience running", async () => {
    const clock = createTestClock();
    const { call, elapsed } = createScene(0, clock);
    let warm = false;
    let bAsked = 0;
    const a = call("a", {}, async (name) => {
      if (!warm) throw notReady();
      return name;
    });
    await settle();
    const b = call("b", { limitMs: 20_000 }, async () => {
      bAsked++;
      throw notReady();
    });
    await clock.advance(5_000);
    warm = true;
    await clock.advance(60_000);
    expect(await a).toBe("a");
    expect(await b).toMatchObject({ code: "model_not_ready" });
    expect(bAsked).toBeGreaterThan(1);
    expect(elapsed()).toBe(65_000);
    expect(clock.sleeping()).toEqual([]);
  });

  test("models don't wait for each other", async () => {
    const { call, clock } = createScene(Infinity);
    const cold = call("cold", { key: "one" });
    await settle();
    expect(await call("warm", { key: "other" }, (name) => Promise.resolve(name))).toBe("warm");
    await clock.advance(301_000);
    await cold;
  });
});

test("whoever comes and goes, whenever: everybody ends, and nobody is left asleep", () => {
  const visitor = fc.record({
    comesAt: fc.nat(100_000),
    limitMs: fc.constantFrom(0, 5_000, 60_000, 300_000),
    leavesAfter: fc.option(fc.nat(100_000), { nil: undefined }),
  });
  return fc.assert(
    fc.asyncProperty(
      fc.array(visitor, { minLength: 1, maxLength: 12 }),
      fc.nat(200_000),
      async (visitors, warmAt) => {
        const scene = createScene(warmAt);
        const { clock, call } = scene;
        const outcomes = visitors.map(async ({ comesAt, limitMs, leavesAfter }, index) => {
          await clock.sleep(comesAt, undefined);
          const controller = new AbortController();
          if (leavesAfter !== undefined)
            void clock.sleep(leavesAfter, undefined).then(() => controller.abort());
          return call(`visitor-${index}`, { limitMs, signal: controller.signal });
        });
        await clock.advance(700_000);
        expect(scene.ended).toHaveLength(visitors.length);
        for (const [index, outcome] of (await Promise.all(outcomes)).entries()) {
          const codes = ["cancelled", "model_not_ready"];
          expect(outcome === `visitor-${index}` || codes.includes((outcome as OutcropError).code)).toBe(true);
        }
        expect(clock.sleeping()).toEqual([]);
      },
    ),
    { numRuns: 40 },
  );
});
