import { OutcropError } from "@outcrop/sdk";
import { type Calendar, createCalendar, nextDay } from "./days.ts";
import { createPrices } from "./prices.ts";
import type { LedgerReader } from "./reader.ts";
import { renderCostReport } from "./render-report.ts";
import { type ReportView, toReportJson } from "./report-json.ts";
import { type CostReport, type Grouping, createReport, groupings } from "./report.ts";
import { readCostSettings } from "./saved-settings.ts";

/** What is asked of a book, as a person writes it. */
export interface CostQuery {
  /** A day, or a time with its offset from UTC; default: the first call. */
  readonly from?: string | undefined;
  /** A day, to its end, or a time; default: now. */
  readonly to?: string | undefined;
  readonly by?: string | undefined;
  /** As `Europe/Berlin`; default UTC. */
  readonly timeZone?: string | undefined;
}

/** The answer, in both forms. */
export interface CostAnswer {
  readonly json: object;
  readonly text: string;
}

/**
 * Reads a book, with the prices that its gateway was configured with.
 * @throws OutcropError `invalid_request` naming what can't be understood.
 */
export function askLedger(book: LedgerReader, query: CostQuery, now: number): CostAnswer {
  const timeZone = query.timeZone ?? "UTC";
  const calendar = calendarOf(timeZone);
  const from = query.from === undefined ? book.firstCallAt() : timeOf("from", query.from, calendar);
  const to = query.to === undefined ? now : timeOf("to", query.to, calendar);
  const range = { from: from ?? now, to: Math.min(to, now) };
  const { rule, prices } = readCostSettings(book);
  const report = createReport(book, { range, calendar, rule, now, prices: createPrices(prices) });
  return answer(report, { timeZone, by: groupingsOf(query.by) });
}

function answer(report: CostReport, view: ReportView): CostAnswer {
  return { json: toReportJson(report, view), text: renderCostReport(report, view) };
}

function groupingsOf(by: string | undefined): readonly Grouping[] {
  if (by === undefined) return ["model", "day", "key"];
  const grouping = groupings.find((name) => name === by);
  if (grouping) return [grouping];
  throw invalid("by", `one of ${groupings.join(", ")}`);
}

function calendarOf(timeZone: string): Calendar {
  try {
    return createCalendar(timeZone);
  } catch {
    throw invalid("time_zone", "a time zone such as Europe/Berlin");
  }
}

function timeOf(name: "from" | "to", text: string, calendar: Calendar): number {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  // Without an offset a time would be one of the machine's own time zone.
  const isTime = /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:?\d\d)$/.test(text);
  const at = Date.parse(isDay ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(at) || (!isDay && !isTime))
    throw invalid(name, "a day such as 2026-11-23, or a time such as 2026-11-23T08:00:00Z");
  if (!isDay) return at;
  return calendar.startOf(name === "to" ? nextDay(text) : text);
}

function invalid(param: string, expected: string): OutcropError {
  return new OutcropError("invalid_request", `${param} must be ${expected}`, { param });
}
