import type { LastSeen } from "../health/last-seen.ts";
import type { RouterObserver } from "../routing/router-event.ts";
import type { Metrics } from "./metrics.ts";

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
    metrics?.onRouterEvent(event);
  };
}
