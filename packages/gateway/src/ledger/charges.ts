import type { LedgerCall, ModelUnits } from "./call.ts";
import { type Money, addUp } from "./money.ts";
import { type CopyRule, type Use, reconstruct } from "./periods.ts";
import type { Prices, TokenPrice } from "./prices.ts";
import type { TimeRange } from "./reader.ts";
import { shareWindows, splitAmong } from "./share.ts";
import { type BillingWindow, type WindowCost, toWindows, windowCost } from "./windows.ts";

/** What a call is charged, and for when: a window's share counts on the day on which the window begins. */
export interface Charge extends WindowCost {
  readonly call: LedgerCall;
  readonly at: number;
}

/** What a model's calls are charged in a range of time. */
export interface ModelCharges {
  readonly charges: readonly Charge[];
  /** Calls of which some price is unknown. */
  readonly unpriced: readonly LedgerCall[];
  readonly windows: readonly BillingWindow[];
}

/** What charging depends on. */
export interface ChargeContext {
  readonly prices: Prices;
  readonly rule: CopyRule;
  readonly range: TimeRange;
  readonly now: number;
}

/** Shares the windows of an imported model among its calls; some of these may have come before the range. */
export function chargeUnits(
  calls: readonly LedgerCall[],
  units: ModelUnits | undefined,
  context: ChargeContext,
): ModelCharges {
  const { range, rule, now, prices } = context;
  const windows = reconstruct(calls.map(toUse), rule, now).periods.flatMap((period) =>
    toWindows(period, now),
  );
  const parts = shareWindows(windows, calls.map(toSharer));
  const region = calls[0]?.region ?? "";
  const charges: Charge[] = [];
  const unpriced = new Set<LedgerCall>();
  for (const [index, window] of windows.entries()) {
    if (!isIn(window.start, range)) continue;
    const own = parts[index] ?? [];
    const price = units && prices.unitPrice({ region, version: units.version, at: window.start });
    const cost =
      price === undefined || units === undefined ? undefined : windowCost(window, units.perCopy, price);
    const computes = cost && splitAmong(cost.compute, own);
    const idles = cost && splitAmong(cost.idle, own);
    for (const [place, part] of own.entries()) {
      const call = calls[part.call];
      const compute = computes?.[place];
      if (!call) continue;
      if (compute === undefined) unpriced.add(call);
      else charges.push({ call, at: window.start, compute, idle: idles?.[place] ?? 0n });
    }
  }
  return { charges, unpriced: [...unpriced], windows: windows.filter(({ start }) => isIn(start, range)) };
}

/** What the windows of a range would cost if copies stayed idle for another time, and how often the model would come back. */
export function costWithIdle(
  calls: readonly LedgerCall[],
  units: ModelUnits,
  { idleMs, ...context }: ChargeContext & { readonly idleMs: number },
): { readonly compute: Money | undefined; readonly restores: number } {
  const { range, rule, now, prices } = context;
  const { periods, restores } = reconstruct(calls.map(toUse), { ...rule, idleMs }, now);
  const starts = periods
    .flatMap((period) => toWindows(period, now))
    .filter(({ start }) => isIn(start, range));
  const region = calls[0]?.region ?? "";
  const costs = starts.map((window) => {
    const price = prices.unitPrice({ region, version: units.version, at: window.start });
    return price === undefined ? undefined : windowCost(window, units.perCopy, price).compute;
  });
  return {
    compute: costs.every((cost) => cost !== undefined) ? addUp(costs) : undefined,
    restores: restores.filter((at) => isIn(at, range)).length,
  };
}

/** Charges calls that AWS bills by the token. */
export function chargeTokens(
  calls: readonly LedgerCall[],
  { range }: Pick<ChargeContext, "range">,
): ModelCharges {
  const own = calls.filter(({ sentAt }) => isIn(sentAt, range));
  const charges: Charge[] = [];
  const unpriced: LedgerCall[] = [];
  for (const call of own) {
    const compute = tokenCost(call.usage, call.tokenPrice);
    if (compute === undefined) unpriced.push(call);
    else charges.push({ call, at: call.sentAt, compute, idle: 0n });
  }
  return { charges, unpriced, windows: [] };
}

/** The price of an answer's tokens; `undefined` if price or count is unknown. */
export function tokenCost(usage: LedgerCall["usage"], price: TokenPrice | undefined): Money | undefined {
  if (!usage || !price) return undefined;
  const cached = Math.min(usage.cachedTokens ?? 0, usage.promptTokens);
  return (
    BigInt(usage.promptTokens - cached) * price.input +
    BigInt(cached) * (price.cachedInput ?? price.input) +
    BigInt(usage.completionTokens) * price.output
  );
}

export function isIn(at: number, { from, to }: TimeRange): boolean {
  return from <= at && at < to;
}

function toUse({ askedAt, sentAt, answeredAt, endedAt, outcome }: LedgerCall): Use {
  return { askedAt, sentAt, answeredAt, endedAt, succeeded: outcome === "succeeded" };
}

function toSharer({ sentAt, endedAt, usage }: LedgerCall) {
  return { sentAt, endedAt, tokens: usage && usage.promptTokens + usage.completionTokens };
}
