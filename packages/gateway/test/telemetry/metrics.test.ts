import { OutcropError, errorTable, type ErrorCode } from "@outcrop/sdk";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Metrics, createMetrics } from "../../src/telemetry/metrics.ts";
import { addSnapshots, renderSnapshots } from "../../src/telemetry/metric-sums.ts";
import { exceptionClassOf } from "../../src/telemetry/metrics/exception-class.ts";
import { createLabelBound } from "../../src/telemetry/metrics/label-bound.ts";
import { createRedactor } from "../../src/telemetry/redact.ts";
import type { RequestRecord } from "../../src/telemetry/request-record.ts";
import type { RouterEvent } from "../../src/routing/router-event.ts";
import { record } from "./records.ts";
import { samplesOf } from "./samples.ts";

function create(redactKeys = false): Metrics {
  return createMetrics({ redactor: createRedactor(), redactKeys, modelOf: (id) => `bedrock/${id}` });
}

async function samples(metrics: Metrics) {
  return samplesOf((await metrics.render()).body);
}

async function afterRequests(...records: readonly Partial<RequestRecord>[]) {
  const metrics = create();
  for (const own of records) {
    metrics.observer.started?.(record(own));
    metrics.observer.finished(record(own));
  }
  return samples(metrics);
}

async function afterEvents(...events: readonly RouterEvent[]) {
  const metrics = create();
  for (const event of events) metrics.onRouterEvent(event);
  return samples(metrics);
}

const requested = 'hashed_api_key="hash-of-key",requested_model="qwen"';
const model = 'model="bedrock/qwen3/arn:aws:bedrock:us-east-1:123456789012:imported-model/abc"';

describe("requests", () => {
  test("are counted under LiteLLM's names", async () => {
    const found = await afterRequests({}, {}, { status: 502, errorCode: "upstream_error", usage: undefined });
    const route = 'route="/v1/chat/completions"';
    expect(found).toMatchObject({
      [`litellm_proxy_total_requests_metric_total{${requested},${route},status_code="200"}`]: 2,
      [`litellm_proxy_total_requests_metric_total{${requested},${route},status_code="502"}`]: 1,
      [`litellm_proxy_failed_requests_metric_total{${requested},${route},exception_status="502",exception_class="BadGatewayError"}`]: 1,
      [`litellm_requests_metric_total{${requested},${model}}`]: 3,
      [`litellm_input_tokens_metric_total{${requested},${model}}`]: 24,
      [`litellm_output_tokens_metric_total{${requested},${model}}`]: 68,
      [`litellm_total_tokens_metric_total{${requested},${model}}`]: 92,
      litellm_in_flight_requests: 0,
    });
  });

  test("are measured in seconds", async () => {
    const found = await afterRequests({ totalMs: 2000, firstEventMs: 500, upstreamMs: 1750 });
    const labels = `{requested_model="qwen",${model}}`;
    expect(found).toMatchObject({
      [`litellm_request_total_latency_metric_sum${labels}`]: 2,
      [`litellm_llm_api_latency_metric_sum${labels}`]: 1.75,
      [`litellm_llm_api_time_to_first_token_metric_sum${labels}`]: 0.5,
      [`litellm_overhead_latency_metric_sum${labels}`]: 0.25,
      [`litellm_deployment_latency_per_output_token_sum${labels}`]: 1.75 / 34,
    });
  });

  test("in flight go up and down", async () => {
    const metrics = create();
    for (const callId of ["a", "b", "c"]) metrics.observer.started?.(record({ callId }));
    metrics.observer.finished(record({ callId: "a" }));
    expect(await samples(metrics)).toMatchObject({ litellm_in_flight_requests: 2 });
  });

  test("that are no model's work are counted only where they fail", async () => {
    const probe = {
      dialect: undefined,
      modelGroup: undefined,
      deploymentId: undefined,
      stream: false,
      usage: undefined,
    };
    const found = await afterRequests({ ...probe }, { ...probe, status: 401, errorCode: "authentication" });
    const counted = Object.keys(found).filter((name) => name.startsWith("litellm_proxy_total_requests"));
    expect(counted).toHaveLength(1);
    expect(counted[0]).toContain('status_code="401"');
  });

  test("out of the cache cost no tokens and call no model", async () => {
    const found = await afterRequests({ cacheHit: true, upstreamMs: undefined });
    expect(found).toMatchObject({ 'outcrop_cache_hits_total{requested_model="qwen"}': 1 });
    expect(
      Object.keys(found).filter((name) => /_tokens_metric|litellm_requests_metric|llm_api/.test(name)),
    ).toEqual([]);
  });

  test.each<[string, Partial<RequestRecord>, string | undefined]>([
    ["to its end", {}, "finished"],
    ["to a failure", { errorCode: "stream_incomplete" }, "failed"],
    ["to the client's leaving", { errorCode: "cancelled" }, "cancelled"],
    ["to the client's leaving before it began", { errorCode: "cancelled", status: 499 }, "cancelled"],
    ["not at all, when it fails before it begins", { errorCode: "throttled", status: 429 }, undefined],
    ["not at all, when none was asked for", { stream: false }, undefined],
  ])("a stream comes %s", async (_name, own, ending) => {
    const found = await afterRequests(own);
    const endings = Object.keys(found).filter((name) => name.startsWith("outcrop_stream_endings_total"));
    expect(endings).toEqual(
      ending === undefined ? [] : [`outcrop_stream_endings_total{requested_model="qwen",ending="${ending}"}`],
    );
  });

  test("show what it took to answer them", async () => {
    const found = await afterRequests({ attemptedRetries: 2, warnings: ["a", "b", "c"] });
    expect(found).toMatchObject({
      'outcrop_retries_total{requested_model="qwen"}': 2,
      'outcrop_warnings_total{requested_model="qwen"}': 3,
    });
  });
});

