import { expect, test } from "vitest";
import { toMoney } from "../../src/ledger/money.ts";
import { createPrices } from "../../src/ledger/prices.ts";
import { storageCost } from "../../src/ledger/storage.ts";

const model = { perCopy: 2, version: "1.0", region: "us-east-1", createdAt: Date.parse("2026-01-15") };

test.each([
  ["a month", "2026-11-01", "2026-12-01", 3.9],
  ["half of one with 30 days", "2026-11-01", "2026-11-16", 1.95],
  ["a day of one with 31", "2026-12-05", "2026-12-06", 3.9 / 31],
  ["over the end of a month", "2026-11-16", "2027-01-01", 1.95 + 3.9],
  ["before the import", "2025-11-01", "2026-01-01", 0],
  ["in the month of the import", "2026-01-01", "2026-02-01", (3.9 * 17) / 31],
  ["no time", "2026-11-01", "2026-11-01", 0],
])("%s", (_, from, to, dollars) => {
  const range = { from: Date.parse(from), to: Date.parse(to) };
  const cost = storageCost(model, range, createPrices());
  expect(Number(cost) / 1e12).toBeCloseTo(dollars, 9);
});

test("an unknown price is unknown", () => {
  const prices = createPrices(undefined, { units: [], tokens: [], storage: [] });
  expect(storageCost(model, { from: 1.8e12, to: 1.9e12 }, prices)).toBeUndefined();
});

test("without a date of import it is paid for all along", () => {
  const range = { from: Date.parse("2020-04-01"), to: Date.parse("2020-05-01") };
  expect(storageCost({ ...model, createdAt: undefined }, range, createPrices())).toBe(toMoney(3.9));
});
