import { OutcropError, type WarmthState, parseDeployment } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import { type WarmPeriod, weekdays } from "../../src/config/cold-config.ts";
import { toMoney } from "../../src/ledger/money.ts";
import { createPrices } from "../../src/ledger/prices.ts";
import { createWarmth } from "../../src/warmth/create-warmth.ts";
import { keepWarm } from "../../src/warmth/keep-warm.ts";
import { createPriceOfHours, describeScheduleCost } from "../../src/warmth/warm-cost.ts";
import { type WarmTarget, createWarmer } from "../../src/warmth/warmer.ts";
import { createFakeClient } from "../routing/fake-client.ts";
import { createConfig } from "../routing/rig.ts";
import { createTestClock, settle } from "../routing/test-clock.ts";

const deployment = parseDeployment({
  model: "bedrock/qwen3/arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456",
});
const config = createConfig({ models: [{ name: "m", deployment }, { name: "native" }] });
const [entry] = config.models;
if (!entry) throw new Error("There is one.");
const target: WarmTarget = { entry, deployment };

describe("a warmer", () => {
  test("asks for one token, with patience, and once for all who want it", async () => {
    const client = createFakeClient();
    const warmer = createWarmer(client);
    const restores = [warmer.warm(target), warmer.warm(target)];
    expect(new Set(restores).size).toBe(1);
    expect(await restores[0]?.outcome).toEqual({ type: "warm", waitedMs: 0 });
    expect(client.calls).toHaveLength(1);
    expect(client.calls[0]?.call).toMatchObject({
      stream: false,
      request: { parameters: { maxTokens: 1 } },
      deployment: { coldStartTimeout: 600 },
    });
    await warmer.warm(target).outcome;
    expect(client.calls).toHaveLength(2);
    expect(client.open()).toBe(0);
  });

  test("tells how far it is, whoever comes when", async () => {
    const client = createFakeClient(() => ({ do: "hang", cold: true }));
    const warmer = createWarmer(client);
    const restore = warmer.warm(target);
    await settle();
    const heard: number[] = [];
    const stop = restore.listen(({ attempt }) => heard.push(attempt));
    expect(heard).toEqual([1]);
    stop();
    const tell = client.calls[0]?.call.onColdStart;
    tell?.({ modelId: "m", waitedMs: 1, attempt: 2, nextTryMs: 1 });
    expect(heard).toEqual([1]);
    warmer.close();
    expect(await restore.outcome).toMatchObject({ type: "failed" });
  });

  test("fails as the model fails, and begins anew then", async () => {
    const client = createFakeClient(() => ({ do: "fail", code: "model_not_ready" }));
    const warmer = createWarmer(client);
    expect(await warmer.warm(target).outcome).toMatchObject({
      type: "failed",
      error: { code: "model_not_ready" },
    });
    await warmer.warm(target).outcome;
    expect(client.calls).toHaveLength(2);
  });
});

describe("a schedule", () => {
  const always: WarmPeriod = { models: ["m"], days: weekdays, from: 0, to: 1440, timeZone: "UTC" };

  async function keep(states: readonly (WarmthState | undefined)[], schedule = [always]) {
    const clock = createTestClock();
    const asked: number[] = [];
    const closing = new AbortController();
    let look = 0;
    const kept = keepWarm(
      {
        clock,
        schedule: () => schedule,
        targetsOf: (model) => (model === "m" ? [target] : []),
        client: {
          warmthOf() {
            const state = states[look++];
            return state && { state, seenAt: undefined, restoringSince: undefined };
          },
        },
        warmer: {
          warm() {
            asked.push(look - 1);
            return { outcome: Promise.resolve({ type: "warm", waitedMs: 0 }), listen: () => () => {} };
          },
        },
      },
      closing.signal,
    );
    await clock.advance(20_000 * (states.length - 1));
    closing.abort();
    await kept;
    expect(clock.sleeping()).toEqual([]);
    return asked;
  }

  test("asks a model that isn't warm, and one that will be idle soon; a warm one is left alone", async () => {
    expect(await keep(["unknown", "warm", "warm", "idle-soon", "warm", "cold", "restoring"])).toEqual([
      0, 3, 5, 6,
    ]);
  });

  test("leaves models alone outside its times", async () => {
    expect(await keep(["cold", "cold"], [{ ...always, from: 23 * 60, to: 23 * 60 + 1 }])).toEqual([]);
  });
});

describe("what a schedule costs a month", () => {
  const half: WarmPeriod = { models: ["m"], days: weekdays, from: 0, to: 720, timeZone: "UTC" };
  const at = Date.UTC(2026, 10, 1);
  const describing = (units: { version: string; perModelCopy: number } | undefined) =>
    createPriceOfHours(
      {
        describeModel: async () => {
          if (!units) throw new OutcropError("permission_denied", "no");
          return {
            modelArn: "arn",
            modelName: undefined,
            modelArchitecture: undefined,
            creationTime: undefined,
            instructSupported: undefined,
            customModelUnits: units,
          };
        },
      },
      createPrices(),
      at,
    );
  const lines = (priceOfHours: ReturnType<typeof describing>, targets: readonly WarmTarget[] = [target]) =>
    describeScheduleCost({ schedule: [half], targetsOf: () => targets, priceOfHours, at });

  test("is counted from units, hours and the price list", async () => {
    const price = await describing({ version: "1.0", perModelCopy: 2 })(target, 365);
    // Two units at $0.05718 a minute.
    expect(price).toBe(toMoney(0.05718) * 2n * 365n * 60n);
    const [line] = await lines(describing({ version: "1.0", perModelCopy: 2 }));
    expect(line).toMatch(
      /^warm_schedule keeps m warm for 370 hours a month: about \$2,5\d\d\.\d\d for one copy, storage aside\.$/,
    );
  });

  test.each([
    ["units that AWS doesn't tell", undefined],
    ["a version without a price", { version: "9.0", perModelCopy: 2 }],
  ])("%s: it is said to be unknown", async (_, units) => {
    expect(await lines(describing(units))).toEqual([
      expect.stringMatching(/hours a month; what one copy costs is unknown\.$/),
    ]);
  });

  test("of a model that is always there is nothing", async () => {
    expect(await lines(describing(undefined), [])).toEqual([expect.stringContaining("nothing is done")]);
  });

  test("is said when the gateway starts, and models to warm up are asked", async () => {
    const said: string[] = [];
    const client = createFakeClient();
    const warmth = createWarmth({
      config: () => ({
        ...config,
        outcrop: { ...config.outcrop, warmUp: ["m", "native", "nobody"], warmSchedule: [half] },
      }),
      client: { ...client, warmthOf: () => undefined, describeModel: () => Promise.reject(new Error("no")) },
      clock: createTestClock(),
      say: (line) => said.push(line),
    });
    warmth.start();
    await settle();
    warmth.close();
    expect(client.calls).toHaveLength(1);
    expect(said).toEqual([expect.stringContaining("unknown")]);
  });
});
