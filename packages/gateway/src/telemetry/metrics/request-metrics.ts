import { Counter, Gauge, Histogram, type Registry } from "@prometheus-io/client";
import { latencyBuckets, overheadBuckets } from "./metric-buckets.ts";
import { type MetricLabels, exceptionLabels, statusOf } from "./metric-labels.ts";
import type { RequestObserver, RequestRecord } from "../request-record.ts";

/** LiteLLM's metrics of requests. Seconds, as there. */
export function createRequestMetrics(registry: Registry, labels: MetricLabels): RequestObserver {
  const registers = [registry];
  const inFlight = new Gauge({
    name: "litellm_in_flight_requests",
    help: "Requests that are being answered",
    registers,
  });
  const countRequest = createRequestCounters(registry, labels);
  const countTokens = createTokenCounters(registry, labels);
  const measure = createLatencies(registry, labels);
  return {
    started: () => inFlight.inc(),
    finished(record) {
      inFlight.dec();
      // Probes and lists that went well would drown what matters.
      if (record.dialect === undefined && record.status < 400) return;
      countRequest(record);
      countTokens(record);
      measure(record);
    },
  };
}

function createRequestCounters(registry: Registry, labels: MetricLabels): (record: RequestRecord) => void {
  const registers = [registry];
  const all = new Counter({
    name: "litellm_proxy_total_requests_metric_total",
    help: "Requests from clients",
    labelNames: ["hashed_api_key", "requested_model", "route", "status_code"],
    registers,
  });
  const failed = new Counter({
    name: "litellm_proxy_failed_requests_metric_total",
    help: "Requests that failed, also after the answer had begun",
    labelNames: ["hashed_api_key", "requested_model", "route", "exception_status", "exception_class"],
    registers,
  });
  const toModels = new Counter({
    name: "litellm_requests_metric_total",
    help: "Requests that a model was called for",
    labelNames: ["hashed_api_key", "requested_model", "model"],
    registers,
  });
  const fallbacks = new Counter({
    name: "litellm_deployment_successful_fallbacks_total",
    help: "Requests that another group has answered",
    labelNames: ["requested_model", "fallback_model"],
    registers,
  });
  return (record) => {
    const requested = {
      hashed_api_key: labels.key(record.keyHash),
      requested_model: labels.model(record.modelGroup),
    };
    const route = labels.route(record.route);
    all.inc({ ...requested, route, status_code: statusOf(record) });
    if (record.errorCode !== undefined)
      failed.inc({ ...requested, route, ...exceptionLabels(record.errorCode) });
    if (isFromModel(record)) toModels.inc({ ...requested, model: labels.model(record.deploymentModel) });
    if (record.attemptedFallbacks > 0 && record.errorCode === undefined) {
      fallbacks.inc({
        requested_model: requested.requested_model,
        fallback_model: labels.model(record.fallbackGroup),
      });
    }
  };
}

/** What a cached answer would have cost is not counted: nobody was asked for it. */
function isFromModel({ deploymentId, cacheHit }: RequestRecord): boolean {
  return deploymentId !== undefined && !cacheHit;
}

function createTokenCounters(registry: Registry, labels: MetricLabels): (record: RequestRecord) => void {
  const counter = (kind: string, help: string) =>
    new Counter({
      name: `litellm_${kind}_tokens_metric_total`,
      help,
      labelNames: ["hashed_api_key", "requested_model", "model"],
      registers: [registry],
    });
  const input = counter("input", "Tokens of prompts, as AWS counted them");
  const output = counter("output", "Tokens of answers, as AWS counted them");
  const total = counter("total", "Tokens of prompts and answers, as AWS counted them");
  return (record) => {
    const { usage } = record;
    if (!usage || !isFromModel(record)) return;
    const named = {
      hashed_api_key: labels.key(record.keyHash),
      requested_model: labels.model(record.modelGroup),
      model: labels.model(record.deploymentModel),
    };
    input.inc(named, usage.promptTokens);
    output.inc(named, usage.completionTokens);
    total.inc(named, usage.promptTokens + usage.completionTokens);
  };
}

function createLatencies(registry: Registry, labels: MetricLabels): (record: RequestRecord) => void {
  const histogram = (name: string, help: string, buckets: readonly number[] = latencyBuckets) =>
    new Histogram({
      name,
      help,
      labelNames: ["requested_model", "model"],
      buckets: [...buckets],
      registers: [registry],
    });
  const total = histogram(
    "litellm_request_total_latency_metric",
    "Seconds from a request to the end of its answer",
  );
  const upstream = histogram("litellm_llm_api_latency_metric", "Seconds spent waiting for AWS");
  const firstToken = histogram(
    "litellm_llm_api_time_to_first_token_metric",
    "Seconds from a request to the first event of its stream",
  );
  const overhead = histogram(
    "litellm_overhead_latency_metric",
    "Seconds of a request that the gateway itself took",
    overheadBuckets,
  );
  const perToken = histogram(
    "litellm_deployment_latency_per_output_token",
    "Seconds spent waiting for AWS for each token of the answer",
    overheadBuckets,
  );
  return (record) => {
    const { totalMs, firstEventMs, upstreamMs, usage } = record;
    const named = {
      requested_model: labels.model(record.modelGroup),
      model: labels.model(record.deploymentModel),
    };
    total.observe(named, totalMs / 1000);
    if (!isFromModel(record)) return;
    if (record.stream && firstEventMs !== undefined) firstToken.observe(named, firstEventMs / 1000);
    if (upstreamMs === undefined) return;
    upstream.observe(named, upstreamMs / 1000);
    overhead.observe(named, Math.max(0, totalMs - upstreamMs) / 1000);
    if (usage && usage.completionTokens > 0)
      perToken.observe(named, upstreamMs / 1000 / usage.completionTokens);
  };
}
