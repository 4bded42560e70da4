import { Counter, Gauge, Histogram, type Registry } from "@prometheus-io/client";
import { coldWaitBuckets } from "./metric-buckets.ts";
import { type MetricLabels, exceptionLabels } from "./metric-labels.ts";
import type { RouterEvent } from "../router-event.ts";

/** LiteLLM's states of a deployment. */
const state = { healthy: 0, failing: 1, cooledDown: 2 } as const;

const deploymentNames = ["litellm_model_name", "model_id", "api_provider"] as const;
const exceptionNames = ["exception_status", "exception_class"] as const;

export interface DeploymentMetricOptions {
  readonly labels: MetricLabels;
  /** The model string of a deployment, by its id. */
  readonly modelOf: (deploymentId: string) => string | undefined;
}

/** LiteLLM's metrics of deployments and fallbacks, and our own of models that were being restored. */
export function createDeploymentMetrics(
  registry: Registry,
  { labels, modelOf }: DeploymentMetricOptions,
): (event: RouterEvent) => void {
  const onAttempt = createAttemptMetrics(registry, labels);
  const onFallback = createFallbackMetrics(registry, labels);
  const observeColdWait = createColdWaits(registry);
  return (event) => {
    if ("fallbackGroup" in event) return onFallback(event);
    const deployment = {
      litellm_model_name: labels.model(modelOf(event.deploymentId)),
      model_id: labels.model(event.deploymentId),
      api_provider: "bedrock",
    };
    if ("waitedMs" in event) return observeColdWait(deployment, event.waitedMs / 1000);
    onAttempt(event, deployment);
  };
}

type DeploymentLabels = Record<(typeof deploymentNames)[number], string>;
type AttemptEvent = Extract<RouterEvent, { type: `attempt-${string}` | "cooled-down" }>;

function createAttemptMetrics(
  registry: Registry,
  labels: MetricLabels,
): (event: AttemptEvent, deployment: DeploymentLabels) => void {
  const registers = [registry];
  const current = new Gauge({
    name: "litellm_deployment_state",
    help: "0: the last call went well, 1: it failed, 2: cooled down",
    labelNames: deploymentNames,
    registers,
    // Workers see the same deployment; the gravest of their views counts.
    aggregator: "max",
  });
  const counter = <Name extends string>(name: string, help: string, labelNames: readonly Name[]) =>
    new Counter({ name: `litellm_deployment_${name}_total`, help, labelNames, registers });
  const ofGroup = [...deploymentNames, "requested_model"] as const;
  const total = counter("total_requests", "Calls to a deployment", ofGroup);
  const succeeded = counter("success_responses", "Calls that a deployment has answered", ofGroup);
  const failed = counter("failure_responses", "Calls that failed", [...ofGroup, ...exceptionNames]);
  const cooledDown = counter("cooled_down", "How often a deployment was cooled down", [
    ...deploymentNames,
    "exception_status",
  ]);

  return (event, deployment) => {
    const ofCall = { ...deployment, requested_model: labels.model(event.modelGroup) };
    switch (event.type) {
      case "attempt-started":
        total.inc(ofCall);
        return;
      case "attempt-succeeded":
        succeeded.inc(ofCall);
        current.set(deployment, state.healthy);
        return;
      case "attempt-failed":
        failed.inc({ ...ofCall, ...exceptionLabels(event.code) });
        current.set(deployment, state.failing);
        return;
      case "cooled-down":
        cooledDown.inc({ ...deployment, exception_status: exceptionLabels(event.code).exception_status });
        current.set(deployment, state.cooledDown);
    }
  };
}

type FallbackEvent = Extract<RouterEvent, { type: `fallback-${string}` }>;

function createFallbackMetrics(registry: Registry, labels: MetricLabels): (event: FallbackEvent) => void {
  const counter = (name: string, help: string) =>
    new Counter({
      name: `litellm_deployment_${name}_fallbacks_total`,
      help,
      labelNames: ["requested_model", "fallback_model", ...exceptionNames],
      registers: [registry],
    });
  const successful = counter("successful", "Requests that were handed on to another group");
  const failed = counter("failed", "Requests that no other group could answer");
  return (event) => {
    const counted = event.type === "fallback-taken" ? successful : failed;
    counted.inc({
      requested_model: labels.model(event.modelGroup),
      fallback_model: labels.model(event.fallbackGroup),
      ...exceptionLabels(event.code),
    });
  };
}

function createColdWaits(registry: Registry): (deployment: DeploymentLabels, seconds: number) => void {
  const waits = new Histogram({
    name: "outcrop_cold_wait_seconds",
    help: "Seconds that requests have waited for models that were being restored",
    labelNames: deploymentNames,
    buckets: [...coldWaitBuckets],
    registers: [registry],
  });
  return (deployment, seconds) => waits.observe(deployment, seconds);
}
