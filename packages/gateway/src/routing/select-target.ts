import type { CallRun } from "./call-run.ts";
import type { Target } from "./model-groups.ts";
import { obstacleOf, parallelLimit } from "./readiness.ts";
import { strategies } from "./strategies/strategy-list.ts";

/** The targets that could take a call now. */
export function readyTargets(targets: readonly Target[], run: CallRun): readonly Target[] {
  return targets.filter((target) => obstacleOf(target, run) === undefined);
}

/** The strategy's pick among those that are ready: preferably one not tried yet, and one that can begin at once. */
export function selectTarget(
  targets: readonly Target[],
  tried: ReadonlySet<string>,
  run: CallRun,
): Target | undefined {
  const { config, slots } = run;
  const ready = readyTargets(targets, run);
  // Without a choice there is none to make.
  if (ready.length <= 1) return ready[0];
  const fresh = preferring(ready, ({ entry }) => !tried.has(entry.id));
  const free = preferring(
    fresh,
    ({ entry }) => slots.room(entry.id, parallelLimit(entry, config)) === "free",
  );
  const picked = pick(free, run);
  return free.find(({ entry }) => entry === picked);
}

function pick(targets: readonly Target[], { config, state, clock, random, call }: CallRun) {
  const now = clock.now();
  return strategies[config.router.routingStrategy](
    targets.map(({ entry }) => entry),
    {
      now,
      random,
      stream: call.stream,
      args: config.router.routingStrategyArgs,
      view: (id) => state.view(id, now),
    },
  );
}

function preferring<T>(items: readonly T[], isBetter: (item: T) => boolean): readonly T[] {
  const better = items.filter(isBetter);
  return better.length > 0 ? better : items;
}