describe("deployments", () => {
  const deployment = 'litellm_model_name="bedrock/d1",model_id="d1",api_provider="bedrock"';
  const call = `${deployment},requested_model="qwen"`;
  const of = { deploymentId: "d1", group: "qwen" };
  const ended = { ...of, totalMs: 10, firstEventMs: 1 };
  const started = { type: "attempt-started", attempt: 1, ...of } as const;
  const success = { type: "attempt-succeeded", usage: undefined, ...ended } as const;
  const failure = (code: ErrorCode) =>
    ({ type: "attempt-failed", error: new OutcropError(code, code), ...ended }) as const;
  const cooldown = { type: "cooled-down", code: "upstream_error", seconds: 5, ...of } as const;

  test("are counted by how their calls end", async () => {
    const left = { type: "attempt-left", ...ended } as const;
    const found = await afterEvents(started, failure("throttled"), started, success, started, left);
    expect(found).toMatchObject({
      [`litellm_deployment_total_requests_total{${call}}`]: 3,
      [`litellm_deployment_success_responses_total{${call}}`]: 1,
      [`litellm_deployment_failure_responses_total{${call},exception_status="429",exception_class="RateLimitError"}`]: 1,
    });
  });

  test.each<[string, readonly RouterEvent[], number]>([
    ["well", [failure("upstream_error"), success], 0],
    ["failing", [success, failure("upstream_error")], 1],
    ["cooled down", [failure("upstream_error"), cooldown], 2],
    ["well after a cooldown", [cooldown, success], 0],
  ])("are %s", async (_name, events, state) => {
    expect(await afterEvents(...events)).toMatchObject({
      [`litellm_deployment_state{${deployment}}`]: state,
    });
  });

  test("show their cooldowns and cold waits", async () => {
    const wait = (waitedMs: number, nextTryMs: number) =>
      ({
        type: "cold-start-waiting",
        progress: { modelId: "m", attempt: 1, waitedMs, nextTryMs },
        ...of,
      }) as const;
    const found = await afterEvents(cooldown, wait(0, 10_000), wait(10_000, 32_000));
    expect(found).toMatchObject({
      [`litellm_deployment_cooled_down_total{${call},exception_status="502",exception_class="BadGatewayError"}`]: 1,
      [`outcrop_cold_waits_total{${call}}`]: 2,
      [`outcrop_cold_wait_seconds_total{${call}}`]: 42,
    });
  });

  test("fall back", async () => {
    const code = "context_window_exceeded";
    const found = await afterEvents(
      { type: "fallback-taken", from: "qwen", to: "llama", code },
      { type: "fallback-taken", from: "qwen", to: "llama", code },
      { type: "fallbacks-exhausted", group: "qwen", code },
    );
    const why = 'exception_status="400",exception_class="ContextWindowExceededError"';
    expect(found).toMatchObject({
      [`outcrop_fallbacks_total{requested_model="qwen",fallback_model="llama",${why}}`]: 2,
      [`litellm_deployment_failed_fallbacks_total{requested_model="qwen",${why}}`]: 1,
    });
  });

  test("that stand in for others are counted by the request that they answered", async () => {
    const answered = { attemptedFallbacks: 1, fallbackGroup: "llama" };
    const found = await afterRequests(answered, { ...answered, status: 502, errorCode: "upstream_error" });
    const labels = 'requested_model="qwen",fallback_model="llama"';
    expect(found).toMatchObject({ [`litellm_deployment_successful_fallbacks_total{${labels}}`]: 1 });
  });
});

