import { type ErrorCode, OutcropError, errorTable } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import { type CooldownSettings, cooldownSeconds } from "../../src/routing/cooldown.ts";
import { createModelGroups } from "../../src/routing/model-groups.ts";
import type { MinuteView } from "../../src/routing/state.ts";
import type { Behaviour } from "./fake-client.ts";
import { type ModelLine, createConfig, createRig, failureOf, nothingLeft } from "./rig.ts";

const fail = (code: ErrorCode, retryAfter?: number): Behaviour => ({
  do: "fail",
  code,
  ...(retryAfter && { retryAfter }),
});

const settings: CooldownSettings = {
  allowedFails: 3,
  allowedFailsPolicy: {},
  cooldownTime: 5,
  disableCooldowns: false,
};

interface Case {
  readonly code: ErrorCode;
  readonly minute?: Partial<MinuteView>;
  readonly settings?: Partial<CooldownSettings>;
  readonly line?: Partial<ModelLine>;
  readonly isAlone?: boolean;
  readonly retryAfter?: number;
}

function seconds({ code, minute, settings: given, line, isAlone, retryAfter }: Case): number {
  const lines = [
    { name: "a", id: "1", ...line },
    ...(isAlone ? [] : [{ name: line?.name ?? "a", id: "2", wildcard: line?.wildcard }]),
  ];
  const [target] = createModelGroups(createConfig({ models: lines })).resolve("a").targets;
  if (!target) throw new Error("There is no target.");
  const failed = { error: new OutcropError(code, "", { retryAfter }), target };
  const view = { requests: 0, tokens: 0, successes: 0, failures: 1, failuresByClass: {}, ...minute };
  return cooldownSeconds({ ...failed, minute: view }, { ...settings, ...given });
}

describe("a deployment is left alone", () => {
  const rows: readonly [string, Case, number][] = [
    ["at once when throttled", { code: "throttled" }, 5],
    ["at once when it can't sign in", { code: "authentication" }, 5],
    ["at once without credentials", { code: "credentials_missing" }, 5],
    ["at once when the model isn't there", { code: "not_found" }, 5],
    ["at once when it is too slow", { code: "timeout" }, 5],
    ["at once when the model is too slow", { code: "model_timeout" }, 5],
    ["not after one fault", { code: "upstream_error" }, 0],
    ["not after four faults of four", { code: "upstream_error", minute: { failures: 4 } }, 0],
    ["after five faults of five", { code: "upstream_error", minute: { failures: 5 } }, 5],
    ["after three faults of five", { code: "service_unavailable", minute: { failures: 3, successes: 2 } }, 5],
    ["not after half", { code: "service_unavailable", minute: { failures: 3, successes: 3 } }, 0],
    ["for its own time", { code: "throttled", line: { cooldownTime: 60 } }, 60],
    ["for the router's time", { code: "throttled", settings: { cooldownTime: 7 } }, 7],
    ["as long as AWS asks for", { code: "throttled", retryAfter: 12 }, 12],
    ["for no longer than a minute, whatever AWS asks for", { code: "throttled", retryAfter: 9999 }, 60],
    [
      "for its own time, whatever AWS asks for",
      { code: "throttled", line: { cooldownTime: 1 }, retryAfter: 12 },
      1,
    ],
    ["never where its time is 0", { code: "throttled", line: { cooldownTime: 0 } }, 0],
    ["never where the router's time is 0", { code: "throttled", settings: { cooldownTime: 0 } }, 0],
    ["never where cooldowns are disabled", { code: "throttled", settings: { disableCooldowns: true } }, 0],
    ["never where it is alone", { code: "throttled", isAlone: true }, 0],
    ["never for being cold", { code: "model_not_ready", minute: { failures: 99 } }, 0],
    [
      "never for a model that is not behind a pattern",
      { code: "not_found", line: { name: "*", wildcard: true } },
      0,
    ],
    ["for throttling behind a pattern", { code: "throttled", line: { name: "*", wildcard: true } }, 5],
    // With allowed_fails, faults are counted instead.
    ["not at the allowed number", { code: "throttled", settings: { allowedFails: 1 } }, 0],
    [
      "beyond the allowed number",
      { code: "throttled", minute: { failures: 2 }, settings: { allowedFails: 1 } },
      5,
    ],
    ["beyond none allowed", { code: "upstream_error", settings: { allowedFails: 0 } }, 5],
    [
      "beyond the allowed number, however many calls succeed",
      { code: "upstream_error", minute: { failures: 3, successes: 1000 }, settings: { allowedFails: 2 } },
      5,
    ],
    [
      "not at the number allowed for the class",
      {
        code: "throttled",
        minute: { failures: 9, failuresByClass: { RateLimitError: 4 } },
        settings: { allowedFailsPolicy: { RateLimitError: 4 } },
      },
      0,
    ],
    [
      "beyond the number allowed for the class",
      {
        code: "throttled",
        minute: { failures: 9, failuresByClass: { RateLimitError: 5 } },
        settings: { allowedFailsPolicy: { RateLimitError: 4 } },
      },
      5,
    ],
    [
      "by allowed_fails for classes that the policy does not name",
      {
        code: "upstream_error",
        minute: { failures: 4 },
        settings: { allowedFailsPolicy: { RateLimitError: 4 } },
      },
      5,
    ],
    [
      "by the policy's default for classes that it does not name",
      {
        code: "upstream_error",
        minute: { failures: 4 },
        settings: { allowedFailsPolicy: { RateLimitError: 4, Default: 10 } },
      },
      0,
    ],
  ];
  test.each(rows)("%s", (_, given, expected) => {
    expect(seconds(given)).toBe(expected);
  });

  test("never for what says nothing about it", () => {
    const codes = Object.keys(errorTable) as ErrorCode[];
    const most = { minute: { failures: 1000 }, settings: { allowedFails: 0 } };
    expect(codes.filter((code) => seconds({ code, ...most }) === 0).toSorted()).toEqual([
      "cancelled",
      "conflict",
      "content_policy",
      "context_window_exceeded",
      "internal",
      "invalid_model",
      "invalid_request",
      "method_not_allowed",
      "model_not_ready",
      "permission_denied",
      "quota_exceeded",
      "region_mismatch",
      "region_missing",
      "request_too_large",
      "unsupported_parameter",
    ]);
  });
});

