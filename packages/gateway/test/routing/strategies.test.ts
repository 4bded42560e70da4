import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RoutingStrategy } from "../../src/config/gateway-config.ts";
import { createMemoryState } from "../../src/routing/memory-state.ts";
import type { DeploymentFact } from "../../src/routing/state.ts";
import { strategies } from "../../src/routing/strategies/strategy-list.ts";
import type { StrategyContext } from "../../src/routing/strategies/strategy.ts";
import { type ModelLine, createConfig } from "./rig.ts";
import { seededRandom, startOfTime } from "./test-clock.ts";

interface Scene {
  readonly models: readonly Omit<ModelLine, "name">[];
  /** What is known of them, by id. */
  readonly facts?: Readonly<Record<string, readonly (DeploymentFact & { readonly ago?: number })[]>>;
  readonly args?: StrategyContext["args"];
  readonly stream?: boolean;
}

/** How often each is picked in so many draws, as shares. */
function shares(name: RoutingStrategy, scene: Scene, { draws = 400, seed = 7 } = {}): Record<string, number> {
  const entries = createConfig({ models: scene.models.map((line) => ({ name: "group", ...line })) }).models;
  const state = createMemoryState();
  for (const [id, facts] of Object.entries(scene.facts ?? {})) {
    for (const { ago = 0, ...fact } of facts) state.record(id, fact, startOfTime - ago);
  }
  const random = seededRandom(seed);
  const context: StrategyContext = {
    now: startOfTime,
    stream: scene.stream ?? false,
    args: scene.args ?? {},
    random,
    view: (id) => state.view(id, startOfTime),
  };
  const counts: Record<string, number> = {};
  for (let draw = 0; draw < draws; draw++) {
    const picked = strategies[name](entries, context)?.id ?? "nobody";
    counts[picked] = (counts[picked] ?? 0) + 1 / draws;
  }
  return counts;
}

const picked = { type: "picked" } as const;
const token = (ms: number, ago = 0) => ({ type: "measured", kind: "token", ms, ago }) as const;
const firstEvent = (ms: number, ago = 0) => ({ type: "measured", kind: "first-event", ms, ago }) as const;
const tokens = (count: number) => ({ type: "succeeded", tokens: count }) as const;

describe("who is picked", () => {
  const rows: readonly [string, RoutingStrategy, Scene, readonly string[]][] = [
    ["the idle one", "least-busy", { models: [{ id: "a" }, { id: "b" }], facts: { a: [picked] } }, ["b"]],
    [
      "the one with fewer calls",
      "least-busy",
      { models: [{ id: "a" }, { id: "b" }], facts: { a: [picked, picked], b: [picked] } },
      ["b"],
    ],
    ["any of the equally busy", "least-busy", { models: [{ id: "a" }, { id: "b" }] }, ["a", "b"]],
    [
      "the cheaper",
      "cost-based-routing",
      {
        models: [
          { id: "a", prices: { input_cost_per_token: 2e-6, output_cost_per_token: 2e-6 } },
          { id: "b", prices: { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 } },
        ],
      },
      ["b"],
    ],
    [
      "a known price before an unknown one",
      "cost-based-routing",
      { models: [{ id: "a" }, { id: "b", prices: { input_cost_per_token: 1, output_cost_per_token: 1 } }] },
      ["b"],
    ],
    [
      "nobody for half a price",
      "cost-based-routing",
      {
        models: [
          { id: "a", prices: { input_cost_per_token: 0 } },
          { id: "b", prices: { input_cost_per_token: 1, output_cost_per_token: 1 } },
        ],
      },
      ["b"],
    ],
    [
      "the free one",
      "cost-based-routing",
      {
        models: [
          { id: "a", prices: { input_cost_per_token: 0, output_cost_per_token: 0 } },
          { id: "b", prices: { input_cost_per_token: 1e-9, output_cost_per_token: 0 } },
        ],
      },
      ["a"],
    ],
    ["any where no price is known", "cost-based-routing", { models: [{ id: "a" }, { id: "b" }] }, ["a", "b"]],
    [
      "the one with fewer tokens",
      "usage-based-routing-v2",
      { models: [{ id: "a" }, { id: "b" }], facts: { a: [tokens(100)], b: [tokens(99)] } },
      ["b"],
    ],
    [
      "the one with fewer tokens under the older name",
      "usage-based-routing",
      { models: [{ id: "a" }, { id: "b" }], facts: { a: [tokens(100)], b: [tokens(99)] } },
      ["b"],
    ],
    [
      "one that has not used up its tpm",
      "usage-based-routing-v2",
      { models: [{ id: "a" }, { id: "b", tpm: 50 }], facts: { a: [tokens(100)], b: [tokens(50)] } },
      ["a"],
    ],
    [
      "one that has not used up its rpm",
      "usage-based-routing-v2",
      { models: [{ id: "a" }, { id: "b", rpm: 1 }], facts: { a: [tokens(100)], b: [picked] } },
      ["a"],
    ],
    [
      "somebody even where all have used up their tpm",
      "usage-based-routing-v2",
      {
        models: [
          { id: "a", tpm: 1 },
          { id: "b", tpm: 1 },
        ],
        facts: { a: [tokens(9)], b: [tokens(5)] },
      },
      ["b"],
    ],
    [
      "the faster",
      "latency-based-routing",
      { models: [{ id: "a" }, { id: "b" }], facts: { a: [token(50)], b: [token(40)] } },
      ["b"],
    ],
    [
      "the faster on average",
      "latency-based-routing",
      { models: [{ id: "a" }, { id: "b" }], facts: { a: [token(10), token(90)], b: [token(45)] } },
      ["b"],
    ],
    [
      "whoever was not measured yet",
      "latency-based-routing",
      { models: [{ id: "a" }, { id: "b" }], facts: { a: [token(1)] } },
      ["b"],
    ],
    [
      "for streams the one with the faster first event",
      "latency-based-routing",
      {
        models: [{ id: "a" }, { id: "b" }],
        facts: { a: [token(1), firstEvent(9)], b: [token(9), firstEvent(1)] },
        stream: true,
      },
      ["b"],
    ],
    [
      "by the latest samples alone",
      "latency-based-routing",
      {
        models: [{ id: "a" }, { id: "b" }],
        facts: { a: [token(1000), token(1), token(1)], b: [token(2)] },
        args: { max_latency_list_size: 2 },
      },
      ["a"],
    ],
    [
      "as if never measured, when that is too long ago",
      "latency-based-routing",
      {
        models: [{ id: "a" }, { id: "b" }],
        facts: { a: [token(1, 61_000)], b: [token(1)] },
        args: { ttl: 60 },
      },
      ["a"],
    ],
    [
      "any within the buffer",
      "latency-based-routing",
      {
        models: [{ id: "a" }, { id: "b" }, { id: "c" }],
        facts: { a: [token(100)], b: [token(149)], c: [token(151)] },
        args: { lowest_latency_buffer: "0.5" },
      },
      ["a", "b"],
    ],
  ];
  test.each(rows)("%s (%s)", (_, name, scene, ids) => {
    expect(Object.keys(shares(name, scene)).toSorted()).toEqual(ids);
  });
});

