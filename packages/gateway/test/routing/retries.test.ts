import type { ErrorCode } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import type { RouterSettings } from "../../src/config/gateway-config.ts";
import { type RetryRules, retryWaitMs } from "../../src/routing/retry.ts";
import { OutcropError } from "@outcrop/sdk";
import type { Behaviour } from "./fake-client.ts";
import { type CallLine, type ModelLine, createRig, failureOf, nothingLeft } from "./rig.ts";

const fail = (code: ErrorCode, retryAfter?: number): Behaviour => ({
  do: "fail",
  code,
  ...(retryAfter && { retryAfter }),
});
const answer: Behaviour = { do: "answer" };

describe("a lone deployment that fails twice", () => {
  const rows: readonly [ErrorCode, "answered" | "refused", number][] = [
    ["upstream_error", "answered", 3],
    ["connection_failed", "answered", 3],
    ["service_unavailable", "answered", 3],
    ["stream_incomplete", "answered", 3],
    ["model_timeout", "answered", 3],
    ["throttled", "answered", 3],
    ["invalid_request", "refused", 1],
    ["unsupported_parameter", "refused", 1],
    ["context_window_exceeded", "refused", 1],
    ["content_policy", "refused", 1],
    ["authentication", "refused", 1],
    ["permission_denied", "refused", 1],
    ["not_found", "refused", 1],
    ["unreadable_answer", "refused", 1],
    ["timeout", "refused", 1],
    ["model_not_ready", "refused", 1],
    ["internal", "refused", 1],
  ];
  test.each(rows)("%s is %s after %d calls", async (code, outcome, calls) => {
    const rig = createRig({
      models: [{ name: "a" }],
      plan: (_, __, attempt) => (attempt < 3 ? fail(code) : answer),
    });
    const asking = rig.ask("a").then(
      ({ attemptedRetries }) => ({ outcome: "answered", attemptedRetries }),
      (error: OutcropError) => ({ outcome: "refused", code: error.code }),
    );
    await rig.clock.advance(60_000);
    const expected = outcome === "answered" ? { outcome, attemptedRetries: calls - 1 } : { outcome, code };
    expect(await asking).toEqual(expected);
    expect(rig.client.calls).toHaveLength(calls);
    expect(rig.leftovers()).toEqual(nothingLeft);
  });
});

describe("how often a call is sent that always fails", () => {
  interface Case {
    readonly model?: Partial<ModelLine>;
    readonly router?: Partial<RouterSettings>;
    readonly call?: CallLine;
    readonly code?: ErrorCode;
  }
  const rows: readonly [string, Case, number][] = [
    ["as the deployment says", { model: { numRetries: 4 } }, 5],
    ["once where it says 0", { model: { numRetries: 0 } }, 1],
    ["as the request says", { model: { numRetries: 4 }, call: { numRetries: 1 } }, 2],
    ["once where the request says 0", { call: { numRetries: 0 } }, 1],
    [
      "as the policy of the class says",
      { router: { retryPolicy: { InternalServerError: 3 } }, call: { numRetries: 1 } },
      4,
    ],
    ["whatever policies say of other classes", { router: { retryPolicy: { RateLimitError: 5 } } }, 3],
    ["as the policy says by default", { router: { retryPolicy: { RateLimitError: 5, Default: 1 } } }, 2],
    [
      "as the group's own policy says",
      {
        router: {
          retryPolicy: { InternalServerError: 5 },
          modelGroupRetryPolicy: { a: { InternalServerError: 1 } },
        },
      },
      2,
    ],
    [
      "whatever other groups' policies say",
      { router: { modelGroupRetryPolicy: { b: { InternalServerError: 7 } } } },
      3,
    ],
    ["once where the policy says 0", { router: { retryPolicy: { InternalServerError: 0 } } }, 1],
    [
      "again where a policy names the client's faults",
      { code: "invalid_request", router: { retryPolicy: { BadRequestError: 2 } } },
      3,
    ],
    [
      "again where a policy names timeouts",
      { code: "timeout", router: { retryPolicy: { TimeoutError: 1 } } },
      2,
    ],
    [
      "again where a policy names content",
      { code: "content_policy", router: { retryPolicy: { ContentPolicyViolationError: 1 } } },
      2,
    ],
    [
      "again where a policy names credentials",
      { code: "authentication", router: { retryPolicy: { AuthenticationError: 1 } } },
      2,
    ],
    [
      "again where a policy names what isn't there",
      { code: "not_found", router: { retryPolicy: { NotFoundError: 1 } } },
      2,
    ],
    [
      "by a class of its own",
      { code: "service_unavailable", router: { retryPolicy: { ServiceUnavailableError: 1 } } },
      2,
    ],
    [
      "once for the client's fault, whatever is default",
      { code: "invalid_request", router: { retryPolicy: { Default: 5 } } },
      1,
    ],
    [
      "once for a cold model, whatever policies say",
      {
        code: "model_not_ready",
        router: { retryPolicy: { ServiceUnavailableError: 5, RateLimitError: 5, Default: 5 } },
      },
      1,
    ],
  ];
  test.each(rows)("%s", async (_, { model, router, call, code = "upstream_error" }, calls) => {
    const rig = createRig({ models: [{ name: "a", ...model }], router, plan: () => fail(code) });
    const failing = failureOf(rig.ask("a", call));
    await rig.clock.advance(600_000);
    expect((await failing).code).toBe(code);
    expect(rig.client.calls).toHaveLength(calls);
    expect(rig.leftovers()).toEqual(nothingLeft);
  });
});

