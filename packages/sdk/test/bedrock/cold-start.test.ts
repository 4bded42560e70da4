import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ColdWait } from "../../src/bedrock/answers.ts";
import type { Patience } from "../../src/bedrock/cold-model.ts";
import type { ColdStartProgress } from "../../src/bedrock/transport.ts";
import { createColdStarts } from "../../src/bedrock/cold-start.ts";
import { OutcropError } from "../../src/core/errors.ts";
import { createWarmthBook } from "../../src/warmth/warmth-book.ts";
import type { TestClock } from "./test-clock.ts";
import { createTestClock, settle } from "./test-clock.ts";

interface Asked {
  readonly name: string;
  readonly at: number;
  readonly outcome: "refused" | "answered";
}

/** What an attempt gave, with room for a note of how long it waited. */
function withWait<T>(value: T): { readonly value: T } & ColdWait {
  return { value };
}

/** A model that is warm from some time on, and calls that ask it. */
function createScene(warmAfterMs: number, clock: TestClock = createTestClock()) {
  const book = createWarmthBook(clock);
  const coldStarts = createColdStarts(clock, book);
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
    const patience: Patience = {
      key: "m",
      modelId: "m",
      scalesToZero: true,
      limitMs: 300_000,
      signal: undefined,
      ...own,
    };
    return coldStarts
      .run(() => make(name).then(withWait), patience)
      .then(({ value }) => value)
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

/** Calls to models named by their keys. */
function createRunner(clock: TestClock) {
  const book = createWarmthBook(clock);
  const coldStarts = createColdStarts(clock, book);
  const start = clock.now();
  return {
    book,
    run: <T>(key: string, attempt: () => Promise<T>, own: Partial<Patience> = {}) =>
      coldStarts.run(() => attempt().then(withWait), {
        key,
        modelId: key,
        scalesToZero: true,
        limitMs: 300_000,
        signal: undefined,
        ...own,
      }),
    warmAfter: (ms: number) => async () => {
      if (clock.now() - start < ms) throw notReady();
      return "restored";
    },
  };
}

function notReady(retryAfter?: number): OutcropError {
  const awsType = "ModelNotReadyException";
  return new OutcropError("model_not_ready", "Model is not ready.", { requestId: "r", awsType, retryAfter });
}

const gapsOf = (asked: readonly Asked[]) =>
  asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0));

const probes = (asked: readonly Asked[]) => asked.filter(({ outcome }) => outcome === "refused").length;

