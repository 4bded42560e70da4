import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addUp, toMoney } from "../../src/ledger/money.ts";
import { defaultRule, reconstruct } from "../../src/ledger/periods.ts";
import { type Sharer, shareWindows, splitAmong } from "../../src/ledger/share.ts";
import { type BillingWindow, toWindows, windowCost } from "../../src/ledger/windows.ts";

const minute = 60_000;

function window(start: number, more: Partial<BillingWindow> = {}): BillingWindow {
  return { copy: 1, start: start * minute, end: (start + 5) * minute, idleMs: 0, continues: false, ...more };
}

function call(sentAt: number, endedAt: number, tokens: number | undefined): Sharer {
  return { sentAt: sentAt * minute, endedAt: endedAt * minute - 1, tokens };
}

/** For each window what each call has of 1000. */
function sharesOf(
  windows: readonly BillingWindow[],
  calls: readonly Sharer[],
): readonly (readonly number[])[] {
  return shareWindows(windows, calls).map((parts) => {
    const amounts = splitAmong(1000n, parts);
    return calls.map((_, index) => {
      const place = parts.findIndex((part) => part.call === index);
      return place === -1 ? 0 : Number(amounts[place]);
    });
  });
}

const tail = window(5, { continues: true });

test.each([
  ["by tokens", [window(0)], [call(0, 1, 300), call(1, 2, 100)], [[750, 250]]],
  ["a call of another time has no part", [window(0)], [call(0, 1, 300), call(6, 7, 100)], [[1000, 0]]],
  [
    "over two windows, by the time in each",
    [window(0), tail],
    [call(4, 6, 200), call(1, 2, 100)],
    [
      [500, 500],
      [1000, 0],
    ],
  ],
  [
    "the tail belongs to those before it",
    [window(0), tail],
    [call(0, 1, 300), call(1, 2, 100)],
    [
      [750, 250],
      [750, 250],
    ],
  ],
  [
    "tails after tails too",
    [window(0), tail, window(10, { continues: true })],
    [call(0, 1, 1)],
    [[1000], [1000], [1000]],
  ],
  [
    "another period is another tail",
    [window(0), window(10)],
    [call(0, 1, 1), call(10, 11, 1)],
    [
      [1000, 0],
      [0, 1000],
    ],
  ],
  [
    "windows of all copies are shared alike",
    [window(0), window(1, { copy: 2 })],
    [call(1, 2, 300), call(2, 3, 100)],
    [
      [750, 250],
      [750, 250],
    ],
  ],
  [
    "an uncounted call weighs like the others",
    [window(0)],
    [call(0, 1, 300), call(1, 2, 100), call(1, 2, undefined)],
    [[500, 167, 333]],
  ],
  [
    "uncounted calls alone weigh alike",
    [window(0)],
    [call(0, 1, undefined), call(1, 2, undefined)],
    [[500, 500]],
  ],
  ["as do those without tokens", [window(0)], [call(0, 1, 0), call(1, 2, 0)], [[500, 500]]],
  [
    "the call that opens a window is in it",
    [window(1)],
    [{ sentAt: 0, endedAt: minute, tokens: 300 }, call(2, 3, 100)],
    [[750, 250]],
  ],
] as const)("%s", (_, windows, calls, shares) => {
  expect(sharesOf(windows, calls)).toEqual(shares);
});

describe("whatever calls and windows there were", () => {
  const rule = { ...defaultRule, concurrencyPerCopy: 2 };
  const now = 10 ** 10;
  const histories = fc
    .array(
      fc.record({
        gap: fc.oneof(fc.nat(3000), fc.nat(900_000)),
        takes: fc.nat(400_000),
        tokens: fc.option(fc.nat(10_000), { nil: undefined }),
        succeeded: fc.boolean(),
      }),
      { maxLength: 80 },
    )
    .map((list) => {
      let at = 0;
      return list.map(({ gap, takes, ...rest }) => {
        at += gap;
        return { ...rest, askedAt: at, sentAt: at, answeredAt: at, endedAt: at + takes };
      });
    });
  const prices = fc.integer({ min: 0, max: 10_000_000 }).map((micro) => toMoney(micro / 1e6));

  test("the sum over calls is the sum over windows, to the last picodollar", () => {
    fc.assert(
      fc.property(histories, prices, fc.integer({ min: 1, max: 9 }), (calls, price, units) => {
        const windows = reconstruct(calls, rule, now).periods.flatMap((period) => toWindows(period, now));
        const costs = windows.map((one) => windowCost(one, units, price));
        const owed = calls.map(() => ({ compute: 0n, idle: 0n }));
        for (const [index, parts] of shareWindows(windows, calls).entries()) {
          const { compute, idle } = costs[index] ?? { compute: 0n, idle: 0n };
          const computes = splitAmong(compute, parts);
          const idles = splitAmong(idle, parts);
          for (const [place, part] of parts.entries()) {
            const account = owed[part.call];
            if (!account) throw new Error("a part of no call");
            account.compute += computes[place] ?? 0n;
            account.idle += idles[place] ?? 0n;
          }
        }
        expect(addUp(owed.map(({ compute }) => compute))).toBe(addUp(costs.map(({ compute }) => compute)));
        expect(addUp(owed.map(({ idle }) => idle))).toBe(addUp(costs.map(({ idle }) => idle)));
        expect(owed.every(({ compute, idle }) => compute >= 0n && idle >= 0n)).toBe(true);
      }),
    );
  });

  test("every window has a call to be charged to", () => {
    fc.assert(
      fc.property(histories, (calls) => {
        const windows = reconstruct(calls, rule, now).periods.flatMap((period) => toWindows(period, now));
        expect(shareWindows(windows, calls).every((parts) => parts.length > 0)).toBe(true);
      }),
    );
  });
});
