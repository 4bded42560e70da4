import { type ErrorCode, OutcropError, errorTable } from "@outcrop/sdk";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RouterSettings } from "../../src/config/gateway-config.ts";
import { fallbacksFor } from "../../src/routing/fallbacks.ts";
import type { Behaviour } from "./fake-client.ts";
import { type CallLine, type ModelLine, createRig, failureOf, nothingLeft } from "./rig.ts";

const fail = (code: ErrorCode): Behaviour => ({ do: "fail", code });
const models: readonly ModelLine[] = ["a", "b", "c", "d", "e", "f", "g", "h"].map((name) => ({
  name,
  numRetries: 0,
}));

describe("which groups stand in", () => {
  type Lists = Parameters<typeof fallbacksFor>[1];
  const settings: Lists = {
    fallbacks: { a: ["general"], "*": ["any"] },
    contextWindowFallbacks: { a: ["long"] },
    contentPolicyFallbacks: { "*": ["lenient"] },
    defaultFallbacks: ["default"],
  };
  const none: Lists = {
    fallbacks: {},
    contextWindowFallbacks: {},
    contentPolicyFallbacks: {},
    defaultFallbacks: ["default"],
  };
  const rows: readonly [
    string,
    string,
    ErrorCode,
    Partial<Lists>,
    readonly string[] | undefined,
    readonly string[],
  ][] = [
    ["the group's own", "a", "upstream_error", settings, undefined, ["general"]],
    ["those of the star", "b", "throttled", settings, undefined, ["any"]],
    ["the default ones where nothing else is said", "b", "timeout", none, undefined, ["default"]],
    ["the request's instead", "a", "model_not_ready", settings, ["asked"], ["asked"]],
    ["none, if the request says so", "a", "upstream_error", settings, [], []],
    ["those for long contexts", "a", "context_window_exceeded", settings, undefined, ["long"]],
    ["none for long contexts by default", "b", "context_window_exceeded", settings, undefined, []],
    ["those for refused content", "a", "content_policy", settings, undefined, ["lenient"]],
    ["none for refused content by default", "a", "content_policy", none, undefined, []],
    ["none for the client's fault", "a", "invalid_request", settings, undefined, []],
    [
      "none for the client's fault, whatever it asks for",
      "a",
      "unsupported_parameter",
      settings,
      ["asked"],
      [],
    ],
    ["none for who has left", "a", "cancelled", settings, undefined, []],
    [
      "none for a name that every object has",
      "constructor",
      "upstream_error",
      { ...none, defaultFallbacks: [] },
      undefined,
      [],
    ],
  ];
  test.each(rows)("%s", (_, group, code, given, asked, expected) => {
    const failed = { names: [group], error: new OutcropError(code, ""), asked };
    expect(fallbacksFor(failed, { ...settings, ...given })).toEqual(expected);
  });

  test("every error of the table falls back generally, or by a list of its own, or is the client's fault", () => {
    const codes = Object.keys(errorTable) as ErrorCode[];
    const standIns = (code: ErrorCode) =>
      fallbacksFor({ names: ["b"], error: new OutcropError(code, ""), asked: undefined }, none);
    expect(codes.filter((code) => standIns(code).length === 0).toSorted()).toEqual([
      "cancelled",
      "content_policy",
      "context_window_exceeded",
      "invalid_request",
      "method_not_allowed",
      "request_too_large",
      "unsupported_parameter",
    ]);
  });
});

