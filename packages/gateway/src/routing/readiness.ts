import { OutcropError } from "@outcrop/sdk";
import type { GatewayConfig, ModelEntry } from "../config/gateway-config.ts";
import type { CallRun } from "./call-run.ts";
import { endOfMinute } from "./memory-state.ts";
import type { Group, Target } from "./model-groups.ts";
import type { DeploymentView } from "./state.ts";

/** What keeps a deployment from taking a call now. */
export interface Obstacle {
  readonly why:
    | "cooling down after failures"
    | "at the limit of its rpm or tpm"
    | "busy with as many calls as may wait";
  /** Milliseconds since the epoch; absent where nobody can know. */
  readonly until?: number;
}

type World = Pick<CallRun, "config" | "state" | "slots" | "clock">;

/** Why a target can't be called now; `undefined`: it can. */
export function obstacleOf({ entry }: Target, { config, state, slots, clock }: World): Obstacle | undefined {
  const now = clock.now();
  const view = state.view(entry.id, now);
  if (view.coolUntil > now) return { why: "cooling down after failures", until: view.coolUntil };
  if (config.router.enforceModelRateLimits && isUsedUp(entry, view)) {
    return { why: "at the limit of its rpm or tpm", until: endOfMinute(now) };
  }
  if (slots.room(entry.id, parallelLimit(entry, config)) === "full")
    return { why: "busy with as many calls as may wait" };
  return undefined;
}

/** Whether a cooldown has begun, perhaps while a call waited for its slot. */
export function isCoolingDown({ entry }: Target, { state, clock }: World): boolean {
  return state.view(entry.id, clock.now()).coolUntil > clock.now();
}

function isUsedUp({ routing }: ModelEntry, { minute }: DeploymentView): boolean {
  return minute.requests >= (routing.rpm ?? Infinity) || minute.tokens >= (routing.tpm ?? Infinity);
}

/** How many calls a deployment takes at once. */
export function parallelLimit(
  { routing }: ModelEntry,
  { router, general }: GatewayConfig,
): number | undefined {
  return routing.maxParallelRequests ?? router.defaultMaxParallelRequests ?? general.maxParallelRequests;
}

/** The 429 of a group none of whose targets can take a call: it says why, and when to come again. */
export function noneReady(group: Group, targets: readonly Target[], world: World): OutcropError {
  const now = world.clock.now();
  const obstacles = targets.flatMap((target) => obstacleOf(target, world) ?? []);
  const ends = obstacles.map(({ until }) => until ?? now + 1000);
  const retryAfter = Math.max(1, Math.ceil((Math.min(...ends, now + 60_000) - now) / 1000));
  const counts = Map.groupBy(obstacles, ({ why }) => why);
  const reasons = [...counts]
    .map(([why, { length }]) => `${length} ${length === 1 ? "is" : "are"} ${why}`)
    .join(", ");
  const all = `No deployment of "${group.name}" can take a call now: ${reasons}.`;
  return new OutcropError("throttled", `${all} Try again in ${retryAfter} s.`, { retryAfter });
}
