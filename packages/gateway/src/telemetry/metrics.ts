import { type MetricObjectWithValues, type MetricValue, Registry } from "@prometheus-io/client";
import type { RouterEvent } from "../routing/router-event.ts";
import { createDeploymentMetrics } from "./metrics/deployment-metrics.ts";
import { type MetricLabelOptions, createMetricLabels } from "./metrics/metric-labels.ts";
import { createOwnMetrics } from "./metrics/own-metrics.ts";
import { createRequestMetrics } from "./metrics/request-metrics.ts";
import type { RequestObserver } from "./request-record.ts";
import { together } from "./tell-together.ts";

/** Everything that one process has counted, as values that can be sent and added up. */
export type MetricSnapshot = readonly MetricObjectWithValues<MetricValue<string>>[];

/** `GET /metrics`. */
export interface RenderedMetrics {
  readonly contentType: string;
  readonly body: string;
}

/** Prometheus metrics, under LiteLLM's names and our own. */
export interface Metrics {
  readonly observer: RequestObserver;
  onRouterEvent(event: RouterEvent): void;
  snapshot(): Promise<MetricSnapshot>;
  render(): Promise<RenderedMetrics>;
}

export interface MetricsOptions extends MetricLabelOptions {
  /** The model string of a deployment, by its id. */
  readonly modelOf: (deploymentId: string) => string | undefined;
  /** Told of events that could not be counted; default: nobody is. */
  readonly onFault?: (error: unknown) => void;
}

export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  const labels = createMetricLabels(options);
  const requests = createRequestMetrics(registry, labels);
  const own = createOwnMetrics(registry, labels);
  const events = together(
    createDeploymentMetrics(registry, { labels, modelOf: options.modelOf }),
    options.onFault ?? ignore,
  );
  return {
    observer: {
      started: (start) => requests.started?.(start),
      finished(record) {
        requests.finished(record);
        own.finished(record);
      },
    },
    onRouterEvent: events.push,
    snapshot() {
      events.flush();
      return registry.getMetricsAsJSON();
    },
    async render() {
      events.flush();
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}

function ignore(): void {}
