import type { OutcropClient } from "@outcrop/sdk";
import type { WarmPeriod } from "../config/cold-config.ts";
import type { RouterClock } from "../routing/call-run.ts";
import { modelsToKeep } from "./schedule.ts";
import type { WarmTarget, Warmer } from "./warmer.ts";

export interface KeepWarmOptions {
  readonly schedule: () => readonly WarmPeriod[];
  /** The deployments behind a name whose models scale to zero. */
  readonly targetsOf: (model: string) => readonly WarmTarget[];
  readonly client: Pick<OutcropClient, "warmthOf">;
  readonly warmer: Pick<Warmer, "warm">;
  readonly clock: RouterClock;
}

/** Often enough to see the last minute of an idle window, in which a model is asked once to stay. */
const lookEveryMs = 20_000;

/** Keeps the models of a schedule warm until the signal fires. Calls of clients keep them warm too: then nothing is asked. */
export async function keepWarm(options: KeepWarmOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    look(options);
    await options.clock.sleep(lookEveryMs, signal).catch(() => undefined);
  }
}

function look({ schedule, targetsOf, client, warmer, clock }: KeepWarmOptions): void {
  for (const target of modelsToKeep(schedule(), clock.now()).flatMap(targetsOf)) {
    if (client.warmthOf(target.deployment)?.state !== "warm") warmer.warm(target);
  }
}