describe("a group that fails", () => {
  interface Case {
    readonly router: Partial<RouterSettings>;
    /** The groups that fail, and how. */
    readonly failing: Readonly<Record<string, ErrorCode>>;
    readonly call?: CallLine;
  }
  const bad: ErrorCode = "upstream_error";
  const rows: readonly [string, Case, readonly string[]][] = [
    ["is replaced by the next", { router: { fallbacks: { a: ["b"] } }, failing: { a: bad } }, ["a", "b"]],
    [
      "is replaced by the first that answers",
      { router: { fallbacks: { a: ["b", "c", "d"] } }, failing: { a: bad, b: bad } },
      ["a", "b", "c"],
    ],
    [
      "whose fallback fails goes on with that one's fallbacks first",
      { router: { fallbacks: { a: ["b", "c"], b: ["d"] } }, failing: { a: bad, b: bad, d: bad } },
      ["a", "b", "d", "c"],
    ],
    [
      "that falls back to itself is tried once",
      { router: { fallbacks: { a: ["a"] } }, failing: { a: bad } },
      ["a"],
    ],
    [
      "in a cycle is tried once",
      { router: { fallbacks: { a: ["b"], b: ["c"], c: ["a"] } }, failing: { a: bad, b: bad, c: bad } },
      ["a", "b", "c"],
    ],
    [
      "does not try a name twice",
      { router: { fallbacks: { a: ["b", "b", "c"], b: ["c"] } }, failing: { a: bad, b: bad, c: bad } },
      ["a", "b", "c"],
    ],
    [
      "passes over names that lead nowhere",
      { router: { fallbacks: { a: ["nowhere", "b"] } }, failing: { a: bad } },
      ["a", "b"],
    ],
    [
      "tries no more than max_fallbacks",
      {
        router: { fallbacks: { a: ["b", "c", "d"] }, maxFallbacks: 2 },
        failing: { a: bad, b: bad, c: bad, d: bad },
      },
      ["a", "b", "c"],
    ],
    [
      "tries none where max_fallbacks is 0",
      { router: { fallbacks: { a: ["b"] }, maxFallbacks: 0 }, failing: { a: bad } },
      ["a"],
    ],
    ["is replaced by default", { router: { defaultFallbacks: ["d"] }, failing: { a: bad } }, ["a", "d"]],
    [
      "among the default ones is not tried twice",
      { router: { defaultFallbacks: ["a", "b"] }, failing: { a: bad, b: bad } },
      ["a", "b"],
    ],
    [
      "is replaced by whom the request names",
      { router: { fallbacks: { a: ["b"] } }, failing: { a: bad }, call: { fallbacks: ["c"] } },
      ["a", "c"],
    ],
    [
      "for its context goes to a longer one, and from there to a longer one still",
      {
        router: { fallbacks: { a: ["h"] }, contextWindowFallbacks: { a: ["b"], b: ["c"] } },
        failing: { a: "context_window_exceeded", b: "context_window_exceeded" },
      },
      ["a", "b", "c"],
    ],
    [
      "for its content goes to a more lenient one",
      { router: { contentPolicyFallbacks: { a: ["b"] } }, failing: { a: "content_policy" } },
      ["a", "b"],
    ],
    [
      "by the client's fault is not replaced",
      { router: { fallbacks: { a: ["b"] } }, failing: { a: "invalid_request" } },
      ["a"],
    ],
    [
      "goes on although a fallback finds the client at fault",
      { router: { fallbacks: { a: ["b", "c"] } }, failing: { a: bad, b: "unsupported_parameter" } },
      ["a", "b", "c"],
    ],
    [
      "because it is cold is replaced",
      { router: { fallbacks: { a: ["b"] } }, failing: { a: "model_not_ready" } },
      ["a", "b"],
    ],
    [
      "because it may not be called is replaced",
      { router: { fallbacks: { a: ["b"] } }, failing: { a: "permission_denied" } },
      ["a", "b"],
    ],
  ];
  test.each(rows)("%s", async (_, { router, failing, call }, tried) => {
    const planned = new Map(Object.entries(failing));
    const plan = (id: string): Behaviour =>
      planned.has(id) ? fail(planned.get(id) ?? bad) : { do: "answer" };
    const rig = createRig({ models, router, plan });
    const last = tried.at(-1) ?? "";
    const result = rig.ask("a", call);
    if (planned.has(last)) expect((await failureOf(result)).code).toBe(planned.get(last));
    else {
      expect(await result).toMatchObject({
        modelGroup: last,
        attemptedRetries: 0,
        attemptedFallbacks: tried.length - 1,
      });
    }
    expect(rig.client.ids()).toEqual(tried);
    expect(rig.leftovers()).toEqual(nothingLeft);
  });
});

