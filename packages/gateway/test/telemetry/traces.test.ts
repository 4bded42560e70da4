import { isJsonObject } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import { createRedactor } from "../../src/telemetry/redact.ts";
import type { RequestRecord } from "../../src/telemetry/request-record.ts";
import { createTracing } from "../../src/telemetry/traces.ts";
import { parseTraceSettings } from "../../src/telemetry/traces/trace-settings.ts";
import { startReceiver } from "./receiver.ts";
import { record } from "./records.ts";

const endedAt = 1_700_000_000_000;

/** A span as it went over the wire. */
interface SentSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number };
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

const server = 2;
const client = 3;
const isError = 2;

/** Traces requests to a receiver of our own, and reads what arrived there. */
async function trace(records: readonly Partial<RequestRecord>[], env: Record<string, string> = {}) {
  const receiver = await startReceiver();
  const faults: unknown[] = [];
  const settings = parseTraceSettings({ OTEL_ENDPOINT: receiver.url, ...env });
  const tracing = createTracing({
    settings,
    redactor: createRedactor(),
    onFault: (error) => faults.push(error),
    now: () => endedAt,
  });
  for (const own of records) tracing.observer.finished(record(own));
  await tracing.close();
  await receiver.close();
  return {
    received: receiver.received,
    spans: receiver.received.flatMap(({ text }) => spansOf(text)),
    faults,
  };
}

function spansOf(text: string): readonly SentSpan[] {
  const document = JSON.parse(text) as {
    resourceSpans: readonly { scopeSpans: readonly { spans: readonly SentSpan[] }[] }[];
  };
  return document.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

function attributesOf(span: SentSpan | undefined): Readonly<Record<string, unknown>> {
  return Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, plain(value)]));
}

function plain(value: Readonly<Record<string, unknown>>): unknown {
  const [inner] = Object.values(value);
  if (!isJsonObject(inner) || !Array.isArray(inner.values)) return inner;
  return inner.values.map((item: unknown) => plain(item as Record<string, unknown>));
}

describe("a request", () => {
  test("is a server span with a client span below it", async () => {
    const { spans, received } = await trace([{}]);
    expect(received[0]?.path).toBe("/v1/traces");
    const [below, above] = [
      spans.find(({ kind }) => kind === client),
      spans.find(({ kind }) => kind === server),
    ];
    expect(spans).toHaveLength(2);
    expect(above?.name).toBe("POST /v1/chat/completions");
    expect(below?.name).toBe("chat qwen");
    expect(below?.parentSpanId).toBe(above?.spanId);
    expect(below?.traceId).toBe(above?.traceId);
    expect(attributesOf(above)).toMatchObject({
      "http.request.method": "POST",
      "http.route": "/v1/chat/completions",
      "http.response.status_code": 200,
      "outcrop.call_id": "call-1",
    });
    expect(attributesOf(below)).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "aws.bedrock",
      "gen_ai.request.model": "bedrock/qwen3/arn:aws:bedrock:us-east-1:123456789012:imported-model/abc",
      "gen_ai.usage.input_tokens": 12,
      "gen_ai.usage.output_tokens": 34,
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.response.time_to_first_chunk": 0.31,
      "cloud.region": "us-east-1",
      "aws.request_id": "aws-request-1",
    });
  });

  test("has its own times", async () => {
    const { spans } = await trace([{ totalMs: 1250, upstreamMs: 1000 }]);
    const start = (kind: number) =>
      Number(BigInt(spans.find((span) => span.kind === kind)?.startTimeUnixNano ?? 0) / 1_000_000n);
    expect(start(server)).toBe(endedAt - 1250);
    expect(start(client)).toBe(endedAt - 1000);
    expect(spans.map(({ endTimeUnixNano }) => endTimeUnixNano)).toEqual(Array(2).fill(`${endedAt}000000`));
  });

  test.each<[string, Partial<RequestRecord>, number]>([
    ["out of the cache", { cacheHit: true }, 1],
    ["that reached no deployment", { deploymentId: undefined, status: 400, errorCode: "invalid_request" }, 1],
    ["that a model answered", {}, 2],
  ])("%s is as many spans as took part", async (_name, own, count) => {
    expect((await trace([own])).spans).toHaveLength(count);
  });

  test.each<[string, Partial<RequestRecord>, boolean, boolean]>([
    ["well", {}, false, false],
    ["with a client's mistake", { status: 400, errorCode: "invalid_request" }, false, true],
    ["with a failure", { status: 502, errorCode: "upstream_error" }, true, true],
    ["in the middle of its stream", { errorCode: "stream_incomplete" }, true, true],
    ["because the client left", { errorCode: "cancelled" }, false, true],
  ])("that ends %s has the right status", async (_name, own, serverFails, clientFails) => {
    const { spans } = await trace([own]);
    const fails = (kind: number) => spans.find((span) => span.kind === kind)?.status.code === isError;
    expect([fails(server), fails(client)]).toEqual([serverFails, clientFails]);
  });

  test("of the older API is a text completion", async () => {
    const { spans } = await trace([{ dialect: "openai-completions" }]);
    expect(spans.map(({ name }) => name)).toContain("text_completion qwen");
  });
});

