import { OutcropError } from "@outcrop/sdk";
import { toOutcropError } from "../http/to-outcrop-error.ts";
import type { CallRun } from "./call-run.ts";
import { coldPlanOf } from "./cold-plan.ts";
import { failureRules } from "./failure-rules.ts";
import type { Group, Target } from "./model-groups.ts";
import { filterByRequest } from "./pre-call-checks.ts";
import { noneReady } from "./readiness.ts";
import { raceTarget } from "./race-target.ts";
import { policyOf, retryWaitMs } from "./retry.ts";
import { toAbortError } from "./scope.ts";
import { readyTargets, selectTarget } from "./select-target.ts";
import { filterByTags } from "./tag-filter.ts";
import { type OpenAnswer, tryTarget } from "./try-target.ts";

/**
 * Tries a group: the deployments of each `order` in turn, each order with retries of its own.
 *
 * @throws OutcropError the last failure.
 */
export async function tryGroup(group: Group, run: CallRun): Promise<OpenAnswer> {
  const { router } = run.config;
  const { options, request } = run.call;
  const targets =
    run.skip.size === 0 ? group.targets : group.targets.filter(({ entry }) => !run.skip.has(entry.id));
  if (targets.length === 0) throw new OutcropError("model_not_ready", `"${group.name}" is being restored.`);
  const tagged = filterByTags(targets, options.tags ?? [], router);
  const { enablePreCallChecks } = router;
  const able = filterByRequest(tagged, request, {
    enablePreCallChecks,
    allowedRegion: options.allowedRegion,
  });
  let failure: OutcropError | undefined;
  for (const level of able === group.targets ? group.levels : levelsOf(able, group)) {
    const result = await tryLevel(level, group, run);
    if (result.type === "answered") return result.answer;
    failure = result.failure ?? failure;
    if (failure && failureRules[failure.code].retry === "never") break;
  }
  throw failure ?? noneReady(group, able, run);
}

/** The levels of a group without those who can't take the call. */
function levelsOf(able: readonly Target[], { levels }: Group): Group["levels"] {
  return levels
    .map((level) => level.filter((target) => able.includes(target)))
    .filter((level) => level.length > 0);
}

type LevelResult =
  | { readonly type: "answered"; readonly answer: OpenAnswer }
  /** Without a failure: nobody was there to be tried. */
  | { readonly type: "failed"; readonly failure: OutcropError | undefined };

async function tryLevel(level: readonly Target[], group: Group, run: CallRun): Promise<LevelResult> {
  const tried = new Set<string>();
  let failure: OutcropError | undefined;
  for (let retries = 0; ;) {
    const target = selectTarget(level, tried, run);
    if (!target) return { type: "failed", failure };
    try {
      return { type: "answered", answer: await askTarget(target, group, run) };
    } catch (error) {
      failure = toOutcropError(error);
      tried.add(target.entry.id);
    }
    const ready = readyTargets(level, run);
    const hasFresh = ready.some(({ entry }) => !tried.has(entry.id));
    const { policy } = coldPlanOf(target, group, run);
    const isFree = failure.code === "model_not_ready" && policy !== "wait";
    const waitMs = isFree
      ? inPlaceOfCold(hasFresh)
      : retryWaitMs({ error: failure, retries, hasFresh }, rulesFor(target, group, run));
    if (!isFree) retries++;
    else if (policy === "fallback") run.keepRestoring(target);
    if (ready.length === 0 || waitMs === undefined || !(await pause(waitMs, run)))
      return { type: "failed", failure };
  }
}

/** A call that doesn't wait for a cold model goes to any other at once, and that is no retry. */
function inPlaceOfCold(hasFresh: boolean): number | undefined {
  return hasFresh ? 0 : undefined;
}

function askTarget(target: Target, group: Group, run: CallRun): Promise<OpenAnswer> {
  const { policy, isCold } = coldPlanOf(target, group, run);
  return (policy === "race" && isCold() ? raceTarget : tryTarget)(target, group, run);
}

function rulesFor(
  { entry }: Target,
  { key }: Group,
  { config, call, random }: CallRun,
): Parameters<typeof retryWaitMs>[1] {
  const { router } = config;
  const { retryAfter } = router;
  return {
    policy: policyOf(key, router),
    asked: call.options.numRetries,
    routing: entry.routing,
    retryAfter,
    random,
  };
}

/**
 * Waits before a retry. Answers whether there is time for it.
 *
 * @throws OutcropError when the caller leaves.
 */
async function pause(ms: number, { clock, call, endsAt }: CallRun): Promise<boolean> {
  if (clock.now() + ms >= endsAt) return false;
  if (ms === 0) return true;
  try {
    await clock.sleep(ms, call.signal);
    return true;
  } catch {
    throw toAbortError(call.signal);
  }
}
