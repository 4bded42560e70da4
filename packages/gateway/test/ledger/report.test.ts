import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LedgerCall } from "../../src/ledger/call.ts";
import { askLedger } from "../../src/ledger/cost-query.ts";
import { openDatabase } from "../../src/ledger/database.ts";
import { createCalendar } from "../../src/ledger/days.ts";
import { addUp, toMoney } from "../../src/ledger/money.ts";
import { defaultRule } from "../../src/ledger/periods.ts";
import { createPrices, noRows } from "../../src/ledger/prices.ts";
import { createReport } from "../../src/ledger/report.ts";
import { saveCostSettings } from "../../src/ledger/saved-settings.ts";
import { type LedgerStore, createLedgerStore } from "../../src/ledger/store.ts";
import { callAt, kimi, modelArn } from "./calls.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const monday = Date.parse("2026-11-23T00:00:00Z");
const kimiPrice = { input: toMoney(0.6e-6), output: toMoney(2.5e-6) };
const units = { modelId: modelArn, perCopy: 2, version: "1.0", createdAt: Date.parse("2026-01-01") };
/** Two units at $0.05718 for five minutes. */
const oneWindow = 0.5718;

async function bookOf(calls: readonly LedgerCall[], isKnown = true): Promise<LedgerStore> {
  const onFault = (error: unknown) => {
    throw error;
  };
  const book = createLedgerStore({ database: openDatabase(":memory:"), onFault });
  await Promise.all(calls.map((call) => book.append(call)));
  if (isKnown) book.saveUnits(units);
  return book;
}

/** What reports say, with amounts as numbers. */
interface Json {
  readonly total: Line;
  readonly by_model: readonly (Line & {
    model: string;
    windows: number;
    copies: number;
    idle_policies: readonly Policy[];
  })[];
  readonly by_day: readonly (Line & { day: string })[];
  readonly by_key: readonly (Line & { key: string })[];
  readonly by_user: readonly (Line & { user: string })[];
  readonly by_tag: readonly (Line & { tag: string })[];
}

interface Line {
  readonly calls: number;
  readonly compute_usd: number | null;
  readonly idle_usd: number | null;
  readonly storage_usd: number | null;
  readonly unpriced_calls: number;
}

interface Policy {
  readonly idle_minutes: number;
  readonly compute_usd: number;
  readonly saved_usd: number;
  readonly restores: number;
}

async function ask(
  calls: readonly LedgerCall[],
  query: Parameters<typeof askLedger>[1] = {},
  now = monday + day,
): Promise<Json> {
  return askLedger(await bookOf(calls), query, now).json as Json;
}

const kimiCall = (at: number, more: Partial<LedgerCall> = {}) =>
  callAt(at, { modelId: kimi, alias: "kimi", tokenPrice: kimiPrice, ...more });