describe("traceparent", () => {
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  const spanId = "00f067aa0ba902b7";

  test("is honoured", async () => {
    const { spans } = await trace([{ traceparent: `00-${traceId}-${spanId}-01` }]);
    expect(spans.map((span) => span.traceId)).toEqual([traceId, traceId]);
    expect(spans.find(({ kind }) => kind === server)?.parentSpanId).toBe(spanId);
  });

  test("may ask not to be traced", async () => {
    expect((await trace([{ traceparent: `00-${traceId}-${spanId}-00` }])).spans).toEqual([]);
  });

  test.each([
    "",
    "nonsense",
    `00-${"0".repeat(32)}-${spanId}-01`,
    `00-${traceId}-${"0".repeat(16)}-01`,
    `00-${traceId}-01`,
  ])("%s is none, and harms nothing", async (traceparent) => {
    const { spans } = await trace([{ traceparent }]);
    expect(spans).toHaveLength(2);
    expect(spans[0]?.traceId).not.toBe(traceId);
    expect(spans.find(({ kind }) => kind === server)?.parentSpanId ?? "").toBe("");
  });
});

describe("a receiver", () => {
  test("that is gone is told of once, and the end comes all the same", async () => {
    const receiver = await startReceiver();
    await receiver.close();
    const { faults } = await trace([{}, {}], {
      OTEL_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_TIMEOUT: "200",
    });
    expect(faults).toHaveLength(1);
  });

  test("is sent no more than the queue holds", async () => {
    const { spans } = await trace(Array.from({ length: 5000 }, () => ({ cacheHit: true })));
    expect(spans.length).toBeLessThan(5000);
    expect(spans.length).toBeGreaterThan(0);
  });

  test("gets the headers, and is told who sends", async () => {
    const { received } = await trace([{}], {
      OTEL_HEADERS: "Authorization=Bearer%20abc,x-team=a=b",
      OTEL_SERVICE_NAME: "my-gateway",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test,k8s.pod.name=p",
    });
    expect(received[0]?.headers).toMatchObject({ authorization: "Bearer abc", "x-team": "a=b" });
    expect(received[0]?.text).toContain('"my-gateway"');
    expect(received[0]?.text).toContain('"deployment.environment.name"');
  });
});

describe("settings", () => {
  test.each<[Record<string, string>, string]>([
    [{}, "http://localhost:4318/v1/traces"],
    [{ OTEL_ENDPOINT: "http://c:4318" }, "http://c:4318/v1/traces"],
    [{ OTEL_ENDPOINT: "http://c:4318/v1/traces" }, "http://c:4318/v1/traces"],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "https://c/otlp/" }, "https://c/otlp/v1/traces"],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://c/as-it-is" }, "https://c/as-it-is"],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: "http://a", OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://b/x" },
      "http://b/x",
    ],
  ])("%o send spans to %s", (env, url) => {
    const settings = parseTraceSettings(env);
    expect(settings.url).toBe(url);
    expect(settings.warnings).toEqual([]);
  });

  test.each<[Record<string, string>, string]>([
    [{}, "otlp"],
    [{ OTEL_EXPORTER: "otlp_http" }, "otlp"],
    [{ OTEL_EXPORTER: "console" }, "console"],
    [{ OTEL_TRACES_EXPORTER: "none" }, "none"],
    [{ OTEL_SDK_DISABLED: "true" }, "none"],
  ])("%o choose the exporter %s", (env, exporter) => {
    expect(parseTraceSettings(env).exporter).toBe(exporter);
  });

  test.each<[Record<string, string>, object]>([
    [{}, { kind: "always_on", parentBased: true }],
    [{ OTEL_TRACES_SAMPLER: "always_off" }, { kind: "always_off", parentBased: false }],
    [
      { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.25" },
      { kind: "traceidratio", ratio: 0.25, parentBased: true },
    ],
  ])("%o choose the sampler %o", (env, sampler) => {
    expect(parseTraceSettings(env).sampler).toMatchObject(sampler);
  });

  test.each([
    { OTEL_EXPORTER: "otlp_grpc" },
    { OTEL_ENDPOINT: "not a url" },
    { OTEL_ENDPOINT: "file:///etc/passwd" },
    { OTEL_TRACES_SAMPLER: "sometimes" },
    { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "7" },
  ])("%o are said to be misunderstood", (env) => {
    expect(parseTraceSettings(env).warnings).toHaveLength(1);
  });

  test("a sampler that keeps nothing keeps nothing", async () => {
    expect((await trace([{}, {}], { OTEL_TRACES_SAMPLER: "always_off" })).spans).toEqual([]);
    const ratio = { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0" };
    expect((await trace([{}, {}], ratio)).spans).toEqual([]);
  });
});
