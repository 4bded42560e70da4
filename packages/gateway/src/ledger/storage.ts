import type { ModelUnits } from "./call.ts";
import { type Money, addUp, fractionOf } from "./money.ts";
import type { Prices } from "./prices.ts";
import type { TimeRange } from "./reader.ts";

/** A model that is kept, and where. */
export interface StoredModel extends Pick<ModelUnits, "perCopy" | "version" | "createdAt"> {
  readonly region: string;
}

/**
 * What AWS takes for keeping a model over a range of time: a price for each unit and month, here by the share of the
 * calendar month (UTC), from the day of the import on. `undefined` if a price is unknown.
 */
export function storageCost(
  model: StoredModel,
  range: TimeRange,
  prices: Pick<Prices, "storagePrice">,
): Money | undefined {
  const from = Math.max(range.from, model.createdAt ?? range.from);
  const costs = monthsOf({ from, to: range.to }).map(({ part, month }) => {
    const price = prices.storagePrice({ region: model.region, version: model.version, at: part.from });
    return price && fractionOf(price * BigInt(model.perCopy), part.to - part.from, month.to - month.from);
  });
  return costs.every((cost) => cost !== undefined) ? addUp(costs) : undefined;
}

/** The calendar months of a range, each with its part of the range. */
function monthsOf({
  from,
  to,
}: TimeRange): readonly { readonly part: TimeRange; readonly month: TimeRange }[] {
  const months: { part: TimeRange; month: TimeRange }[] = [];
  for (let at = from; at < to;) {
    const date = new Date(at);
    const start = Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
    const end = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
    months.push({ part: { from: at, to: Math.min(end, to) }, month: { from: start, to: end } });
    at = end;
  }
  return months;
}
