import { Registry } from "@prometheus-io/client";
import type { MetricSnapshot, RenderedMetrics } from "./metrics.ts";

/** What several processes have counted, as one. */
export function addSnapshots(snapshots: readonly MetricSnapshot[]): Promise<MetricSnapshot> {
  return sum(snapshots).getMetricsAsJSON();
}

/** The same, as `GET /metrics` shows it. */
export async function renderSnapshots(snapshots: readonly MetricSnapshot[]): Promise<RenderedMetrics> {
  const registry = sum(snapshots);
  return { contentType: registry.contentType, body: await registry.metrics() };
}

function sum(snapshots: readonly MetricSnapshot[]): Registry {
  return Registry.aggregate(snapshots.map((snapshot) => [...snapshot]));
}