test("the client itself never retries, so that no count multiplies", async () => {
  const rig = createRig({ models: [{ name: "a", numRetries: 7 }] });
  await rig.ask("a");
  expect(rig.client.calls[0]?.call.deployment.maxRetries).toBe(0);
});

describe("the wait before a retry", () => {
  const rules: RetryRules = {
    policy: {},
    asked: undefined,
    routing: { numRetries: 9 },
    retryAfter: 0,
    random: () => 0.5,
  };
  const rows: readonly [
    string,
    { code: ErrorCode; retryAfter?: number; retries?: number; hasFresh?: boolean },
    Partial<RetryRules>,
    number | undefined,
  ][] = [
    ["none after a fault", { code: "upstream_error" }, {}, 0],
    ["at least retry_after", { code: "upstream_error" }, { retryAfter: 2 }, 2000],
    ["half of half a second when throttled", { code: "throttled" }, {}, 250],
    ["twice that the second time", { code: "throttled", retries: 1 }, {}, 500],
    ["and so on", { code: "throttled", retries: 4 }, {}, 4000],
    ["but never beyond 20 s", { code: "throttled", retries: 8 }, {}, 10_000],
    ["at least retry_after when throttled, too", { code: "throttled" }, { retryAfter: 2 }, 2000],
    ["what AWS asks for", { code: "throttled", retryAfter: 3 }, {}, 3000],
    ["not at all where AWS asks for too much", { code: "throttled", retryAfter: 61 }, {}, undefined],
    ["none where somebody else can be asked", { code: "throttled", hasFresh: true, retryAfter: 3 }, {}, 0],
    ["retry_after even then", { code: "throttled", hasFresh: true }, { retryAfter: 1 }, 1000],
    ["nothing to wait for with a cold model", { code: "model_not_ready" }, {}, undefined],
    ["none where somebody else may be warm", { code: "model_not_ready", hasFresh: true }, {}, 0],
    ["nothing to wait for after the last retry", { code: "throttled", retries: 9 }, {}, undefined],
  ];
  test.each(rows)("%s", (_, { code, retryAfter, retries = 0, hasFresh = false }, given, expected) => {
    const error = new OutcropError(code, "failed", { retryAfter });
    expect(retryWaitMs({ error, retries, hasFresh }, { ...rules, ...given })).toBe(expected);
  });

  test("is slept on the clock", async () => {
    const rig = createRig({
      models: [{ name: "a" }],
      router: { retryAfter: 4 },
      plan: (_, __, attempt) => (attempt === 1 ? fail("upstream_error") : answer),
    });
    const asking = rig.ask("a");
    await rig.clock.advance(3999);
    expect(rig.client.calls).toHaveLength(1);
    await rig.clock.advance(1);
    expect(rig.client.calls).toHaveLength(2);
    expect((await asking).attemptedRetries).toBe(1);
  });

  test("is not begun when the request's time would be over", async () => {
    const rig = createRig({
      models: [{ name: "a" }],
      router: { retryAfter: 5 },
      plan: () => fail("upstream_error"),
    });
    const error = await failureOf(rig.ask("a", { timeout: 5 }));
    expect([error.code, rig.client.calls.length]).toEqual(["upstream_error", 1]);
  });

  test("ends at once when the client leaves", async () => {
    const leaving = new AbortController();
    const rig = createRig({
      models: [{ name: "a" }],
      router: { retryAfter: 5 },
      plan: () => fail("upstream_error"),
    });
    const failing = failureOf(rig.ask("a", { signal: leaving.signal }));
    await rig.clock.advance(10);
    leaving.abort(new OutcropError("cancelled", "gone"));
    expect((await failing).message).toBe("gone");
    expect(rig.client.calls).toHaveLength(1);
    expect(rig.leftovers()).toEqual(nothingLeft);
  });
});

