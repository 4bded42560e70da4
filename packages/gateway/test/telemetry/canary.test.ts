import { OutcropError } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import { createLogger } from "../../src/telemetry/logger.ts";
import { logLevels } from "../../src/telemetry/logs/log-level.ts";
import { createTelemetry } from "../../src/telemetry/observers.ts";
import { createRedactor } from "../../src/telemetry/redact.ts";
import { secretsIn } from "../../src/telemetry/redaction/known-secrets.ts";
import type { RequestRecord } from "../../src/telemetry/request-record.ts";
import { startReceiver } from "./receiver.ts";
import { record } from "./records.ts";
import { litellmSettings } from "./settings.ts";

/**
 * The canaries: each is a secret of the config, the environment or a client, planted in every place that a careless
 * line of code could put it. None may come out of any mouth of the gateway, at any level.
 */
const config = {
  general: { masterKey: "canary-master-key" },
  models: [
    {
      auth: {
        accessKeyId: "AKIACANARYCANARY0000",
        secretAccessKey: "canary/secret+access/key0123456789abcdef",
        sessionToken: "canary-session-token//==",
        apiKey: "ABSKcanary0123456789abcdef",
      },
      headers: { "x-api-key": "canary-upstream-header" },
    },
  ],
};
const env = { AWS_BEARER_TOKEN_BEDROCK: "canary-bearer-token", REDIS_URL: "redis://u:canary-redis-pass@h" };
const ofClients = ["sk-canary-virtual-key-1", "Bearer canary-opaque-token-1"];
const known = [...secretsIn(config), ...secretsIn(env)];
const canaries = [...known, ...ofClients];

/** A record whose every text holds every canary. */
function poisonedRecord(): RequestRecord {
  const poison = canaries.join(" | ");
  const texts = [
    "callId",
    "method",
    "route",
    "modelGroup",
    "deploymentId",
    "deploymentModel",
    "region",
    "keyHash",
  ] as const;
  return {
    ...record({
      status: 500,
      errorCode: "internal",
      warnings: [poison, ...canaries],
      upstreamRequestId: poison,
    }),
    ...Object.fromEntries(texts.map((name) => [name, poison])),
  };
}

function poisonedError(): Error {
  const poison = canaries.join("\n");
  const failure = new OutcropError("upstream_error", poison, { requestId: poison, cause: new Error(poison) });
  return Object.assign(failure, { config, env, headers: { authorization: `Bearer ${canaries[0]}` } });
}

/** What is left of a canary when its mark (`sk-`, `Bearer `) is taken away is as secret. */
function leaksIn(text: string): readonly string[] {
  const bare = canaries.map((canary) => canary.replace(/^(?:sk-|Bearer )/, ""));
  const spellings = [...canaries, ...bare].flatMap((canary) => [
    canary,
    encodeURIComponent(canary),
    JSON.stringify(canary).slice(1, -1),
  ]);
  return spellings.filter((spelling) => text.includes(spelling));
}

function redactorOfConfig() {
  const redactor = createRedactor();
  redactor.register(known);
  return redactor;
}

test("the canaries are planted: without a redactor they would be seen", () => {
  expect(new Set(known).size).toBeGreaterThanOrEqual(8);
  expect(leaksIn(JSON.stringify(poisonedRecord())).length).toBeGreaterThanOrEqual(canaries.length);
});

describe.each(["text", "json"] as const)("logs as %s", (format) => {
  test.each(logLevels)("at level %s", async (level) => {
    const lines: string[] = [];
    const logger = await createLogger({
      level,
      format,
      redactor: redactorOfConfig(),
      write: (line) => lines.push(line),
    });
    const litellm = litellmSettings();
    const redactor = redactorOfConfig();
    const telemetry = await createTelemetry({
      config: { litellm },
      env,
      logger,
      redactor,
      modelOf: () => undefined,
    });
    telemetry.observer.finished(poisonedRecord());
    for (const each of logLevels)
      logger.log(each, canaries.join(" "), { error: poisonedError(), config, env });
    await telemetry.close();
    expect(lines.length).toBeGreaterThan(0);
    expect(leaksIn(lines.join(""))).toEqual([]);
  });
});

test("metrics, spans and summaries", async () => {
  const receiver = await startReceiver();
  const callbacks = ["prometheus", "otel", "generic_api"] as const;
  const telemetry = await createTelemetry({
    config: { litellm: litellmSettings({ callbacks }) },
    env: { ...env, GENERIC_LOGGER_ENDPOINT: receiver.url, OTEL_ENDPOINT: receiver.url },
    logger: { log: () => undefined, flush: () => Promise.resolve() },
    redactor: redactorOfConfig(),
    modelOf: () => canaries.join("-"),
  });
  telemetry.observer.started?.(poisonedRecord());
  telemetry.observer.finished(poisonedRecord());
  const poison = canaries.join(" ");
  const of = { deploymentId: poison, group: poison };
  telemetry.metrics?.onRouterEvent({ type: "cooled-down", seconds: 5, code: "internal", ...of });
  telemetry.metrics?.onRouterEvent({ type: "fallback-taken", from: poison, to: poison, code: "internal" });
  const { body } = (await telemetry.metrics?.render()) ?? { body: "" };
  await telemetry.close();
  await receiver.close();
  expect(body).toContain("[redacted]");
  expect(leaksIn(body)).toEqual([]);
  expect(receiver.received.length).toBe(2);
  for (const { text } of receiver.received) expect(text).toContain("[redacted]");
  expect(leaksIn(receiver.received.map(({ text }) => text).join(""))).toEqual([]);
});

test("the headers of receivers become known secrets themselves", async () => {
  const redactor = createRedactor();
  const telemetry = await createTelemetry({
    config: { litellm: litellmSettings({ callbacks: ["otel", "generic_api"] }) },
    env: {
      OTEL_HEADERS: "x-team=canary-otel-header",
      OTEL_ENDPOINT: "http://127.0.0.1:1",
      GENERIC_LOGGER_ENDPOINT: "http://127.0.0.1:1",
      GENERIC_LOGGER_HEADERS: "x-team=canary-generic-header",
    },
    logger: { log: () => undefined, flush: () => Promise.resolve() },
    redactor,
    modelOf: () => undefined,
  });
  await telemetry.close();
  expect(redactor.text("canary-otel-header canary-generic-header")).toBe("[redacted] [redacted]");
});
