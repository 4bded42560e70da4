import { type Money, toDollars } from "./money.ts";
import type { CostLine, CostReport, Grouping, ModelLine } from "./report.ts";

/** What a report is written for. */
export interface ReportView {
  readonly timeZone: string;
  /** What to put together; default models, days and keys. */
  readonly by: readonly Grouping[];
}

/** A report as JSON: USD as numbers; `null` is unknown, and never zero. */
export function toReportJson(report: CostReport, { timeZone, by }: ReportView): object {
  const rowsOf = (grouping: Grouping) =>
    grouping === "model" ? report.models.map(toModelJson) : toRows(grouping, report.groups[grouping]);
  return {
    currency: "USD",
    from: new Date(report.from).toISOString(),
    to: new Date(report.to).toISOString(),
    time_zone: timeZone,
    total: toLineJson(report.total),
    ...Object.fromEntries(by.map((grouping) => [`by_${grouping}`, rowsOf(grouping)])),
  };
}

function toRows(name: string, lines: readonly CostLine[]) {
  return lines.map((line) => ({ [name]: line.name, ...toLineJson(line) }));
}

function toLineJson(line: CostLine) {
  const compute = knownCompute(line);
  return {
    calls: line.calls,
    prompt_tokens: line.promptTokens,
    completion_tokens: line.completionTokens,
    compute_usd: dollars(compute),
    idle_usd: dollars(compute === undefined ? undefined : line.idle),
    storage_usd: dollars(line.storage),
    unpriced_calls: line.unpricedCalls,
  };
}

function toModelJson(line: ModelLine) {
  return {
    model: line.name,
    aliases: line.aliases,
    region: line.region,
    billed_by: line.billedBy,
    units_per_copy: line.units?.perCopy ?? null,
    units_version: line.units?.version ?? null,
    windows: line.windows,
    copies: line.copies,
    ...toLineJson(line),
    idle_policies: line.policies.map(({ idleMinutes, compute, restores }) => ({
      idle_minutes: idleMinutes,
      compute_usd: dollars(compute),
      saved_usd: dollars(savedBy(compute, line)),
      restores,
    })),
  };
}

/** What is known of a line's compute; `undefined` where nothing is. */
export function knownCompute({ compute, unpricedCalls }: CostLine): Money | undefined {
  return compute === 0n && unpricedCalls > 0 ? undefined : compute;
}

/** How much less another policy costs than what was paid. */
export function savedBy(compute: Money | undefined, line: CostLine): Money | undefined {
  return compute === undefined ? undefined : line.compute - compute;
}

function dollars(amount: Money | undefined): number | null {
  return amount === undefined ? null : toDollars(amount);
}
