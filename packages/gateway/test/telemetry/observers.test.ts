import { describe, expect, test } from "vitest";
import type { CallbackName, LitellmSettings } from "../../src/config/gateway-config.ts";
import { filterOutcomes, outcomesFor } from "../../src/telemetry/callbacks/outcome-filter.ts";
import { combineObservers } from "../../src/telemetry/combine-observers.ts";
import { createTelemetry } from "../../src/telemetry/observers.ts";
import { createRedactor } from "../../src/telemetry/redact.ts";
import type { RequestRecord } from "../../src/telemetry/request-record.ts";
import { startReceiver } from "./receiver.ts";
import { record } from "./records.ts";
import { litellmSettings } from "./settings.ts";

function telemetryOf(litellm: Partial<LitellmSettings>, env: Record<string, string> = {}) {
  const entries: string[] = [];
  const logger = {
    log: (level: string, message: string) => void entries.push(`${level} ${message}`),
    flush: async () => void entries.push("flushed"),
  };
  const options = {
    config: { litellm: litellmSettings(litellm) },
    env,
    logger,
    redactor: createRedactor(),
    modelOf: () => undefined,
  };
  return { entries, created: createTelemetry(options) };
}

describe("what is configured is started", () => {
  test.each<[readonly CallbackName[], readonly string[]]>([
    [[], []],
    [["prometheus"], ["prometheus"]],
    [["otel"], ["otel"]],
    [["generic_api"], ["generic_api"]],
    [
      ["generic_api", "otel", "prometheus"],
      ["prometheus", "otel", "generic_api"],
    ],
  ])("%o", async (callbacks, started) => {
    const env = { GENERIC_LOGGER_ENDPOINT: "http://127.0.0.1:1/", OTEL_ENDPOINT: "http://127.0.0.1:1" };
    const telemetry = await telemetryOf({ callbacks }, env).created;
    expect(telemetry.callbacks).toEqual(started);
    expect(telemetry.metrics === undefined).toBe(!callbacks.includes("prometheus"));
    await telemetry.close();
  });

  test("in any of LiteLLM's lists", async () => {
    for (const list of ["callbacks", "successCallbacks", "failureCallbacks"] as const) {
      const telemetry = await telemetryOf({ [list]: ["prometheus"] }).created;
      expect(telemetry.metrics).toBeDefined();
    }
  });

  test("and what can't be started is said, and left out", async () => {
    const { entries, created } = telemetryOf(
      { callbacks: ["generic_api", "otel"] },
      { OTEL_EXPORTER: "none" },
    );
    expect((await created).callbacks).toEqual([]);
    expect(entries.join()).toContain("GENERIC_LOGGER_ENDPOINT");
  });
});

test("a request is logged, counted and sent, and the end waits for all of it", async () => {
  const receiver = await startReceiver();
  const env = { GENERIC_LOGGER_ENDPOINT: `${receiver.url}/generic`, OTEL_ENDPOINT: receiver.url };
  const { entries, created } = telemetryOf({ callbacks: ["prometheus", "otel", "generic_api"] }, env);
  const telemetry = await created;
  telemetry.observer.started?.(record());
  telemetry.observer.finished(record());
  expect((await telemetry.metrics?.render())?.body).toContain('requested_model="qwen"');
  await telemetry.close();
  await receiver.close();
  expect(receiver.received.map(({ path }) => path).toSorted()).toEqual(["/generic", "/v1/traces"]);
  expect(entries[0]).toContain("200  POST /v1/chat/completions");
  expect(entries.at(-1)).toBe("flushed");
});

describe("LiteLLM's lists of callbacks", () => {
  const success = record();
  const failure = record({ status: 502, errorCode: "upstream_error" });
  const probe = record({ dialect: undefined });

  test.each<
    [
      keyof Pick<LitellmSettings, "callbacks" | "successCallbacks" | "failureCallbacks">,
      readonly RequestRecord[],
    ]
  >([
    ["callbacks", [success, failure]],
    ["successCallbacks", [success]],
    ["failureCallbacks", [failure]],
  ])("%s hear of their outcomes, and of no probe", (list, heard) => {
    const outcomes = outcomesFor("otel", litellmSettings({ [list]: ["otel"] }));
    if (!outcomes) throw new Error("it is configured");
    const told: RequestRecord[] = [];
    const observer = filterOutcomes({ finished: (each) => void told.push(each) }, outcomes);
    for (const each of [success, failure, probe]) observer.finished(each);
    expect(told).toEqual(heard);
  });

  test("name none that they do not name", () => {
    expect(outcomesFor("otel", litellmSettings({ callbacks: ["prometheus"] }))).toBeUndefined();
  });
});

test("an observer that throws harms neither the others nor the request", () => {
  const told: string[] = [];
  const faults: unknown[] = [];
  const broken = {
    started: () => {
      throw new Error("at the start");
    },
    finished: () => {
      throw new Error("at the end");
    },
  };
  const sound = { started: () => void told.push("started"), finished: () => void told.push("finished") };
  const observer = combineObservers(
    [broken, sound, { finished: () => void told.push("only the end") }],
    (error) => faults.push(error),
  );
  observer.started?.(record());
  observer.finished(record());
  expect(told).toEqual(["started", "finished", "only the end"]);
  expect(faults.map(String)).toEqual(["Error: at the start", "Error: at the end"]);
});
