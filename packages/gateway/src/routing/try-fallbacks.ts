import type { OutcropError } from "@outcrop/sdk";
import { toOutcropError } from "../http/to-outcrop-error.ts";
import type { CallRun } from "./call-run.ts";
import { fallbacksFor } from "./fallbacks.ts";
import type { Group } from "./model-groups.ts";
import type { CallOptions } from "./router.ts";
import { tryGroup } from "./try-group.ts";
import type { OpenAnswer } from "./try-target.ts";

/**
 * Tries the group that was asked for, and then those that stand in for it, and for them in turn. No group is tried
 * twice, so that cycles end, and a group that falls back to itself is none.
 *
 * @throws OutcropError the last failure.
 */
export async function tryFallbacks(run: CallRun): Promise<OpenAnswer> {
  const { call, tally, emit } = run;
  const { maxFallbacks } = run.config.router;
  let group = run.groups.resolve(call.model);
  const seen = new Set([group.name]);
  const isUnseen = ({ name }: Group) => !seen.has(name) && seen.add(name).size > 0;
  const pending: Group[] = [];
  for (;;) {
    try {
      return await tryGroup(group, run);
    } catch (error) {
      const failure = toOutcropError(error);
      pending.unshift(...standIns(group, failure, run).filter(isUnseen));
      const next = pending.shift();
      const isOver = call.signal.aborted || run.clock.now() >= run.endsAt || tally.fallbacks >= maxFallbacks;
      if (!next || isOver) {
        if (tally.fallbacks > 0) emit({ type: "fallbacks-exhausted", group: group.key, code: failure.code });
        throw failure;
      }
      emit({ type: "fallback-taken", from: group.key, to: next.key, code: failure.code });
      tally.fallbacks += 1;
      group = next;
    }
  }
}

/** Names of the config that lead nowhere were reported when it was read. */
function standIns(
  { name, key, targets }: Group,
  error: OutcropError,
  { config, call, groups, tally }: CallRun,
): readonly Group[] {
  const names = tally.fallbacks === 0 ? [call.model, name, key] : [name, key];
  const asked = call.options.fallbacks;
  if (error.code === "model_not_ready" && failsFast(targets, call.options)) return [];
  return fallbacksFor({ names, error, asked }, config.router).flatMap((target) => groups.find(target) ?? []);
}

/** Who would rather hear at once that a model is cold than be answered by another. */
function failsFast(targets: Group["targets"], { coldStart }: CallOptions): boolean {
  return targets.every(({ entry }) => (coldStart ?? entry.routing.coldStart) === "fail_fast");
}