describe("a report", () => {
  test("of one call to an imported model: a window, nearly all of it idle, and storage", async () => {
    const { total, by_model: models } = await ask([callAt(monday)]);
    expect(total).toMatchObject({ calls: 1, compute_usd: oneWindow, unpriced_calls: 0 });
    expect(total.idle_usd).toBeCloseTo(oneWindow, 9);
    expect(total.storage_usd).toBeCloseTo((2 * 1.95) / 30, 9);
    expect(models[0]).toMatchObject({
      model: modelArn,
      windows: 1,
      copies: 1,
      billed_by: "units",
      units_per_copy: 2,
    });
  });

  test("of calls that are billed by the token", async () => {
    const { total, by_model: models } = await ask([
      kimiCall(monday),
      kimiCall(monday + 1, { usage: { promptTokens: 1000, completionTokens: 0, cachedTokens: 400 } }),
    ]);
    expect(total).toMatchObject({ calls: 2, storage_usd: 0, idle_usd: 0 });
    expect(total.compute_usd).toBeCloseTo(10 * 0.6e-6 + 20 * 2.5e-6 + 1000 * 0.6e-6, 12);
    expect(models[0]).toMatchObject({ model: kimi, billed_by: "tokens", windows: 0, idle_policies: [] });
  });

  test("by key, user and tag: each pays for its tokens", async () => {
    const calls = [
      callAt(monday, {
        key: "k1",
        user: "ada",
        tags: ["a"],
        usage: { promptTokens: 10, completionTokens: 20 },
      }),
      callAt(monday + 1000, {
        key: "k2",
        user: "ada",
        tags: ["a", "b"],
        usage: { promptTokens: 40, completionTokens: 20 },
      }),
      callAt(monday + 2000, { usage: { promptTokens: 5, completionTokens: 5 } }),
    ];
    // The last ends two seconds after the first, and so there is a second window.
    const tenth = (2 * oneWindow) / 10;
    const rows = (lines: readonly Line[], name: string) =>
      lines.map((line) => [(line as unknown as Record<string, unknown>)[name], line.calls, line.compute_usd]);
    const { by_key: keys } = await ask(calls, { by: "key" });
    expect(rows(keys, "key")).toEqual([
      ["k2", 1, expect.closeTo(6 * tenth, 9)],
      ["k1", 1, expect.closeTo(3 * tenth, 9)],
      ["default", 1, expect.closeTo(tenth, 9)],
    ]);
    const { by_user: users } = await ask(calls, { by: "user" });
    expect(rows(users, "user")).toEqual([
      ["ada", 2, expect.closeTo(9 * tenth, 9)],
      ["(none)", 1, expect.closeTo(tenth, 9)],
    ]);
    const { by_tag: tags } = await ask(calls, { by: "tag" });
    expect(rows(tags, "tag")).toEqual([
      ["a", 2, expect.closeTo(9 * tenth, 9)],
      ["b", 1, expect.closeTo(6 * tenth, 9)],
      ["(none)", 1, expect.closeTo(tenth, 9)],
    ]);
  });

  test("by day of a time zone; windows count where they begin", async () => {
    const calls = [callAt(monday - 2 * 60 * minute), callAt(monday - 30 * minute), kimiCall(monday + minute)];
    const days = async (timeZone?: string) =>
      (await ask(calls, { timeZone, by: "day" }, monday + 2 * minute)).by_day.map((line) => [
        line.day,
        line.calls,
      ]);
    expect(await days()).toEqual([
      ["2026-11-22", 2],
      ["2026-11-23", 1],
    ]);
    expect(await days("Europe/Berlin")).toEqual([
      ["2026-11-22", 1],
      ["2026-11-23", 2],
    ]);
  });

  test("of a range has the windows that begin in it, also those of calls before it", async () => {
    const calls = [callAt(monday - 3 * minute), callAt(monday - 1 * minute)];
    // The period is open from -2:59 to 4:01, so that the second of two windows begins at 2:01.
    const { total } = await ask(calls, { from: "2026-11-23", to: "2026-11-23" });
    expect(total).toMatchObject({ calls: 0, compute_usd: oneWindow });
    const before = await ask(calls, { from: "2026-11-22", to: "2026-11-22" });
    expect(before.total).toMatchObject({ calls: 2, compute_usd: oneWindow });
  });

  test("compares idle policies", async () => {
    const calls = [callAt(monday), callAt(monday + 20 * minute), callAt(monday + 22 * minute)];
    const { by_model: models } = await ask(calls);
    expect(models[0]?.idle_policies).toEqual(
      [
        { idle_minutes: 1, compute_usd: 3 * oneWindow, saved_usd: expect.closeTo(0, 9), restores: 3 },
        { idle_minutes: 5, compute_usd: 3 * oneWindow, saved_usd: 0, restores: 2 },
        {
          idle_minutes: 15,
          compute_usd: 7 * oneWindow,
          saved_usd: expect.closeTo(-4 * oneWindow, 9),
          restores: 2,
        },
        {
          idle_minutes: 60,
          compute_usd: 17 * oneWindow,
          saved_usd: expect.closeTo(-14 * oneWindow, 9),
          restores: 1,
        },
      ].map((row) => ({ ...row, compute_usd: expect.closeTo(row.compute_usd, 9) as number })),
    );
  });
});

