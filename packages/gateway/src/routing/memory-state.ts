import type { FailureClass } from "../config/gateway-config.ts";
import type { DeploymentFact, DeploymentView, LatencySample, RouterState } from "./state.ts";

interface Minute {
  /** Minutes since the epoch. */
  readonly number: number;
  requests: number;
  tokens: number;
  successes: number;
  failures: number;
  readonly failuresByClass: Partial<Record<FailureClass, number>>;
}

interface Deployment {
  inFlight: number;
  coolUntil: number;
  minute: Minute;
  readonly latencies: LatencySample[];
  kept: boolean;
}

/** How many latencies of a deployment are remembered, at the most. */
const maxLatencies = 100;

/** State of this process alone. */
export function createMemoryState(): RouterState {
  const deployments = new Map<string, Deployment>();

  function at(id: string, now: number): Deployment {
    let deployment = deployments.get(id);
    if (!deployment) {
      deployment = { inFlight: 0, coolUntil: 0, minute: emptyMinute(now), latencies: [], kept: true };
      deployments.set(id, deployment);
    }
    if (deployment.minute.number !== minuteOf(now)) deployment.minute = emptyMinute(now);
    return deployment;
  }

  return {
    view: (id, now): DeploymentView => (deployments.has(id) ? at(id, now) : idle(now)),
    record(id, fact, now) {
      const deployment = at(id, now);
      apply(deployment, fact, now);
      if (!deployment.kept && deployment.inFlight === 0) deployments.delete(id);
    },
    retain(keep) {
      for (const [id, deployment] of deployments) {
        deployment.kept = keep(id);
        if (!deployment.kept && deployment.inFlight === 0) deployments.delete(id);
      }
    },
  };
}

function apply(deployment: Deployment, fact: DeploymentFact, now: number): void {
  const { minute, latencies } = deployment;
  switch (fact.type) {
    case "picked":
      deployment.inFlight += 1;
      minute.requests += 1;
      return;
    case "measured":
      latencies.push({ at: now, kind: fact.kind, ms: fact.ms });
      if (latencies.length > maxLatencies) latencies.shift();
      return;
    case "succeeded":
      minute.successes += 1;
      minute.tokens += fact.tokens;
      return;
    case "failed":
      minute.failures += 1;
      minute.failuresByClass[fact.failureClass] = (minute.failuresByClass[fact.failureClass] ?? 0) + 1;
      return;
    case "cooled-down":
      deployment.coolUntil = Math.max(deployment.coolUntil, fact.until);
      return;
    case "released":
      deployment.inFlight -= 1;
  }
}

const minuteMs = 60_000;

function minuteOf(now: number): number {
  return Math.floor(now / minuteMs);
}

/** When the running minute of the clock ends, in milliseconds since the epoch. */
export function endOfMinute(now: number): number {
  return (minuteOf(now) + 1) * minuteMs;
}

function emptyMinute(now: number): Minute {
  return { number: minuteOf(now), requests: 0, tokens: 0, successes: 0, failures: 0, failuresByClass: {} };
}

function idle(now: number): DeploymentView {
  return { inFlight: 0, coolUntil: 0, minute: emptyMinute(now), latencies: [] };
}
