import type { TimeRange } from "./reader.ts";

/** A day on the calendar of a time zone. */
export interface CalendarDay extends TimeRange {
  /** `2026-11-23` */
  readonly day: string;
}

/** The calendar of a time zone. */
export interface Calendar {
  dayOf(at: number): string;
  /** When a day begins: after a change of clocks, its first moment that there is. */
  startOf(day: string): number;
  /** The days of a range, each as far as it is in it. */
  daysOf(range: TimeRange): readonly CalendarDay[];
}

const dayMs = 24 * 60 * 60_000;

/** @throws RangeError for a time zone that nobody knows. */
export function createCalendar(timeZone: string): Calendar {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });

  /** The time on the wall, as if it were UTC. */
  function wall(at: number): number {
    const parts = Object.fromEntries(
      format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }

  const dayOf = (at: number) => isoDay(wall(at));

  function startOf(day: string): number {
    const midnight = Date.parse(`${day}T00:00:00Z`);
    const candidates = [midnight - dayMs, midnight, midnight + dayMs].map((at) => midnight - (wall(at) - at));
    const inDay = candidates.filter((at) => dayOf(at) === day);
    return Math.min(...(inDay.length > 0 ? inDay : candidates));
  }

  function daysOf({ from, to }: TimeRange): readonly CalendarDay[] {
    const days: CalendarDay[] = [];
    for (let at = from; at < to;) {
      const day = dayOf(at);
      const end = Math.min(startOf(nextDay(day)), to);
      days.push({ day, from: at, to: end });
      at = end;
    }
    return days;
  }

  return { dayOf, startOf, daysOf };
}

/** The day after a day. */
export function nextDay(day: string): string {
  return isoDay(Date.parse(`${day}T00:00:00Z`) + dayMs);
}

function isoDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