describe("a deployment that cools down", () => {
  const pair: readonly ModelLine[] = [
    { name: "a", id: "1", numRetries: 0 },
    { name: "a", id: "2", numRetries: 0 },
  ];

  const patient = pair.map((line) => ({ ...line, numRetries: 5 }));

  test("is not asked until its time is over", async () => {
    const rig = createRig({
      models: pair,
      plan: (id) => (id === "1" ? fail("throttled") : { do: "answer" }),
      seed: 2,
    });
    while (!rig.client.ids().includes("1")) await rig.ask("a").catch(() => {});
    rig.client.calls.length = 0;
    for (let count = 0; count < 20; count++) await rig.ask("a");
    expect(new Set(rig.client.ids())).toEqual(new Set(["2"]));
    rig.client.plan = () => ({ do: "answer" });
    await rig.clock.advance(5000);
    for (let count = 0; count < 20; count++) await rig.ask("a");
    expect(new Set(rig.client.ids())).toEqual(new Set(["1", "2"]));
  });

  test("with all the others makes a 429 that says when to come again", async () => {
    const rig = createRig({ models: pair, plan: () => fail("throttled") });
    await failureOf(rig.ask("a"));
    await rig.clock.advance(1500);
    await failureOf(rig.ask("a"));
    const error = await failureOf(rig.ask("a"));
    expect([error.code, error.status, error.retryAfter]).toEqual(["throttled", 429, 4]);
    expect(error.message).toBe(
      'No deployment of "a" can take a call now: 2 are cooling down after failures. Try again in 4 s.',
    );
    expect(rig.client.calls).toHaveLength(2);
  });

  test("with all the others leaves its group to a fallback", async () => {
    const rig = createRig({
      models: [...pair, { name: "b" }],
      router: { fallbacks: { a: ["b"] } },
      plan: (id) => (id === "b" ? { do: "answer" } : fail("throttled")),
    });
    for (let count = 0; count < 4; count++) expect((await rig.ask("a")).modelGroup).toBe("b");
    expect(rig.client.ids().filter((id) => id !== "b")).toHaveLength(2);
  });

  test("is not asked by its id either", async () => {
    const rig = createRig({ models: pair });
    rig.state.record("1", { type: "cooled-down", until: rig.clock.now() + 1000 }, rig.clock.now());
    expect((await failureOf(rig.ask("1"))).code).toBe("throttled");
  });

  test.each([undefined, 9])(
    "with all the others is not waited for, but its failure told (%s)",
    async (retryAfter) => {
      const rig = createRig({ models: patient, plan: () => fail("throttled", retryAfter) });
      const error = await failureOf(rig.ask("a"));
      expect([error.message, rig.client.ids().length]).toEqual(["planned: throttled", 2]);
      expect(rig.leftovers()).toEqual(nothingLeft);
    },
  );

  test("is told of", async () => {
    const rig = createRig({ models: pair, plan: () => fail("throttled", 9) });
    await failureOf(rig.ask("a"));
    expect(rig.events.find(({ type }) => type === "cooled-down")).toEqual({
      type: "cooled-down",
      group: "a",
      deploymentId: rig.client.ids()[0],
      code: "throttled",
      seconds: 9,
    });
  });
});

test("a failure after the first event counts too", async () => {
  const rig = createRig({
    models: [
      { name: "a", id: "1" },
      { name: "a", id: "2" },
    ],
    plan: () => ({ do: "break", code: "throttled" }),
  });
  expect((await failureOf(rig.ask("a", { stream: true }))).code).toBe("throttled");
  const [id = ""] = rig.client.ids();
  expect(rig.state.view(id, rig.clock.now()).coolUntil).toBe(rig.clock.now() + 5000);
});

test("a cold model waits and is never cooled down, whatever happens to its calls", async () => {
  const rig = createRig({
    models: [
      { name: "a", id: "1", streamTimeout: 10, numRetries: 0 },
      { name: "a", id: "2", streamTimeout: 10, numRetries: 0 },
    ],
    plan: () => ({ do: "hang", cold: true }),
  });
  for (let count = 0; count < 10; count++) {
    const failing = failureOf(rig.ask("a", { stream: true }));
    await rig.clock.advance(10_000);
    expect((await failing).code).toBe("model_not_ready");
  }
  expect(rig.eventTypes()).not.toContain("cooled-down");
});

test("a client's own impatience cools nothing down", async () => {
  const rig = createRig({
    models: [
      { name: "a", id: "1" },
      { name: "a", id: "2" },
    ],
    plan: () => ({ do: "hang" }),
  });
  for (const options of [{ timeout: 0.01 }, { stream: true, streamTimeout: 0.01, numRetries: 0 }]) {
    const failing = failureOf(rig.ask("a", options));
    await rig.clock.advance(1000);
    expect((await failing).code).toBe("timeout");
  }
  expect(rig.eventTypes()).not.toContain("cooled-down");
});