describe("what is unknown is said to be unknown", () => {
  test("units that AWS was not asked for", async () => {
    const { json, text } = askLedger(await bookOf([callAt(monday)], false), {}, monday + day);
    expect((json as Json).total).toMatchObject({
      calls: 1,
      compute_usd: null,
      idle_usd: null,
      storage_usd: null,
      unpriced_calls: 1,
    });
    expect((json as Json).by_model[0]).toMatchObject({ windows: 1, units_per_copy: null });
    expect(text).toContain("unknown");
    expect(text).toContain("bedrock:GetImportedModel");
    expect(text).not.toContain("$0");
  });

  test("a region without price", async () => {
    const { total } = await ask([callAt(monday, { region: "ap-south-1" })]);
    expect(total).toMatchObject({ compute_usd: null, unpriced_calls: 1 });
  });

  test.each([
    ["price", { tokenPrice: undefined }],
    ["number of tokens", { usage: undefined }],
  ])("a %s", async (_, more) => {
    const calls = [kimiCall(monday), kimiCall(monday, more)];
    const { json, text } = askLedger(await bookOf(calls), {}, monday + day);
    expect((json as Json).total).toMatchObject({
      calls: 2,
      compute_usd: expect.closeTo(56e-6, 12),
      unpriced_calls: 1,
    });
    expect(text).toContain("+ ?");
    expect(text).toContain("The price of 1 calls is unknown");
  });

  test("a call that costs nothing costs nothing", async () => {
    const { total } = await ask([kimiCall(monday, { tokenPrice: { input: 0n, output: 0n } })]);
    expect(total).toMatchObject({ compute_usd: 0, unpriced_calls: 0 });
  });
});

describe("asking", () => {
  test("an empty book says so", async () => {
    const { text, json } = askLedger(await bookOf([]), {}, monday);
    expect(text).toMatch(/^No calls/);
    expect((json as Json).total).toMatchObject({ calls: 0, compute_usd: 0 });
  });

  test("a range without calls says so", async () => {
    const { text } = askLedger(await bookOf([callAt(monday)]), { to: "2026-11-01" }, monday + day);
    expect(text).toMatch(/^No calls/);
  });

  test.each([
    [{ from: "yesterday" }, "from must be a day"],
    [{ to: "2026-13-01" }, "to must be a day"],
    [{ from: "2026-11-23T08:00:00" }, "from must be a day"],
    [{ by: "colour" }, "by must be one of model, day, key, user, tag"],
    [{ timeZone: "Mars/Olympus" }, "time_zone must be a time zone"],
  ])("%j is refused", async (query, message) => {
    const book = await bookOf([]);
    expect(() => askLedger(book, query, monday)).toThrow(message);
  });

  test("a time has its offset", async () => {
    const { total } = await ask([callAt(monday), callAt(monday + 60 * minute)], {
      from: "2026-11-23T01:30:00+01:00",
    });
    expect(total.calls).toBe(1);
  });

  test("uses the prices and copies that the gateway left", async () => {
    const book = await bookOf([callAt(monday), callAt(monday)]);
    const own = { ...noRows, units: [{ region: "*", version: "*", perMinute: toMoney(1) }] };
    saveCostSettings(book, {
      prices: own,
      ledger: { path: "", rule: { ...defaultRule, concurrencyPerCopy: 1, loadMs: 0 } },
    });
    expect((askLedger(book, {}, monday + day).json as Json).total.compute_usd).toBe(2 * 2 * 5);
  });

  test("tables have their columns in line, and end with a total", async () => {
    const calls = [callAt(monday), kimiCall(monday), kimiCall(monday, { alias: "other" })];
    const { text } = askLedger(
      await bookOf(calls),
      { from: "2026-11-23", timeZone: "Europe/Berlin" },
      monday + day,
    );
    expect(text).toMatchInlineSnapshot(`
      "What calls cost from 2026-11-23 00:00 to 2026-11-24 01:00 (Europe/Berlin)

      Model                                    Calls  Tokens  Compute  of it idle  Storage    Total
      qwen (abcdef123456)                          1      30  $0.5718     $0.5718  $0.1354  $0.7072
      kimi, other (moonshot.kimi-k2-thinking)      2      60  $0.0001     $0.0000  $0.0000  $0.0001
      Total                                        3      90  $0.5719     $0.5718  $0.1354  $0.7073

      Day         Calls  Tokens  Compute  of it idle  Storage    Total
      2026-11-23      3      90  $0.5719     $0.5718  $0.1300  $0.7019
      2026-11-24      0       0  $0.0000     $0.0000  $0.0054  $0.0054
      Total           3      90  $0.5719     $0.5718  $0.1354  $0.7073

      Key      Calls  Tokens  Compute  of it idle
      default      3      90  $0.5719     $0.5718
      Total        3      90  $0.5719     $0.5718

      Had idle copies been kept for

      qwen (abcdef123456)  Compute     saves  Cold starts
      1 min                $0.5718   $0.0000            1
      5 min (as AWS does)  $0.5718   $0.0000            1
      15 min               $1.7154  -$1.1436            1
      60 min               $6.8616  -$6.2898            1
      "
    `);
  });
});

