import { type Money, addUp, formatMoney } from "./money.ts";
import { type ReportView, knownCompute, savedBy } from "./report-json.ts";
import type { CostLine, CostReport, Grouping, ModelLine } from "./report.ts";

/** A report for a person: one table for each grouping, and what other idle policies would have cost. */
export function renderCostReport(report: CostReport, view: ReportView): string {
  const { total } = report;
  if (total.calls === 0 && total.compute === 0n) return `No calls ${rangeOf(report, view)}.\n`;
  const tables = view.by.map((grouping) => renderGroup(report, grouping));
  const policies = view.by.includes("model") ? renderPolicies(report.models) : [];
  return (
    [`What calls cost ${rangeOf(report, view)}`, ...tables, ...policies, ...notes(report)].join("\n\n") + "\n"
  );
}

function rangeOf({ from, to }: CostReport, { timeZone }: ReportView): string {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  return `from ${format.format(from)} to ${format.format(to)} (${timeZone})`;
}

function renderGroup({ models, groups, total }: CostReport, grouping: Grouping): string {
  const title = grouping[0]?.toUpperCase() + grouping.slice(1);
  const lines = grouping === "model" ? models : groups[grouping];
  const hasStorage = grouping === "model" || grouping === "day";
  const header = [
    title,
    "Calls",
    "Tokens",
    "Compute",
    "of it idle",
    ...(hasStorage ? ["Storage", "Total"] : []),
  ];
  const rows = lines.map((line) => [nameOf(line), ...cellsOf(line, hasStorage)]);
  // A call of several tags counts in each, and so these do not add up.
  const sum = grouping === "tag" ? [] : [["Total", ...cellsOf(total, hasStorage)]];
  return renderTable([header, ...rows, ...sum]);
}

function nameOf(line: CostLine | ModelLine): string {
  // The beginning of a key's hash tells it from others.
  if (/^[0-9a-f]{64}$/.test(line.name)) return line.name.slice(0, 12);
  if (!("aliases" in line) || line.aliases.length === 0) return line.name;
  return `${line.aliases.join(", ")} (${line.name.slice(line.name.lastIndexOf("/") + 1)})`;
}

function cellsOf(line: CostLine, hasStorage: boolean): readonly string[] {
  const compute = knownCompute(line);
  const cost = line.unpricedCalls > 0 && compute !== undefined ? `${show(compute)} + ?` : show(compute);
  const cells = [String(line.calls), String(line.promptTokens + line.completionTokens), cost];
  const idle = show(compute === undefined ? undefined : line.idle);
  if (!hasStorage) return [...cells, idle];
  const known = [compute, line.storage].filter((amount) => amount !== undefined);
  const isWhole = known.length === 2 && line.unpricedCalls === 0;
  return [...cells, idle, show(line.storage), isWhole ? show(addUp(known)) : "unknown"];
}

function show(amount: Money | undefined): string {
  return amount === undefined ? "unknown" : formatMoney(amount);
}

function renderPolicies(models: readonly ModelLine[]): readonly string[] {
  const lines = models.filter(({ policies }) => policies.length > 0);
  if (lines.length === 0) return [];
  const header = ["Had copies gone after", "Compute", "saves", "Cold starts"];
  const tables = lines.map((line) =>
    renderTable([
      [nameOf(line), ...header.slice(1)],
      ...line.policies.map(({ idleMinutes, compute, restores }) => [
        `${idleMinutes} min${idleMinutes === 5 ? " (as AWS does)" : ""}`,
        show(compute),
        show(savedBy(compute, line)),
        String(restores),
      ]),
    ]),
  );
  return ["Had idle copies been kept for", ...tables];
}

function notes({ total, models }: CostReport): readonly string[] {
  const unasked = models.filter(({ billedBy, units }) => billedBy === "units" && units === undefined);
  const noted = unasked.map(
    (line) => `AWS has not told what ${nameOf(line)} is billed as (bedrock:GetImportedModel).`,
  );
  if (total.unpricedCalls === 0) return noted;
  return [
    ...noted,
    `The price of ${total.unpricedCalls} calls is unknown, and not in these sums. outcrop_settings.prices can say it.`,
  ];
}

/** Columns in line: the first to the left, the others to the right. */
function renderTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}
