import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type WarmPeriod, weekdays } from "../../src/config/cold-config.ts";
import { hoursAMonth, isOpen, modelsToKeep } from "../../src/warmth/schedule.ts";

const office: WarmPeriod = {
  models: ["m"],
  days: ["mon", "tue", "wed", "thu", "fri"],
  from: 8 * 60,
  to: 18 * 60,
  timeZone: "Europe/Berlin",
};
const night: WarmPeriod = { ...office, days: ["fri"], from: 22 * 60, to: 6 * 60 };
const at = (text: string) => Date.parse(text);

describe("a period is open by the clock on the wall", () => {
  test.each([
    // Friday, 2 January 2026; Berlin is an hour ahead of UTC in winter, and two in summer.
    ["a winter's morning", office, "2026-01-02T06:59:59Z", false],
    ["a winter's morning", office, "2026-01-02T07:00:00Z", true],
    ["a summer's morning", office, "2026-07-03T05:59:59Z", false],
    ["a summer's morning", office, "2026-07-03T06:00:00Z", true],
    ["the last minute", office, "2026-01-02T16:59:59Z", true],
    ["its end", office, "2026-01-02T17:00:00Z", false],
    ["a Saturday", office, "2026-01-03T10:00:00Z", false],
    ["a Monday in Berlin, still Sunday in UTC", { ...office, from: 0 }, "2026-01-04T23:30:00Z", true],
    ["a night, before midnight", night, "2026-01-02T21:00:00Z", true],
    ["a night, after midnight", night, "2026-01-03T04:59:59Z", true],
    ["a night's end", night, "2026-01-03T05:00:00Z", false],
    ["the morning of a day whose evening it is about", night, "2026-01-02T03:00:00Z", false],
    ["a whole day to the next", { ...night, to: 22 * 60 }, "2026-01-03T20:00:00Z", true],
  ] as const)("%s", (_, period, time, open) => {
    expect(isOpen(period, at(time))).toBe(open);
  });
});

describe("the hour that is missing or doubled", () => {
  const early: WarmPeriod = { ...office, days: weekdays, from: 0, to: 6 * 60 };
  const openHours = (day: string) =>
    Array.from({ length: 24 * 4 }, (_, quarter) => at(day) + quarter * 900_000).filter((time) =>
      isOpen(early, time),
    ).length / 4;

  test.each([
    ["an ordinary night", "2026-01-09T23:00:00Z", 6],
    ["the night in which clocks go forward", "2026-03-28T23:00:00Z", 5],
    ["the night in which clocks go back", "2026-10-24T22:00:00Z", 7],
  ])("%s", (_, midnight, hours) => {
    // From midnight for twelve hours: the next night doesn't count.
    const quarters = Array.from({ length: 48 }, (__, quarter) => at(midnight) + quarter * 900_000);
    expect(quarters.filter((time) => isOpen(early, time)).length / 4).toBe(hours);
    expect(openHours(midnight)).toBeGreaterThanOrEqual(hours);
  });
});

test("which models are to be warm", () => {
  const schedule = [office, { ...office, models: ["m", "n"], days: ["fri"] as const }, night];
  expect(modelsToKeep(schedule, at("2026-01-02T10:00:00Z"))).toEqual(["m", "n"]);
  expect(modelsToKeep(schedule, at("2026-01-01T10:00:00Z"))).toEqual(["m"]);
  expect(modelsToKeep(schedule, at("2026-01-01T20:00:00Z"))).toEqual([]);
});

describe("hours a month", () => {
  const start = at("2026-01-05T00:00:00Z");
  const always: WarmPeriod = { ...office, days: weekdays, from: 0, to: 1440 };

  test.each([
    ["always", [always], 730],
    ["always, twice", [always, always], 730],
    ["never", [], 0],
    ["another's", [{ ...always, models: ["n"] }], 0],
    ["office hours: 22 working days from a Monday on, and three hours of the next", [office], 223],
  ])("%s", (_, schedule, hours) => {
    expect(hoursAMonth("m", schedule, start)).toBe(hours);
  });

  test("a period and what it leaves out make up the month", () => {
    fc.assert(
      fc.property(
        fc.nat(95),
        fc.nat(95),
        fc.constantFrom("UTC", "Europe/Berlin", "America/New_York"),
        (one, other, timeZone) => {
          fc.pre(one !== other);
          const period = { ...always, from: one * 15, to: other * 15, timeZone };
          const rest = { ...always, from: other * 15, to: one * 15, timeZone };
          const both = hoursAMonth("m", [period], start) + hoursAMonth("m", [rest], start);
          expect(both).toBe(730);
        },
      ),
      { numRuns: 10 },
    );
  });
});
