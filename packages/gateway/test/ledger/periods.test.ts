import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CopyRule, type Use, defaultRule, reconstruct } from "../../src/ledger/periods.ts";
import { toWindows } from "../../src/ledger/windows.ts";

const minute = 60_000;
const rule: CopyRule = { ...defaultRule, concurrencyPerCopy: 2, maxCopies: 3 };
const muchLater = 100 * 24 * 60 * minute;

/** A call in minutes. */
function use(
  sentAt: number,
  endedAt: number,
  more: { askedAt?: number; answeredAt?: number; succeeded?: boolean } = {},
): Use {
  return {
    askedAt: (more.askedAt ?? sentAt) * minute,
    sentAt: sentAt * minute,
    answeredAt: (more.answeredAt ?? sentAt) * minute,
    endedAt: endedAt * minute,
    succeeded: more.succeeded ?? true,
  };
}

/** Copy, start, end in minutes, and windows. */
function periodsOf(uses: readonly Use[], options: { rule?: CopyRule; now?: number } = {}) {
  const now = options.now ?? muchLater;
  return reconstruct(uses, options.rule ?? rule, now).periods.map((period) => [
    period.copy,
    period.start / minute,
    period.end === undefined ? undefined : period.end / minute,
    toWindows(period, now).length,
  ]);
}

describe("one copy", () => {
  test.each([
    ["no call", [], []],
    ["a window opens when the first call has succeeded", [use(0, 1)], [[1, 1, 6, 1]]],
    ["calls keep it up", [use(0, 1), use(5, 7), use(11, 12)], [[1, 1, 17, 4]]],
    [
      "it goes after five minutes",
      [use(0, 1), use(6, 7)],
      [
        [1, 1, 6, 1],
        [1, 7, 12, 1],
      ],
    ],
    ["not a moment earlier", [use(0, 1), use(5.99, 7)], [[1, 1, 12, 3]]],
    ["two at once fit", [use(0, 2), use(1, 3)], [[1, 2, 8, 2]]],
    ["a long call holds it", [use(0, 1), use(2, 30)], [[1, 1, 35, 7]]],
    ["a failed call does not open a window", [use(0, 1, { succeeded: false })], []],
    ["but it keeps one open", [use(0, 1), use(4, 5, { succeeded: false })], [[1, 1, 10, 2]]],
    ["the order of the rows does not matter", [use(5, 7), use(0, 1)], [[1, 1, 12, 3]]],
  ])("%s", (_, uses, expected) => {
    expect(periodsOf(uses)).toEqual(expected);
  });

  test("while it is active it has no end, and the windows are those that have begun", () => {
    expect(periodsOf([use(0, 1)], { now: 5 * minute })).toEqual([[1, 1, undefined, 1]]);
    expect(periodsOf([use(0, 1), use(5, 6)], { now: 7 * minute })).toEqual([[1, 1, undefined, 2]]);
    expect(periodsOf([use(0, 1)], { now: 6 * minute })).toEqual([[1, 1, 6, 1]]);
  });
});

describe("several copies", () => {
  test("a third call at once starts another copy", () => {
    expect(periodsOf([use(0, 3), use(1, 3), use(2, 4)])).toEqual([
      [1, 3, 8, 1],
      [2, 4, 9, 1],
    ]);
  });

  test("there are no more than may be; the emptiest takes the rest", () => {
    const burst = Array.from({ length: 20 }, (_, index) => use(index / 100, 2));
    expect(periodsOf(burst).map(([copy]) => copy)).toEqual([1, 2, 3]);
  });

  test("a copy that is not needed any more goes on its own", () => {
    const uses = [
      use(0, 1),
      use(0, 1),
      use(0, 1),
      ...Array.from({ length: 10 }, (_, index) => use(2 + 2 * index, 3 + 2 * index)),
    ];
    expect(periodsOf(uses)).toEqual([
      [2, 1, 6, 1],
      [1, 1, 26, 5],
    ]);
  });

  test("a call that ends makes room for one that is sent in the same millisecond", () => {
    const uses = [use(0, 1), use(0, 1), use(1, 2)];
    expect(periodsOf(uses).map(([copy]) => copy)).toEqual([1]);
  });
});

