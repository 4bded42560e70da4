import type { FailureClass } from "../config/gateway-config.ts";

/**
 * What the router has learnt of its deployments. It is told facts and gives views; decisions are made elsewhere.
 * Both are synchronous, as they lie on the path of every request: one that is shared between replicas answers from
 * a local copy, and exchanges facts behind it.
 */
export interface RouterState {
  /** The deployment as it is known at `now`, in milliseconds since the epoch; one never seen is idle and healthy. */
  view(id: string, now: number): DeploymentView;
  record(id: string, fact: DeploymentFact, now: number): void;
  /** Forgets the deployments that aren't kept, as soon as nothing is under way to them. */
  retain(keep: (id: string) => boolean): void;
}

export interface DeploymentView {
  /** Calls that wait for a slot or an answer, or whose stream still runs. */
  readonly inFlight: number;
  /** Milliseconds since the epoch; in the past: the deployment may be called. */
  readonly coolUntil: number;
  /** What happened in the running minute of the clock. */
  readonly minute: MinuteView;
  /** The latest samples, the newest last. */
  readonly latencies: readonly LatencySample[];
}

export interface MinuteView {
  /** Calls that were given to the deployment. */
  readonly requests: number;
  /** Tokens of the calls that ended in it. */
  readonly tokens: number;
  readonly successes: number;
  readonly failures: number;
  readonly failuresByClass: Readonly<Partial<Record<FailureClass, number>>>;
}

export interface LatencySample {
  readonly at: number;
  /** To the first event of a stream, or for each token of a whole answer. */
  readonly kind: LatencyKind;
  readonly ms: number;
}

export type LatencyKind = "first-event" | "token";

/** What happens to a deployment. Every `picked` is followed by exactly one `released`. */
export type DeploymentFact =
  | { readonly type: "picked" }
  | { readonly type: "measured"; readonly kind: LatencyKind; readonly ms: number }
  | { readonly type: "succeeded"; readonly tokens: number }
  | { readonly type: "failed"; readonly failureClass: FailureClass }
  | { readonly type: "cooled-down"; readonly until: number }
  | { readonly type: "released" };
