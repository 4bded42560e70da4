import type { OutcropClient } from "@outcrop/sdk";
import type { WarmPeriod } from "../config/cold-config.ts";
import { formatMoney } from "../ledger/money.ts";
import type { Money } from "../ledger/money.ts";
import type { Prices } from "../ledger/prices.ts";
import { hoursAMonth } from "./schedule.ts";
import type { WarmTarget } from "./warmer.ts";

/** What one copy of a model costs for so many hours; `undefined` where that is not known. */
export type PriceOfHours = (target: WarmTarget, hours: number) => Promise<Money | undefined>;

/** Asks AWS what the model is billed as, and the price list what that costs at a time. Nothing is invoked. */
export function createPriceOfHours(
  client: Pick<OutcropClient, "describeModel">,
  prices: Pick<Prices, "unitPrice">,
  at: number,
): PriceOfHours {
  return async ({ deployment }, hours) => {
    const { customModelUnits: units } = await client
      .describeModel(deployment, AbortSignal.timeout(patienceMs))
      .catch(() => ({ customModelUnits: undefined }));
    const region = deployment.region ?? deployment.ref.region;
    if (!units || region === undefined) return undefined;
    const { version = "1.0", perModelCopy } = units;
    const price = prices.unitPrice({ region, version, at });
    if (price === undefined || perModelCopy === undefined) return undefined;
    return price * BigInt(perModelCopy) * BigInt(Math.round(hours * 60));
  };
}

const patienceMs = 10_000;

export interface ScheduleCost {
  readonly schedule: readonly WarmPeriod[];
  readonly targetsOf: (model: string) => readonly WarmTarget[];
  readonly priceOfHours: PriceOfHours;
  /** Milliseconds since the epoch: the month that begins here is counted. */
  readonly at: number;
}

/** Says what a schedule costs a month, a line for each model. A price that isn't known is never taken for nothing. */
export async function describeScheduleCost(cost: ScheduleCost): Promise<readonly string[]> {
  const models = [...new Set(cost.schedule.flatMap((period) => period.models))];
  return Promise.all(models.map((model) => describeModelCost(model, cost)));
}

async function describeModelCost(
  model: string,
  { schedule, targetsOf, priceOfHours, at }: ScheduleCost,
): Promise<string> {
  const hours = hoursAMonth(model, schedule, at);
  const targets = targetsOf(model);
  const head = `warm_schedule keeps ${model} warm for ${hours} hours a month`;
  if (targets.length === 0)
    return `${head}; none of its deployments scales to zero, so that nothing is done.`;
  const prices = await Promise.all(targets.map((target) => priceOfHours(target, hours)));
  const known = prices.filter((price) => price !== undefined);
  const sum = known.reduce((total, price) => total + price, 0n);
  const copies = targets.length === 1 ? "one copy" : `one copy of each of its ${targets.length} deployments`;
  if (known.length === 0) return `${head}; what ${copies} costs is unknown.`;
  const least = known.length < targets.length ? "at least " : "about ";
  return `${head}: ${least}${formatMoney(sum, 2)} for ${copies}, storage aside.`;
}
