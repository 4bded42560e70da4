import { type Deployment, OutcropError, parseDeployment } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import type { GatewayConfig } from "../../src/config/gateway-config.ts";
import { createHealthChecks } from "../../src/health/health-checks.ts";
import { type Plan, createFakeClient } from "../routing/fake-client.ts";
import { type ModelLine, createConfig } from "../routing/rig.ts";
import { createTestClock, settle } from "../routing/test-clock.ts";

const imported = (name: string): Deployment =>
  parseDeployment({ model: `bedrock/qwen3/arn:aws:bedrock:us-east-1:123456789012:imported-model/${name}` });

const models: readonly ModelLine[] = [
  { name: "up", deployment: imported("up") },
  { name: "down", deployment: imported("down") },
  { name: "native" },
];

const description = {
  modelArn: "arn",
  modelName: undefined,
  creationTime: undefined,
  instructSupported: true,
  customModelUnits: undefined,
};

interface Setting {
  readonly models?: readonly ModelLine[];
  readonly general?: Partial<GatewayConfig["general"]>;
  readonly invoke?: boolean;
  readonly plan?: Plan;
}

function createChecks({ models: lines = models, general, invoke = false, plan }: Setting = {}) {
  const base = createConfig({ models: lines, general });
  let config: GatewayConfig = { ...base, outcrop: { ...base.outcrop, invokeHealthChecks: invoke } };
  const chats = createFakeClient(plan);
  const clock = createTestClock();
  const asked: string[] = [];
  const checks = createHealthChecks({
    config: () => config,
    sleep: clock.sleep,
    client: {
      ...chats,
      warmthOf: () => ({ state: "unknown", seenAt: undefined, restoringSince: undefined }),
      async describeModel({ ref: { modelId } }) {
        const name = modelId.split("/").at(-1) ?? "";
        asked.push(name);
        if (name === "down") throw new OutcropError("not_found", "no such model");
        return { ...description, modelArchitecture: "qwen3" };
      },
    },
  });
  const update = (change: (now: GatewayConfig) => GatewayConfig) => {
    config = change(config);
    checks.restart();
  };
  return { checks, asked, chats, clock, update };
}

describe("asked, without a background", () => {
  test("each report is a round of its own, and calls no model", async () => {
    const { checks, asked, chats } = createChecks();
    expect(asked).toEqual([]);
    const report = await checks.report();
    expect(report).toMatchObject({
      healthy_endpoints: [{ model: "up", architecture: "qwen3", warmth: "unknown" }],
      unhealthy_endpoints: [{ model: "down", error: "no such model", error_code: "not_found" }],
      unchecked_endpoints: [{ model: "native", note: "only a call could tell" }],
      healthy_count: 1,
      unhealthy_count: 1,
      unchecked_count: 1,
    });
    expect(report).not.toHaveProperty("billing");
    await checks.report();
    expect(asked).toEqual(["up", "down", "up", "down"]);
    expect(chats.calls).toEqual([]);
  });

  test("health_check_details: false leaves names and counts", async () => {
    const { checks } = createChecks({ general: { healthCheckDetails: false } });
    expect(await checks.report()).toEqual({
      healthy_endpoints: [{ model: "up" }],
      unhealthy_endpoints: [{ model: "down" }],
      unchecked_endpoints: [{ model: "native" }],
      healthy_count: 1,
      unhealthy_count: 1,
      unchecked_count: 1,
    });
  });
});

describe("background_health_checks", () => {
  const general = { backgroundHealthChecks: true, healthCheckInterval: 60 };
  const up = { models: [{ name: "up", deployment: imported("up") }] };

  test("asks at the start and at every interval; reports ask nobody", async () => {
    const { checks, asked, clock } = createChecks({ ...up, general });
    expect(await checks.report()).toMatchObject({ healthy_count: 1 });
    await checks.report();
    expect(asked).toEqual(["up"]);
    await clock.advance(59_999);
    expect(asked).toEqual(["up"]);
    await clock.advance(1);
    expect(asked).toEqual(["up", "up"]);
    await clock.advance(120_000);
    expect(asked).toHaveLength(4);
  });

  test("never calls a model, even where /health may", async () => {
    const { checks, chats } = createChecks({ ...up, general, invoke: true });
    expect(await checks.report()).not.toHaveProperty("billing");
    expect(chats.calls).toEqual([]);
  });

  test("leaves out a model that says so", async () => {
    const { checks, asked, update } = createChecks({ ...up, general });
    update((now) => ({ ...now, models: now.models.map((one) => ({ ...one, inBackgroundChecks: false })) }));
    asked.length = 0;
    expect(await checks.report()).toMatchObject({
      unchecked_endpoints: [
        { model: "up", note: expect.stringContaining("disable_background_health_check") },
      ],
    });
    expect(asked).toEqual([]);
  });

  test("a new config counts at once, and ends what it switches off", async () => {
    const { checks, asked, clock, update } = createChecks({ ...up, general });
    await settle();
    update((now) => ({ ...now, models: [] }));
    expect(await checks.report()).toMatchObject({ healthy_count: 0 });
    update((now) => ({ ...now, general: { ...now.general, backgroundHealthChecks: false } }));
    await settle();
    expect([asked, clock.sleeping()]).toEqual([["up"], []]);
  });

  test("an interval of 0 is one second, and close ends it", async () => {
    const { checks, clock } = createChecks({ ...up, general: { ...general, healthCheckInterval: 0 } });
    await settle();
    expect(clock.sleeping()).toEqual([1000]);
    checks.close();
    await settle();
    expect(clock.sleeping()).toEqual([]);
  });
});

describe("invoke_health_checks", () => {
  test("calls what the control plane finds, with one token, and says that this is billed", async () => {
    const { checks, chats } = createChecks({ invoke: true });
    expect(await checks.report()).toMatchObject({
      healthy_endpoints: [
        { model: "up", called: true, architecture: "qwen3" },
        { model: "native", called: true },
      ],
      unhealthy_endpoints: [{ model: "down" }],
      unchecked_count: 0,
      billing: expect.stringContaining("five minutes"),
    });
    expect(chats.calls).toHaveLength(2);
    for (const { call } of chats.calls) {
      expect(call.request.parameters).toEqual({ maxTokens: 1 });
      expect(call.deployment).toMatchObject({ maxRetries: 0, coldStartTimeout: 0 });
    }
    expect(chats.open()).toBe(0);
  });

  test.each([
    ["permission_denied", { unhealthy_endpoints: [{ model: "native", error_code: "permission_denied" }] }],
    ["model_not_ready", { unchecked_endpoints: [{ model: "native", note: "the model is being restored" }] }],
  ] as const)("a call that ends in %s", async (code, expected) => {
    const { checks } = createChecks({
      models: [{ name: "native" }],
      invoke: true,
      plan: () => ({ do: "fail", code }),
    });
    expect(await checks.report()).toMatchObject(expected);
  });

  test("a mock is not called", async () => {
    const { checks, chats } = createChecks({
      models: [{ name: "native", shaping: { mockResponse: "hi" } }],
      invoke: true,
    });
    expect(await checks.report()).toMatchObject({ unchecked_count: 1 });
    expect(chats.calls).toEqual([]);
  });
});
