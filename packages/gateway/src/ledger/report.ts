import { type Account, type Entry, addEntries, createAccounts } from "./accounts.ts";
import { type LedgerCall, type ModelUnits, isImported } from "./call.ts";
import { type ChargeContext, chargeTokens, chargeUnits, costWithIdle, isIn } from "./charges.ts";
import type { Calendar, CalendarDay } from "./days.ts";
import { type Money, addUp } from "./money.ts";
import type { LedgerReader } from "./reader.ts";
import { storageCost } from "./storage.ts";

/** What can be put together. */
export const groupings = ["model", "day", "key", "user", "tag"] as const;

export type Grouping = (typeof groupings)[number];

/** What a report says of all that goes by one name. */
export interface CostLine extends Account {
  readonly name: string;
  /** Of models and days: nobody's calls are charged with it. `undefined` where a price is unknown. */
  readonly storage: Money | undefined;
}

/** What a report says of a model. */
export interface ModelLine extends CostLine {
  readonly aliases: readonly string[];
  readonly region: string;
  readonly billedBy: "units" | "tokens";
  /** Absent for what is billed by tokens, and where AWS was not yet asked. */
  readonly units: ModelUnits | undefined;
  readonly windows: number;
  /** The most at once. */
  readonly copies: number;
  readonly policies: readonly PolicyLine[];
}

/** What copies would cost if they stayed idle for another time. AWS's own is five minutes. */
export interface PolicyLine {
  readonly idleMinutes: number;
  readonly compute: Money | undefined;
  /** How often the model comes back from zero. */
  readonly restores: number;
}

/** What a ledger says of a range of time. */
export interface CostReport {
  readonly from: number;
  readonly to: number;
  readonly total: CostLine;
  readonly models: readonly ModelLine[];
  readonly groups: Readonly<Record<Exclude<Grouping, "model">, readonly CostLine[]>>;
}

export interface ReportContext extends ChargeContext {
  readonly calendar: Calendar;
}

/** Minutes that copies stay idle, as reports compare them. */
const policies = [1, 5, 15, 60];

/** Key of those who send none, until there are keys of one's own. */
const defaultKey = "default";
const nobody = "(none)";

/** Reads a book and says what it cost. */
export function createReport(book: LedgerReader, context: ReportContext): CostReport {
  const { range, calendar } = context;
  const units = book.units();
  const days = calendar.daysOf(range);
  const models = book
    .models()
    .map((modelId) => reportModel(modelId, book.callsOf(modelId, range), { ...context, units, days }))
    .filter(({ line }) => line.calls > 0 || line.compute > 0n);
  const entries = models.flatMap((model) => model.entries);
  const storedOn = (index: number) => sumKnown(models.map(({ storage }) => storage[index]));
  const group = (namesOf: (entry: Entry) => readonly string[]) => toLines(createAccounts(entries, namesOf));
  const onDay = createAccounts(entries, ({ at }) => [calendar.dayOf(at)]);
  return {
    ...range,
    total: {
      name: "total",
      ...addEntries(entries),
      storage: sumKnown(models.map(({ line }) => line.storage)),
    },
    models: models.map(({ line }) => line),
    groups: {
      day: days.map(({ day }, index) => ({
        name: day,
        ...(onDay.get(day) ?? addEntries([])),
        storage: storedOn(index),
      })),
      key: group(({ call }) => [call.key ?? defaultKey]),
      user: group(({ call }) => [call.user ?? nobody]),
      tag: group(({ call }) => (call.tags.length === 0 ? [nobody] : [...new Set(call.tags)])),
    },
  };
}

interface ModelContext extends ReportContext {
  readonly units: ReadonlyMap<string, ModelUnits>;
  readonly days: readonly CalendarDay[];
}

interface ModelReport {
  readonly line: ModelLine;
  readonly entries: readonly Entry[];
  /** By day. */
  readonly storage: readonly (Money | undefined)[];
}

function reportModel(modelId: string, calls: readonly LedgerCall[], context: ModelContext): ModelReport {
  const { range, days, prices } = context;
  const units = context.units.get(modelId);
  const imported = isImported(modelId);
  const region = calls[0]?.region ?? "";
  const { charges, unpriced, windows } = imported
    ? chargeUnits(calls, units, context)
    : chargeTokens(calls, context);
  const own = calls.filter(({ sentAt }) => isIn(sentAt, range));
  const entries: readonly Entry[] = [
    ...own.map((call) => ({ type: "called", call, at: call.sentAt }) as const),
    ...unpriced.map((call) => ({ type: "unpriced", call, at: Math.max(call.sentAt, range.from) }) as const),
    ...charges.map((charge) => ({ type: "charged", ...charge }) as const),
  ];
  const storage = days.map((day) =>
    imported ? units && storageCost({ ...units, region }, day, prices) : 0n,
  );
  const line = {
    name: modelId,
    ...addEntries(entries),
    storage: sumKnown(storage),
    aliases: [...new Set(own.map(({ alias }) => alias))],
    region,
    billedBy: imported ? "units" : "tokens",
    units,
    windows: windows.length,
    // A copy has the lowest number that is free.
    copies: windows.reduce((most, { copy }) => Math.max(most, copy), 0),
    policies: units
      ? policies.map((minutes) => comparePolicy(minutes, calls, { ...context, own: units }))
      : [],
  } as const;
  return { line, entries, storage };
}

function comparePolicy(
  idleMinutes: number,
  calls: readonly LedgerCall[],
  { own, ...context }: ModelContext & { readonly own: ModelUnits },
): PolicyLine {
  return { idleMinutes, ...costWithIdle(calls, own, { ...context, idleMs: idleMinutes * 60_000 }) };
}

/** The dearest first. */
function toLines(accounts: ReadonlyMap<string, Account>): readonly CostLine[] {
  return [...accounts]
    .map(([name, account]) => ({ name, ...account, storage: undefined }))
    .toSorted((one, other) => Number(other.compute > one.compute) - Number(other.compute < one.compute));
}

function sumKnown(amounts: readonly (Money | undefined)[]): Money | undefined {
  return amounts.every((amount) => amount !== undefined) ? addUp(amounts) : undefined;
}