describe("with more than one deployment", () => {
  const pair: readonly ModelLine[] = [
    { name: "a", id: "1" },
    { name: "a", id: "2" },
  ];
  const elsewhere: readonly ErrorCode[] = [
    "upstream_error",
    "throttled",
    "timeout",
    "model_not_ready",
    "authentication",
    "permission_denied",
    "not_found",
    "quota_exceeded",
    "model_error",
    "unreadable_answer",
    "invalid_model",
    "region_missing",
  ];
  test.each(elsewhere)("%s is retried at the other one, at once", async (code) => {
    for (let seed = 0; seed < 6; seed++) {
      const rig = createRig({ models: pair, seed, plan: (id) => (id === "1" ? fail(code) : answer) });
      const { entry, attemptedRetries } = await rig.ask("a");
      expect(entry.id).toBe("2");
      expect(rig.client.calls).toHaveLength(attemptedRetries + 1);
    }
  });

  test("the same one is asked again only when nobody else is left", async () => {
    const rig = createRig({
      models: pair.map((line) => ({ ...line, numRetries: 5 })),
      router: { disableCooldowns: true },
      plan: () => fail("upstream_error"),
    });
    await failureOf(rig.ask("a"));
    expect(rig.client.ids()).toHaveLength(6);
    expect(new Set(rig.client.ids().slice(0, 2)).size).toBe(2);
  });

  test("a cold one is asked once, and the other once", async () => {
    const rig = createRig({ models: pair, plan: () => fail("model_not_ready") });
    expect((await failureOf(rig.ask("a"))).code).toBe("model_not_ready");
    expect(rig.client.ids().toSorted()).toEqual(["1", "2"]);
  });
});

describe("order", () => {
  const levels: readonly ModelLine[] = [
    { name: "a", id: "none", numRetries: 1 },
    { name: "a", id: "second", order: 2, numRetries: 1 },
    { name: "a", id: "first", order: 1, numRetries: 1 },
  ];

  test("the lowest answers as long as it can", async () => {
    const rig = createRig({ models: levels });
    for (let count = 0; count < 5; count++) await rig.ask("a");
    expect(new Set(rig.client.ids())).toEqual(new Set(["first"]));
  });

  test("each level has retries of its own, and what has no order comes last", async () => {
    const rig = createRig({
      models: levels,
      router: { disableCooldowns: true },
      plan: () => fail("upstream_error"),
    });
    const error = await failureOf(rig.ask("a"));
    expect(error.code).toBe("upstream_error");
    expect(rig.client.ids()).toEqual(["first", "first", "second", "second", "none", "none"]);
  });

  test("all calls after the first are retries", async () => {
    const rig = createRig({
      models: levels,
      plan: (id) => (id === "none" ? answer : fail("connection_failed")),
    });
    expect((await rig.ask("a")).attemptedRetries).toBe(4);
  });

  test("the client's fault is not asked about twice", async () => {
    const rig = createRig({ models: levels, plan: () => fail("invalid_request") });
    await failureOf(rig.ask("a"));
    expect(rig.client.ids()).toEqual(["first"]);
  });

  test("a level that is cooling down is passed over", async () => {
    const rig = createRig({ models: levels });
    rig.state.record("first", { type: "cooled-down", until: rig.clock.now() + 1000 }, rig.clock.now());
    expect((await rig.ask("a")).entry.id).toBe("second");
    await rig.clock.advance(1000);
    expect((await rig.ask("a")).entry.id).toBe("first");
  });
});
