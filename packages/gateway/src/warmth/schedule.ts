import type { WarmPeriod, Weekday } from "../config/cold-config.ts";
import { weekdays } from "../config/cold-config.ts";

/** Time as a clock on the wall of a zone shows it. */
interface WallTime {
  readonly day: Weekday;
  /** Since midnight. */
  readonly minutes: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  formats.set(timeZone, format);
  return format;
}

function wallTime(at: number, timeZone: string): WallTime {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const name = parts.get("weekday")?.toLowerCase();
  const day = weekdays.find((known) => known === name) ?? "mon";
  return { day, minutes: Number(parts.get("hour")) * 60 + Number(parts.get("minute")) };
}

/**
 * Whether a period holds at a time (milliseconds since the epoch). It goes by the clock on the wall: on the day on which
 * that is put forward it is an hour shorter, and none is written down here.
 */
export function isOpen({ days, from, to, timeZone }: WarmPeriod, at: number): boolean {
  const { day, minutes } = wallTime(at, timeZone);
  if (from < to) return days.includes(day) && minutes >= from && minutes < to;
  const yesterday = weekdays.at(weekdays.indexOf(day) - 1) ?? day;
  return (days.includes(day) && minutes >= from) || (days.includes(yesterday) && minutes < to);
}

/** The models that are to be warm at a time. */
export function modelsToKeep(schedule: readonly WarmPeriod[], at: number): readonly string[] {
  const open = schedule.filter((period) => isOpen(period, at));
  return [...new Set(open.flatMap(({ models }) => models))];
}

/** An average month, in hours. */
export const hoursInMonth = 730;
const stepsInHour = 4;

/** For how many of the hours of the month from `at` on a model is kept warm: periods that overlap count once. */
export function hoursAMonth(model: string, schedule: readonly WarmPeriod[], at: number): number {
  const own = schedule.filter(({ models }) => models.includes(model));
  const steps = Array.from(
    { length: hoursInMonth * stepsInHour },
    (_, step) => at + (step * 3_600_000) / stepsInHour,
  );
  return steps.filter((time) => own.some((period) => isOpen(period, time))).length / stepsInHour;
}
