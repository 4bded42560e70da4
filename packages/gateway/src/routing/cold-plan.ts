import { isWarm } from "@outcrop/sdk";
import type { ColdStartPolicy } from "../config/cold-config.ts";
import type { CallRun } from "./call-run.ts";
import { fallbacksFor } from "./fallbacks.ts";
import type { Group, Target } from "./model-groups.ts";

/** How a call treats a model that may have to be restored. */
export interface ColdPlan {
  /** Whether the model scales to zero, and isn't known to be warm. */
  readonly isCold: () => boolean;
  readonly policy: ColdStartPolicy;
  /** Whether the call waits while the model is being restored. */
  readonly waits: boolean;
  /** Milliseconds before a stream that waits is opened; 0: never. */
  readonly graceMs: number;
  /** Milliseconds of silence that count as a refusal; `Infinity` under policies that wait. */
  readonly silenceMs: number;
}

/** A held call says nothing; when it is taken for a cold model's where no grace is set. */
const defaultSilenceMs = 5_000;

export function coldPlanOf(target: Target, group: Group, run: CallRun): ColdPlan {
  const { entry, deployment } = target;
  const { options } = run.call;
  const isCold = () => {
    const state = deployment && run.client.warmthOf?.(deployment)?.state;
    return state !== undefined && !isWarm(state);
  };
  const graceMs = (options.coldStartGrace ?? entry.routing.coldStartGrace) * 1000;
  const wanted = options.coldStart ?? entry.routing.coldStart;
  const isAlone = (wanted === "fallback" || wanted === "race") && !hasStandIn(target, group, run);
  const policy = isAlone ? "wait" : wanted;
  const waits = policy === "wait" || policy === "race";
  return {
    isCold,
    policy,
    waits,
    graceMs,
    silenceMs: waits || !isCold() ? Infinity : graceMs || defaultSilenceMs,
  };
}

/** Whether another deployment of the group, or another group, could answer in a cold one's stead. */
function hasStandIn(
  { entry }: Target,
  { name, key, targets }: Group,
  { config, call, groups }: CallRun,
): boolean {
  if (targets.some((other) => other.entry.id !== entry.id)) return true;
  const names = [call.model, name, key];
  const asked = call.options.fallbacks;
  return fallbacksFor({ names, error: { code: "model_not_ready" }, asked }, config.router).some(
    (other) => other !== name && groups.find(other) !== undefined,
  );
}