test("fallbacks are found under the alias, the group and the pattern", async () => {
  const rig = createRig({
    models: [
      { name: "a", numRetries: 0 },
      { name: "x/*", wildcard: true, numRetries: 0 },
      { name: "b" },
      { name: "c" },
    ],
    router: {
      modelGroupAlias: { alias: { model: "a", hidden: false }, other: { model: "a", hidden: false } },
      fallbacks: { alias: ["b"], a: ["c"], "x/*": ["b"] },
    },
    plan: (id) => (id === "b" || id === "c" ? { do: "answer" } : fail("upstream_error")),
  });
  expect((await rig.ask("alias")).modelGroup).toBe("b");
  expect((await rig.ask("other")).modelGroup).toBe("c");
  expect((await rig.ask("x/y")).modelGroup).toBe("b");
});

test("two names under one pattern are two groups", async () => {
  const rig = createRig({
    models: [{ name: "*", id: "star", wildcard: true, numRetries: 0 }],
    router: { fallbacks: { one: ["two"] } },
    plan: (id) => (id === "two" ? { do: "answer" } : fail("upstream_error")),
  });
  expect((await rig.ask("one")).modelGroup).toBe("two");
});

test("a deployment can stand in by its id", async () => {
  const rig = createRig({
    models: [
      { name: "a", id: "1", order: 1, numRetries: 0 },
      { name: "b", id: "2", numRetries: 0 },
      { name: "b", id: "3", numRetries: 0 },
    ],
    router: { fallbacks: { a: ["3"] } },
    plan: (id) => (id === "1" ? fail("upstream_error") : { do: "answer" }),
  });
  expect((await rig.ask("a")).entry.id).toBe("3");
});

test("an unknown model does not fall back, whatever is default", async () => {
  const rig = createRig({ models, router: { defaultFallbacks: ["b"] } });
  expect((await failureOf(rig.ask("unknown"))).code).toBe("invalid_model");
  expect(rig.client.calls).toEqual([]);
});

test("retries and fallbacks are counted apart", async () => {
  const rig = createRig({
    models: [
      { name: "a", numRetries: 2 },
      { name: "b", numRetries: 1 },
    ],
    router: { fallbacks: { a: ["b"] } },
    plan: (id, _, attempt) => (id === "b" && attempt === 2 ? { do: "answer" } : fail("upstream_error")),
  });
  expect(await rig.ask("a")).toMatchObject({ attemptedRetries: 3, attemptedFallbacks: 1, modelGroup: "b" });
  expect(rig.client.ids()).toEqual(["a", "a", "a", "b", "b"]);
});

test("who has left falls back to nothing", async () => {
  const leaving = new AbortController();
  const rig = createRig({
    models,
    router: { fallbacks: { a: ["b"] } },
    plan: () => {
      leaving.abort(new OutcropError("service_unavailable", "shutting down"));
      return fail("upstream_error");
    },
  });
  expect((await failureOf(rig.ask("a", { signal: leaving.signal }))).message).toBe("shutting down");
  expect(rig.client.ids()).toEqual(["a"]);
  expect(rig.eventTypes()).toEqual(["attempt-started", "attempt-left"]);
});

test("any graph of fallbacks ends, within its limit and with every group once", async () => {
  const names = models.map(({ name }) => name);
  const graph = fc.dictionary(
    fc.constantFrom(...names, "*"),
    fc.array(fc.constantFrom(...names), { maxLength: 5 }),
  );
  await fc.assert(
    fc.asyncProperty(graph, fc.integer({ min: 0, max: 8 }), async (fallbacks, maxFallbacks) => {
      const rig = createRig({
        models,
        router: { fallbacks, maxFallbacks },
        plan: () => fail("upstream_error"),
      });
      await failureOf(rig.ask("a"));
      const tried = rig.client.ids();
      expect(new Set(tried).size).toBe(tried.length);
      expect(tried.length).toBeLessThanOrEqual(1 + maxFallbacks);
    }),
    { numRuns: 100, seed: 11 },
  );
});
