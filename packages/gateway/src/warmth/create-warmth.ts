import { type OutcropClient, isWarm } from "@outcrop/sdk";
import type { GatewayConfig } from "../config/gateway-config.ts";
import { createPrices } from "../ledger/prices.ts";
import { type ModelGroups, type Target, createModelGroups } from "../routing/model-groups.ts";
import type { RouterClock } from "../routing/call-run.ts";
import { systemClock } from "../routing/system-clock.ts";
import { keepWarm } from "./keep-warm.ts";
import { createPriceOfHours, describeScheduleCost } from "./warm-cost.ts";
import { type WarmTarget, type Warmer, createWarmer } from "./warmer.ts";

/** What keeps and makes models warm. */
export interface GatewayWarmth {
  readonly warmer: Warmer;
  /** Restores a model that calls go around; for the router. */
  readonly keepRestoring: (target: Target) => void;
  /** Restores what is to be warm at the start, and keeps the schedule, of which it says beforehand what it costs. */
  start(): void;
  close(): void;
}

export interface WarmthOptions {
  readonly config: () => GatewayConfig;
  readonly client: Pick<OutcropClient, "chat" | "describeModel" | "warmthOf">;
  readonly clock?: RouterClock | undefined;
  /** Told what a schedule costs; default standard output. */
  readonly say?: ((line: string) => void) | undefined;
}

/** Joins warmer, start and schedule. */
export function createWarmth({
  config,
  client,
  clock = systemClock,
  say = print,
}: WarmthOptions): GatewayWarmth {
  const warmer = createWarmer(client);
  const closing = new AbortController();
  const targetsOf = (model: string) => warmTargets(createModelGroups(config()), model);

  const schedule = () => config().outcrop.warmSchedule;

  async function sayCost(): Promise<void> {
    const at = clock.now();
    const priceOfHours = createPriceOfHours(client, createPrices(config().outcrop.prices), at);
    const cost = { schedule: schedule(), targetsOf, priceOfHours, at };
    for (const line of await describeScheduleCost(cost)) say(line);
  }

  return {
    warmer,
    keepRestoring({ entry, deployment }) {
      if (!deployment) return;
      const warmth = client.warmthOf(deployment);
      if (warmth && !isWarm(warmth.state)) warmer.warm({ entry, deployment });
    },
    start() {
      for (const target of config().outcrop.warmUp.flatMap(targetsOf)) warmer.warm(target);
      if (schedule().length > 0) void sayCost();
      void keepWarm({ schedule, targetsOf, client, warmer, clock }, closing.signal);
    },
    close() {
      closing.abort();
      warmer.close();
    },
  };
}

/** The deployments behind a name that Bedrock scales to zero. */
export function warmTargets(groups: ModelGroups, model: string): readonly WarmTarget[] {
  const targets = groups.find(model)?.targets ?? [];
  return targets.flatMap(({ entry, deployment }) =>
    deployment?.ref.arn?.type === "imported-model" ? [{ entry, deployment }] : [],
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
