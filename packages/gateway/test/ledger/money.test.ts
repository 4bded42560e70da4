import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addUp, apportion, formatMoney, fractionOf, toDollars, toMoney } from "../../src/ledger/money.ts";

describe("an amount is read exactly as it is written", () => {
  test.each([
    [0, 0n],
    [1, 1_000_000_000_000n],
    [0.05718, 57_180_000_000n],
    [0.1433, 143_300_000_000n],
    [1.95, 1_950_000_000_000n],
    [6e-7, 600_000n],
    [2.5e-6, 2_500_000n],
    [5.75e-8, 57_500n],
    [0.1 + 0.2, 300_000_000_000n],
    [12_345_678.9, 12_345_678_900_000_000_000n],
  ])("%f", (dollars, money) => {
    expect(toMoney(dollars)).toBe(money);
    expect(toDollars(money)).toBeCloseTo(dollars, 12);
  });
});

test.each([
  [0n, "$0.0000"],
  [571_800_000_000n, "$0.5718"],
  [50_000_000n, "$0.0001"],
  [49_999_999n, "$0.0000"],
  [1_234_567_891_200_000_000n, "$1,234,567.8912"],
  [-571_850_000_000n, "-$0.5719"],
])("%s picodollars read %s", (money, text) => {
  expect(formatMoney(money)).toBe(text);
});

test("a fraction is rounded down", () => {
  expect(fractionOf(10n, 1, 3)).toBe(3n);
  expect(fractionOf(10n, 3, 3)).toBe(10n);
});

describe("a split", () => {
  test.each([
    [10n, [1n, 1n, 1n], [4n, 3n, 3n]],
    [10n, [0n, 0n], [5n, 5n]],
    [10n, [0n, 7n], [0n, 10n]],
    [7n, [5n, 3n, 2n], [4n, 2n, 1n]],
    [0n, [1n, 2n], [0n, 0n]],
    [5n, [], []],
  ])("%s by %s", (amount, weights, parts) => {
    expect(apportion(amount, weights)).toEqual(parts);
  });

  const weightLists = fc.array(fc.bigInt(0n, 10n ** 15n), { minLength: 1, maxLength: 40 });

  test("adds up to the amount, and nobody is off by as much as one", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 18n), weightLists, (amount, weights) => {
        const parts = apportion(amount, weights);
        const sum = addUp(weights);
        expect(addUp(parts)).toBe(amount);
        if (sum === 0n) return;
        for (const [index, part] of parts.entries()) {
          const quota = amount * (weights[index] ?? 0n);
          expect(part * sum > quota - sum && part * sum < quota + sum).toBe(true);
        }
      }),
    );
  });

  test("does not favour the lighter one", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 18n), weightLists, (amount, weights) => {
        const parts = apportion(amount, weights);
        const pairs = weights.map((weight, index) => ({ weight, part: parts[index] ?? 0n }));
        for (const one of pairs)
          for (const other of pairs) if (one.weight > other.weight) expect(one.part >= other.part).toBe(true);
      }),
    );
  });
});
