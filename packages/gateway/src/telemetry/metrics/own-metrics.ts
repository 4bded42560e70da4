import { Counter, type Registry } from "@prometheus-io/client";
import type { MetricLabels } from "./metric-labels.ts";
import type { RequestObserver, RequestRecord } from "../request-record.ts";

/** What LiteLLM has no metric for: how streams end, and what it took to answer. */
export function createOwnMetrics(registry: Registry, labels: MetricLabels): RequestObserver {
  const counter = <Name extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Name[] = [],
  ) =>
    new Counter({
      name: `outcrop_${name}_total`,
      help,
      labelNames: ["requested_model", ...labelNames],
      registers: [registry],
    });
  const endings = counter("stream_endings", "Streams by their end: finished, failed or cancelled", [
    "ending",
  ]);
  const failures = counter("failures", "Failed requests, by the code of the error table", ["code"]);
  const warnings = counter("warnings", "What was dropped, clamped, replaced or read leniently");
  const retries = counter("retries", "Calls that were sent again");
  const cacheHits = counter("cache_hits", "Answers out of the response cache");
  return {
    finished(record) {
      const named = { requested_model: labels.model(record.modelGroup) };
      const ending = endingOf(record);
      if (ending !== undefined) endings.inc({ ...named, ending });
      if (record.errorCode !== undefined) failures.inc({ ...named, code: record.errorCode });
      if (record.warnings.length > 0) warnings.inc(named, record.warnings.length);
      if (record.attemptedRetries > 0) retries.inc(named, record.attemptedRetries);
      if (record.cacheHit) cacheHits.inc(named);
    },
  };
}

/** Only a stream that has begun can end; before that it is a failed request like any other. */
function endingOf({
  stream,
  status,
  errorCode,
}: RequestRecord): "finished" | "failed" | "cancelled" | undefined {
  if (!stream) return undefined;
  if (errorCode === "cancelled") return "cancelled";
  if (status >= 400) return undefined;
  return errorCode === undefined ? "finished" : "failed";
}