test("calls come to the same totals in whatever order they were kept", async () => {
  const calls = Array.from({ length: 40 }, (_, index) =>
    callAt(monday + index * 97_000, {
      endedAt: monday + index * 97_000 + ((index * 7919) % 200_000),
      key: `k${index % 3}`,
      usage: { promptTokens: (index * 31) % 500, completionTokens: index },
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(calls, { minLength: calls.length }), async (shuffled) => {
      expect(await ask(shuffled)).toEqual(await ask(calls));
    }),
    { numRuns: 20 },
  );
});

test("whatever is asked, the parts add up to the whole", async () => {
  const calls = fc.array(
    fc.record({
      at: fc.nat(2 * day),
      takes: fc.nat(90_000),
      imported: fc.boolean(),
      key: fc.constantFrom(undefined, "k1", "k2"),
      tokens: fc.nat(5000),
    }),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(calls, fc.nat(2 * day), fc.nat(day), async (list, from, length) => {
      const book = await bookOf(
        list.map(({ at, takes, imported, key, tokens }) =>
          callAt(monday + at, {
            answeredAt: monday + at,
            endedAt: monday + at + takes,
            key,
            usage: { promptTokens: tokens, completionTokens: 1 },
            ...(imported ? {} : { modelId: kimi, tokenPrice: kimiPrice }),
          }),
        ),
      );
      const { total, models, groups } = createReport(book, {
        range: { from: monday + from, to: monday + from + length },
        calendar: createCalendar("Europe/Berlin"),
        rule: { ...defaultRule, concurrencyPerCopy: 1 },
        prices: createPrices(),
        now: monday + 3 * day,
      });
      for (const lines of [models, groups.day, groups.key, groups.user, groups.tag]) {
        expect(addUp(lines.map(({ compute }) => compute))).toBe(total.compute);
        expect(addUp(lines.map(({ idle }) => idle))).toBe(total.idle);
        expect(lines.reduce((sum, line) => sum + line.calls, 0)).toBe(total.calls);
      }
      expect(addUp(groups.day.map(({ storage }) => storage ?? 0n))).toBe(total.storage);
      const windows = models.find(({ billedBy }) => billedBy === "units")?.windows ?? 0;
      const ofUnits = models.find(({ billedBy }) => billedBy === "units")?.compute ?? 0n;
      expect(ofUnits).toBe(BigInt(windows) * toMoney(oneWindow));
    }),
    { numRuns: 60 },
  );
});
