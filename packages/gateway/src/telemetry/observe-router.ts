import type { LastSeen } from "../health/last-seen.ts";
import type { RouterEvent as RoutingEvent, RouterObserver } from "../routing/router-event.ts";
import type { Metrics } from "./metrics.ts";
import type { RouterEvent as MetricEvent } from "./router-event.ts";

/** Who is told of the router's work. */
export interface RouterListeners {
  readonly lastSeen: LastSeen;
  readonly metrics: Metrics | undefined;
}

/** Tells metrics and the memory of warmth what the router does. */
export function toRouterObserver({ lastSeen, metrics }: RouterListeners): RouterObserver {
  return (event) => {
    if (event.type === "attempt-succeeded") lastSeen.succeeded(event.deploymentId);
    if (event.type === "attempt-failed") lastSeen.failed(event.deploymentId, event.error.code);
    if (event.type === "cold-start-waiting") lastSeen.failed(event.deploymentId, "model_not_ready");
    const counted = metrics && toMetricEvent(event);
    if (counted) metrics.onRouterEvent(counted);
  };
}

/** What is counted of an event. Each step of a wait for a cold model counts with its own length. */
function toMetricEvent(event: RoutingEvent): MetricEvent | undefined {
  switch (event.type) {
    case "attempt-started":
    case "attempt-succeeded":
      return { type: event.type, deploymentId: event.deploymentId, modelGroup: event.group };
    case "attempt-failed":
      return {
        type: event.type,
        deploymentId: event.deploymentId,
        modelGroup: event.group,
        code: event.error.code,
      };
    case "cooled-down":
      return {
        type: event.type,
        deploymentId: event.deploymentId,
        modelGroup: event.group,
        code: event.code,
      };
    case "fallback-taken":
      return { type: event.type, modelGroup: event.from, fallbackGroup: event.to, code: event.code };
    case "fallbacks-exhausted":
      return { type: "fallback-exhausted", modelGroup: event.group, fallbackGroup: "", code: event.code };
    case "cold-start-waiting":
      return {
        type: "cold-wait",
        deploymentId: event.deploymentId,
        modelGroup: event.group,
        waitedMs: event.progress.nextTryMs,
      };
    case "attempt-left":
      return undefined;
  }
}