describe("simple-shuffle", () => {
  const rows: readonly [string, Scene["models"], Record<string, number>][] = [
    ["equal without a word", [{ id: "a" }, { id: "b" }], { a: 0.5, b: 0.5 }],
    [
      "by weight",
      [
        { id: "a", weight: 3 },
        { id: "b", weight: 1 },
      ],
      { a: 0.75, b: 0.25 },
    ],
    [
      "by weight before rpm",
      [
        { id: "a", weight: 1, rpm: 1 },
        { id: "b", weight: 1, rpm: 99 },
      ],
      { a: 0.5, b: 0.5 },
    ],
    [
      "by rpm",
      [
        { id: "a", rpm: 900 },
        { id: "b", rpm: 100 },
      ],
      { a: 0.9, b: 0.1 },
    ],
    [
      "by rpm before tpm",
      [
        { id: "a", rpm: 1, tpm: 1 },
        { id: "b", rpm: 1, tpm: 99 },
      ],
      { a: 0.5, b: 0.5 },
    ],
    [
      "by tpm",
      [
        { id: "a", tpm: 1000 },
        { id: "b", tpm: 4000 },
      ],
      { a: 0.2, b: 0.8 },
    ],
    [
      "never those of weight 0",
      [
        { id: "a", weight: 0 },
        { id: "b", weight: 1 },
      ],
      { b: 1 },
    ],
    [
      "equal where all weights are 0",
      [
        { id: "a", weight: 0 },
        { id: "b", weight: 0 },
      ],
      { a: 0.5, b: 0.5 },
    ],
    [
      "the average for who says nothing",
      [{ id: "a", weight: 3 }, { id: "b", weight: 1 }, { id: "c" }],
      { a: 0.5, b: 1 / 6, c: 1 / 3 },
    ],
  ];
  test.each(rows)("%s", (_, models, expected) => {
    const found = shares("simple-shuffle", { models }, { draws: 20_000 });
    expect(Object.keys(found).toSorted()).toEqual(Object.keys(expected));
    for (const [id, share] of Object.entries(expected)) expect(found[id]).toBeCloseTo(share, 1.5);
  });

  test("converges to the shares of any weights", () => {
    const weights = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(weights, fc.integer(), (list, seed) => {
        const total = list.reduce((sum, weight) => sum + weight, 0);
        fc.pre(total > 0);
        const models = list.map((weight, index) => ({ id: `d${index}`, weight }));
        const found = shares("simple-shuffle", { models }, { draws: 4000, seed });
        for (const [index, weight] of list.entries()) {
          expect(Math.abs((found[`d${index}`] ?? 0) - weight / total)).toBeLessThan(0.05);
        }
      }),
      { numRuns: 40, seed: 3 },
    );
  });
});

test.each(Object.entries(strategies))("%s picks nobody of none, and the only one of one", (_, strategy) => {
  const context: StrategyContext = {
    now: startOfTime,
    stream: false,
    args: {},
    random: seededRandom(1),
    view: (id) => createMemoryState().view(id, startOfTime),
  };
  const { models } = createConfig({ models: [{ name: "a" }] });
  expect(strategy([], context)).toBeUndefined();
  expect(strategy(models, context)).toBe(models[0]);
});
