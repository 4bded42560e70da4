import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCalendar, nextDay } from "../../src/ledger/days.ts";

describe("a day begins", () => {
  test.each([
    ["UTC", "2026-11-23", "2026-11-23T00:00:00Z"],
    ["Europe/Berlin", "2026-11-23", "2026-11-22T23:00:00Z"],
    ["Europe/Berlin", "2026-07-01", "2026-06-30T22:00:00Z"],
    ["Asia/Kolkata", "2026-11-23", "2026-11-22T18:30:00Z"],
    ["Pacific/Kiritimati", "2026-11-23", "2026-11-22T10:00:00Z"],
    ["Pacific/Pago_Pago", "2026-11-23", "2026-11-23T11:00:00Z"],
    // Clocks change at midnight there, and the day begins at one o'clock.
    ["America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z"],
  ])("in %s on %s", (zone, day, start) => {
    expect(new Date(createCalendar(zone).startOf(day)).toISOString()).toBe(new Date(start).toISOString());
  });
});

test("days of a range are cut at its ends", () => {
  const range = { from: Date.parse("2026-11-22T20:00:00Z"), to: Date.parse("2026-11-24T05:00:00Z") };
  expect(createCalendar("Europe/Berlin").daysOf(range)).toEqual([
    { day: "2026-11-22", from: range.from, to: Date.parse("2026-11-22T23:00:00Z") },
    { day: "2026-11-23", from: Date.parse("2026-11-22T23:00:00Z"), to: Date.parse("2026-11-23T23:00:00Z") },
    { day: "2026-11-24", from: Date.parse("2026-11-23T23:00:00Z"), to: range.to },
  ]);
  expect(createCalendar("UTC").daysOf({ from: 5, to: 5 })).toEqual([]);
});

test("whatever the zone, days follow each other without gap, and each moment is in its day", () => {
  const zones = fc.constantFrom(
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Australia/Lord_Howe",
  );
  fc.assert(
    fc.property(
      zones,
      fc.integer({ min: 1.7e12, max: 1.9e12 }),
      fc.nat(40 * 86_400_000),
      (zone, from, length) => {
        const calendar = createCalendar(zone);
        const days = calendar.daysOf({ from, to: from + length });
        let at = from;
        for (const day of days) {
          expect(day.from).toBe(at);
          expect([calendar.dayOf(day.from), calendar.dayOf(day.to - 1)]).toEqual([day.day, day.day]);
          at = day.to;
        }
        expect(at).toBe(from + length);
      },
    ),
    { numRuns: 40 },
  );
});

test.each([
  ["2026-12-31", "2027-01-01"],
  ["2028-02-28", "2028-02-29"],
])("after %s comes %s", (day, next) => {
  expect(nextDay(day)).toBe(next);
});

test("there is no such zone", () => {
  expect(() => createCalendar("Mars/Olympus")).toThrow(RangeError);
});
