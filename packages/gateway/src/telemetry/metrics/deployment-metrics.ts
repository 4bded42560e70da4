import { Counter, Gauge, type Registry } from "@prometheus-io/client";
import type { RouterEvent } from "../../routing/router-event.ts";
import { type MetricLabels, exceptionLabels } from "./metric-labels.ts";

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
  const onDeployment = createAttemptMetrics(registry, labels);
  const onFallback = createFallbackMetrics(registry, labels);
  return (event) => {
    if (!("deploymentId" in event)) return onFallback(event);
    onDeployment(event, {
      litellm_model_name: labels.model(modelOf(event.deploymentId)),
      model_id: labels.model(event.deploymentId),
      api_provider: "bedrock",
    });
  };
}

type DeploymentLabels = Record<(typeof deploymentNames)[number], string>;
type DeploymentEvent = Extract<RouterEvent, { deploymentId: string }>;

function createAttemptMetrics(
  registry: Registry,
  labels: MetricLabels,
): (event: DeploymentEvent, deployment: DeploymentLabels) => void {
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
    new Counter({ name: `${name}_total`, help, labelNames, registers });
  const ofGroup = [...deploymentNames, "requested_model"] as const;
  const ofFailure = [...ofGroup, ...exceptionNames] as const;
  const total = counter("litellm_deployment_total_requests", "Calls to a deployment", ofGroup);
  const succeeded = counter("litellm_deployment_success_responses", "Calls that it has answered", ofGroup);
  const failed = counter("litellm_deployment_failure_responses", "Calls that failed", ofFailure);
  const cooledDown = counter("litellm_deployment_cooled_down", "How often it was cooled down", ofFailure);
  const coldWaits = counter("outcrop_cold_waits", "Waits for a model that was being restored", ofGroup);
  const coldSeconds = counter("outcrop_cold_wait_seconds", "Seconds that these were to last", ofGroup);

  return (event, deployment) => {
    const ofCall = { ...deployment, requested_model: labels.model(event.group) };
    if (event.type === "attempt-started") total.inc(ofCall);
    if (event.type === "attempt-succeeded") {
      succeeded.inc(ofCall);
      current.set(deployment, state.healthy);
    }
    if (event.type === "attempt-failed") {
      failed.inc({ ...ofCall, ...exceptionLabels(event.error.code) });
      current.set(deployment, state.failing);
    }
    if (event.type === "cooled-down") {
      cooledDown.inc({ ...ofCall, ...exceptionLabels(event.code) });
      current.set(deployment, state.cooledDown);
    }
    if (event.type === "cold-start-waiting") {
      coldWaits.inc(ofCall);
      coldSeconds.inc(ofCall, event.progress.nextTryMs / 1000);
    }
  };
}

type FallbackEvent = Exclude<RouterEvent, { deploymentId: string }>;

/** Which fallback has answered is known only at the end of the request: {@link createRequestMetrics} counts those. */
function createFallbackMetrics(registry: Registry, labels: MetricLabels): (event: FallbackEvent) => void {
  const registers = [registry];
  const taken = new Counter({
    name: "outcrop_fallbacks_total",
    help: "Tries of another group, and why it came to that",
    labelNames: ["requested_model", "fallback_model", ...exceptionNames],
    registers,
  });
  const failed = new Counter({
    name: "litellm_deployment_failed_fallbacks_total",
    help: "Requests that no other group could answer",
    labelNames: ["requested_model", ...exceptionNames],
    registers,
  });
  return (event) => {
    const exception = exceptionLabels(event.code);
    if (event.type === "fallbacks-exhausted") {
      failed.inc({ requested_model: labels.model(event.group), ...exception });
      return;
    }
    const models = { requested_model: labels.model(event.from), fallback_model: labels.model(event.to) };
    taken.inc({ ...models, ...exception });
  };
}