describe("labels", () => {
  test("are bounded, whatever clients send", async () => {
    const metrics = create();
    for (let index = 0; index < 3000; index++) {
      metrics.observer.finished(
        record({ modelGroup: `model-${index}`, keyHash: `key-${index}`, route: `/${index}` }),
      );
    }
    const found = Object.keys(await samples(metrics));
    const models = new Set(found.map((name) => /requested_model="([^"]*)"/.exec(name)?.[1]));
    const keys = new Set(found.map((name) => /hashed_api_key="([^"]*)"/.exec(name)?.[1]));
    const routes = new Set(found.map((name) => /route="([^"]*)"/.exec(name)?.[1]));
    expect(models.has("other")).toBe(true);
    expect(models.size).toBeLessThanOrEqual(502);
    expect(keys.size).toBeLessThanOrEqual(1002);
    expect(routes.size).toBeLessThanOrEqual(102);
  });

  test("a bound lets the first values through, for good", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.integer({ min: 1, max: 5 }), (values, limit) => {
        const bound = createLabelBound(limit, (value) => `clean ${value}`);
        const first = new Set([...new Set(values)].slice(0, limit));
        for (const value of values) expect(bound(value)).toBe(first.has(value) ? `clean ${value}` : "other");
      }),
    );
  });

  test("tell no keys apart where that is asked for", async () => {
    const metrics = create(true);
    metrics.observer.finished(record());
    expect((await metrics.render()).body).not.toContain("hash-of-key");
  });

  test.each(Object.keys(errorTable) as ErrorCode[])("%s is a class that LiteLLM has", (code) => {
    expect(exceptionClassOf(code)).toMatch(/^[A-Z]\w*(?:Error|Timeout)$|^Timeout$/);
  });
});

describe("several processes", () => {
  test("add up to what one would have counted", async () => {
    const workers = [create(), create(), create()];
    const alone = create();
    for (const [index, worker] of workers.entries()) {
      for (const metrics of [worker, alone]) {
        metrics.observer.started?.(record());
        metrics.observer.finished(record({ totalMs: 100 * (index + 1), keyHash: `key-${index % 2}` }));
        metrics.onRouterEvent({ type: "attempt-started", attempt: 1, deploymentId: "d1", group: "qwen" });
      }
    }
    // As they come through the channel between processes.
    const sent = await Promise.all(workers.map(async (worker) => JSON.stringify(await worker.snapshot())));
    const summed = await renderSnapshots(sent.map((text) => JSON.parse(text)));
    expect(samplesOf(summed.body)).toEqual(await samples(alone));
    expect(summed.contentType).toBe((await alone.render()).contentType);
  });

  test("add up in steps to the same", async () => {
    const one = create();
    one.observer.finished(record());
    const snapshot = await one.snapshot();
    const twice = await addSnapshots([await addSnapshots([snapshot, snapshot]), snapshot]);
    expect(samplesOf((await renderSnapshots([twice])).body)).toEqual(
      samplesOf((await renderSnapshots([snapshot, snapshot, snapshot])).body),
    );
  });

  test("agree on the gravest state of a deployment", async () => {
    const [well, failing] = [create(), create()];
    const ended = { deploymentId: "d1", group: "qwen", totalMs: 1, firstEventMs: 1 };
    well.onRouterEvent({ type: "attempt-succeeded", usage: undefined, ...ended });
    failing.onRouterEvent({ type: "cooled-down", seconds: 5, code: "throttled", ...ended });
    const { body } = await renderSnapshots([await well.snapshot(), await failing.snapshot()]);
    expect(
      Object.entries(samplesOf(body)).find(([name]) => name.startsWith("litellm_deployment_state"))?.[1],
    ).toBe(2);
  });
});

test("the text is Prometheus's: each metric has its help and its type", async () => {
  const metrics = create();
  metrics.observer.finished(record());
  const { contentType, body } = await metrics.render();
  expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  for (const [, name] of body.matchAll(/^# TYPE (\S+) (?:counter|gauge|histogram)$/gm)) {
    expect(name).toMatch(/^(?:litellm|outcrop)_[a-z_]+$/);
    expect(body).toContain(`# HELP ${name} `);
  }
});