describe("a cold model", () => {
  test("calls that come while it is restored are served when it is there", () => {
    const uses = [
      use(0, 2, { answeredAt: 1.5 }),
      use(0.5, 2, { answeredAt: 1.6 }),
      use(1, 3, { answeredAt: 1.7 }),
    ];
    const { periods, restores } = reconstruct(uses, rule, muchLater);
    expect(restores).toEqual([0]);
    // The third starts another copy, which is loaded a minute and a half later and then not needed.
    expect(periods.map(({ copy, start }) => [copy, start / minute])).toEqual([[1, 2]]);
  });

  test("another copy takes as long as the first has taken", () => {
    const cold = [use(0, 10, { answeredAt: 1 }), use(0, 10, { answeredAt: 1 }), use(2, 10)];
    expect(periodsOf([...cold, use(2.9, 4)]).map(([copy]) => copy)).toEqual([1]);
    expect(periodsOf([...cold, use(3, 4)]).map(([copy]) => copy)).toEqual([1, 2]);
  });

  test("counted from the first refusal", () => {
    const cold = [use(1, 10, { askedAt: 0 }), use(1, 10), use(2, 10)];
    expect(periodsOf([...cold, use(2.9, 4)]).map(([copy]) => copy)).toEqual([1]);
    expect(periodsOf([...cold, use(3, 4)]).map(([copy]) => copy)).toEqual([1, 2]);
    expect(reconstruct(cold, rule, muchLater).restores).toEqual([0]);
    // Whoever was refused first is not the one who is answered first.
    const late = [use(1, 10), use(1, 10), use(2, 10, { askedAt: 0 })];
    expect(periodsOf([...late, use(2.9, 4)]).map(([copy]) => copy)).toEqual([1]);
  });

  test("or as long as the config says", () => {
    const cold = [use(0, 10, { answeredAt: 1 }), use(0, 10, { answeredAt: 1 }), use(2, 10), use(2.6, 4)];
    const quick = { ...rule, loadMs: minute / 2 };
    expect(periodsOf(cold, { rule: quick }).map(([copy]) => copy)).toEqual([1, 2]);
  });

  test("nobody who waited has stayed", () => {
    const gone = { askedAt: 0, sentAt: 0, answeredAt: undefined, endedAt: minute, succeeded: false };
    expect(periodsOf([gone, use(600, 601)])).toEqual([[1, 601, 606, 1]]);
    expect(reconstruct([gone, use(600, 601)], rule, muchLater).restores).toEqual([0, 600 * minute]);
  });
});

describe("windows", () => {
  test("follow each other, and say what of them was idle", () => {
    const [period] = reconstruct([use(0, 1), use(4, 7)], rule, muchLater).periods;
    if (!period) throw new Error("no period");
    const windows = toWindows(period, muchLater);
    expect(
      windows.map(({ start, end, idleMs, continues }) => [
        start / minute,
        end / minute,
        idleMs / minute,
        continues,
      ]),
    ).toEqual([
      [1, 6, 0, false],
      [6, 11, 4, true],
      [11, 16, 5, true],
    ]);
  });

  test("what is left of an open window is not idle yet", () => {
    const [period] = reconstruct([use(0, 1)], rule, 3 * minute).periods;
    expect(period && toWindows(period, 3 * minute).map(({ idleMs }) => idleMs / minute)).toEqual([2]);
  });
});

describe("whatever calls there were", () => {
  const calls = fc
    .array(
      fc.record({
        gap: fc.integer({ min: 0, max: 400_000 }),
        wait: fc.nat(20_000),
        takes: fc.nat(200_000),
        succeeded: fc.boolean(),
      }),
      { maxLength: 60 },
    )
    .map((list) => {
      let at = 0;
      return list.map(({ gap, wait, takes, succeeded }): Use => {
        at += gap;
        return { askedAt: at, sentAt: at, answeredAt: at + wait, endedAt: at + wait + takes, succeeded };
      });
    });

  test("periods of a copy never overlap, there are never more copies than may be, and each success is near a period", () => {
    fc.assert(
      fc.property(calls, (uses) => {
        const { periods } = reconstruct(uses, rule, muchLater);
        for (const copy of [1, 2, 3]) {
          const own = periods
            .filter((period) => period.copy === copy)
            .toSorted((one, other) => one.start - other.start);
          for (const [index, period] of own.entries()) {
            expect(period.end).toBe(Math.max(period.lastUse, period.start) + rule.idleMs);
            expect(own[index + 1]?.start ?? Infinity).toBeGreaterThanOrEqual(period.end ?? Infinity);
          }
        }
        expect(periods.every(({ copy }) => copy <= 3)).toBe(true);
        for (const { succeeded, endedAt } of uses.filter((call) => call.succeeded))
          expect(
            succeeded && periods.some(({ start, end }) => start <= endedAt && endedAt <= (end ?? Infinity)),
          ).toBe(true);
      }),
    );
  });

  test("a longer idle time never restores more often", () => {
    fc.assert(
      fc.property(calls, (uses) => {
        const restores = [1, 5, 15].map(
          (idle) => reconstruct(uses, { ...rule, idleMs: idle * minute }, muchLater).restores.length,
        );
        expect(restores).toEqual(restores.toSorted((one, other) => other - one));
      }),
    );
  });
});