describe("one call", () => {
  test("to a warm model goes straight through", async () => {
    const { call, asked, clock } = createScene(0);
    await call("first");
    const slept = clock.slept.length;
    expect(await call("a")).toBe("a");
    expect(asked).toHaveLength(2);
    expect(clock.slept).toHaveLength(slept);
    expect(clock.sleeping()).toEqual([]);
  });

  test("to a model that is always there stands in no line", async () => {
    const { call, clock } = createScene(0);
    expect(await call("a", { scalesToZero: false })).toBe("a");
    expect(clock.slept).toEqual([]);
  });

  test("waits for a cold one, longer each time up to 30 s", async () => {
    const { call, asked, clock } = createScene(120_000);
    const outcome = call("a");
    await clock.advance(160_000);
    expect(await outcome).toBe("a");
    const gaps = gapsOf(asked);
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
        const gaps = gapsOf(scene.asked);
        expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5_000);
        expect(Math.max(...gaps)).toBeLessThanOrEqual(30_000);
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
    expect(await call("a", { limitMs: 0 })).toMatchObject({
      code: "model_not_ready",
      retryAfter: 30,
      message: "Model is not ready.",
    });
    expect(clock.sleeping()).toEqual([]);
  });

  test("waits longer where AWS asks for it, but never over 30 s", async () => {
    for (const [retryAfter, waited] of [
      [12, 12_000],
      [120, 30_000],
    ] as const) {
      const { call, clock, elapsed } = createScene(0);
      const asked: number[] = [];
      const outcome = call("a", {}, async (name) => {
        asked.push(elapsed());
        if (asked.length > 1) return name;
        throw notReady(retryAfter);
      });
      await clock.advance(31_000);
      expect(await outcome).toBe("a");
      expect(asked).toEqual([0, waited]);
    }
  });

  test("any other failure is its own", async () => {
    const { call, clock } = createScene(0);
    const fault = new OutcropError("throttled", "slow");
    expect(await call("a", {}, () => Promise.reject(fault))).toBe(fault);
    expect(clock.sleeping()).toEqual([]);
  });

  test("is told how it stands: at each refusal, and every five seconds", async () => {
    const { call, clock } = createScene(12_000);
    const told: ColdStartProgress[] = [];
    const outcome = call("a", { modelId: "arn", onProgress: (progress) => told.push(progress) });
    await clock.advance(60_000);
    await outcome;
    expect(told).toEqual([
      { modelId: "arn", waitedMs: 0, attempt: 1, nextTryMs: 5_625 },
      { modelId: "arn", waitedMs: 5_000, attempt: 1, nextTryMs: 625 },
      { modelId: "arn", waitedMs: 5_625, attempt: 2, nextTryMs: 8_438 },
      { modelId: "arn", waitedMs: 10_625, attempt: 2, nextTryMs: 3_438 },
    ]);
  });

  test("that AWS holds instead of refusing it is told too", async () => {
    const { call, clock } = createScene(0);
    const told: ColdStartProgress[] = [];
    const outcome = call("a", { onProgress: (progress) => told.push(progress) }, async (name) => {
      await clock.sleep(12_000, undefined);
      return name;
    });
    await clock.advance(20_000);
    expect(await outcome).toBe("a");
    expect(told).toEqual([
      { modelId: "m", waitedMs: 5_000, attempt: 0, nextTryMs: 0 },
      { modelId: "m", waitedMs: 10_000, attempt: 0, nextTryMs: 0 },
    ]);
    expect(clock.sleeping()).toEqual([]);
  });

  test("knows afterwards how long it has waited", async () => {
    const clock = createTestClock();
    const { run, warmAfter } = createRunner(clock);
    const held = async () => {
      await clock.sleep(12_000, undefined);
      return "held";
    };
    const cases = [
      run("never seen, answered at once", async () => "at once"),
      run("never seen, held", held),
      run("refused", warmAfter(5_000)),
    ];
    await clock.advance(30_000);
    const waits = (await Promise.all(cases)).map(({ coldWaitMs }) => coldWaitMs);
    expect(waits).toEqual([undefined, 12_000, 5_625]);
    const warm = run("never seen, held", held);
    await clock.advance(30_000);
    expect(await warm).toEqual({ value: "held", coldWaitMs: undefined });
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
    expect(probes(asked)).toBeLessThan(10);
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

  test("one that doesn't wait is sent away at once, and asks nothing before it is time", async () => {
    const { call, asked, clock } = createScene(60_000);
    const first = await call("first", { limitMs: 0 });
    expect(first).toMatchObject({ code: "model_not_ready" });
    await clock.advance(2_000);
    expect(await call("second", { limitMs: 0 })).toMatchObject({
      code: "model_not_ready",
      requestId: undefined,
    });
    expect(asked.map(({ name }) => name)).toEqual(["first"]);
    await clock.advance(4_000);
    expect(await call("third", { limitMs: 0 })).toMatchObject({ requestId: "r" });
    expect(asked.map(({ name }) => name)).toEqual(["first", "third"]);
    expect(clock.sleeping()).toEqual([]);
  });

  test("one that doesn't wait frees those who do, when it finds the model warm", async () => {
    const { call, clock, elapsed } = createScene(1_000);
    const leaver = new AbortController();
    const first = call("first", { signal: leaver.signal });
    await settle();
    leaver.abort();
    await first;
    await clock.advance(6_000);
    const impatient = call("impatient", { limitMs: 0 });
    const patient = [call("a"), call("b")];
    expect(await impatient).toBe("impatient");
    expect(await Promise.all(patient)).toEqual(["a", "b"]);
    expect(elapsed()).toBe(6_000);
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

describe("five hundred calls at once", () => {
  const names = Array.from({ length: 500 }, (_, index) => `call-${index}`);

  test.each([
    ["refuses", 9],
    ["holds", 9],
  ] as const)(
    "to a model that %s for 90 s: one restore, few questions, all answered in order",
    async (mode, most) => {
      const clock = createTestClock();
      const { run } = createRunner(clock);
      const start = clock.now();
      const asked: { readonly name: string; readonly at: number }[] = [];
      const all = names.map((name) =>
        run("m", async () => {
          const at = clock.now() - start;
          asked.push({ name, at });
          if (at < 90_000 && mode === "refuses") throw notReady();
          if (at < 90_000) await clock.sleep(90_000 - at, undefined);
          return name;
        }),
      );
      await clock.advance(150_000);
      expect((await Promise.all(all)).map(({ value }) => value)).toEqual(names);
      expect(asked.filter(({ at }) => at < 90_000).length).toBeLessThanOrEqual(most);
      const after = asked.filter(({ at }) => at >= 90_000).map(({ name }) => Number(name.slice(5)));
      expect(after).toEqual(after.toSorted((one, other) => one - other));
      expect(clock.sleeping()).toEqual([]);
    },
  );

  test("are let go in waves that grow, not all at once", async () => {
    const clock = createTestClock();
    const { run, warmAfter } = createRunner(clock);
    let open = 0;
    const restored = warmAfter(20_000);
    const slowly = async () => {
      await restored();
      open++;
      await clock.sleep(60_000, undefined);
    };
    void run("m", restored);
    await settle();
    const all = names.map(() => run("m", slowly));
    const seen: number[] = [];
    await clock.advance(26_719);
    for (let second = 0; second < 8; second++) {
      seen.push(open);
      await clock.advance(1_000);
    }
    expect(seen).toEqual([4, 8, 16, 32, 64, 128, 256, 500]);
    await clock.advance(120_000);
    await Promise.all(all);
  });

  test("to a model that is warm wait for the first answer alone", async () => {
    const clock = createTestClock();
    const { run } = createRunner(clock);
    const start = clock.now();
    const askedAt: number[] = [];
    const all = names.map(() =>
      run("m", async () => {
        askedAt.push(clock.now() - start);
        await clock.sleep(100, undefined);
      }),
    );
    await clock.advance(10_000);
    await Promise.all(all);
    expect(askedAt.slice(0, 4)).toEqual([0, 0, 0, 100]);
    expect(Math.max(...askedAt)).toBeLessThanOrEqual(1_000);
    const later = names.map(() => run("m", async () => askedAt.push(clock.now() - start)));
    await Promise.all(later);
    expect(askedAt.at(-1)).toBe(10_000);
  });
});

describe("a model that nobody has seen warm for five minutes", () => {
  test("is asked by a further call now and then, if the first have no answer", async () => {
    const clock = createTestClock();
    const { run } = createRunner(clock);
    const start = clock.now();
    const askedAt: number[] = [];
    const leaver = new AbortController();
    const all = Array.from({ length: 20 }, () =>
      run(
        "m",
        async () => {
          askedAt.push(clock.now() - start);
          await clock.sleep(1_000_000, leaver.signal);
        },
        { signal: leaver.signal },
      ).catch(() => undefined),
    );
    await clock.advance(50_000);
    expect(askedAt).toEqual([0, 0, 0, 15_000, 30_000, 45_000]);
    leaver.abort();
    await Promise.all(all);
    expect(clock.sleeping()).toEqual([]);
  });

  test("is in doubt again after its idle time, and not before", async () => {
    const clock = createTestClock();
    const { run, book } = createRunner(clock);
    await run("m", async () => "warm");
    await clock.advance(299_000);
    expect(book.stateOf("m")).toBe("idle-soon");
    let open = 0;
    const ask = async () => {
      open++;
      await clock.sleep(500, undefined);
    };
    const before = Array.from({ length: 10 }, () => run("m", ask));
    expect(open).toBe(10);
    await clock.advance(1_000);
    await Promise.all(before);
    await clock.advance(301_000);
    open = 0;
    const after = Array.from({ length: 10 }, () => run("m", ask));
    await settle();
    expect(open).toBe(3);
    await clock.advance(3_000);
    await Promise.all(after);
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
