import type { Clock } from "../base/clock.ts";
import type { Catalogue } from "../models/catalogue.ts";
import type { ImportedModel, Model } from "../models/model.ts";
import { billingWindow, countWindows } from "./copies.ts";
import { createFleet } from "./fleet.ts";
import type { Fleet, FleetReport, FleetSettings, FleetState } from "./fleet.ts";
import { tokenPrice, unitMinutePrice } from "./prices.ts";
import type { PriceTable } from "./prices.ts";

/** What a model was used for, and what that would have cost. */
export interface LedgerEntry {
  readonly modelId: string;
  readonly modelName: string;
  /** Successful calls. */
  readonly invocations: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars. */
  readonly cost: number;
  /** Absent for foundation models, which are always there and billed by the token. */
  readonly fleet?: FleetEntry;
}

export interface FleetEntry {
  readonly state: FleetState;
  readonly copies: number;
  /** ISO 8601; when the model will be warm, while it is restoring. */
  readonly readyAt: string | undefined;
  readonly coldStarts: number;
  readonly refusals: number;
  readonly unitsPerCopy: number;
  readonly unitsVersion: string;
  /** One row for each time that a copy was up. */
  readonly periods: readonly { copy: number; start: string; end: string | undefined; windows: number }[];
  /** Windows of five minutes, over all copies. */
  readonly windows: number;
  readonly unitMinutes: number;
}

export interface Ledger {
  readonly priceDate: string;
  /** ISO 8601, by the emulator's clock. */
  readonly time: string;
  /** US dollars. */
  readonly totalCost: number;
  readonly models: readonly LedgerEntry[];
}

/** Keeps the fleets of all imported models, and the books. */
export interface Bookkeeper {
  fleetOf(model: ImportedModel): Fleet;
  recordUse(model: Model, tokens: { input: number; output: number }): void;
  ledger(): Ledger;
  /** Makes every model as if it had never been called. */
  reset(): void;
}

export function createBookkeeper(given: {
  catalogue: Catalogue;
  settings: FleetSettings;
  prices: PriceTable;
  clock: Clock;
}): Bookkeeper {
  const { catalogue, settings, prices, clock } = given;
  const fleets = new Map<string, Fleet>();
  const uses = new Map<string, { model: Model; invocations: number; input: number; output: number }>();

  const fleetOf = (model: ImportedModel): Fleet => {
    const known = fleets.get(model.id) ?? createFleet(model, settings, clock);
    fleets.set(model.id, known);
    return known;
  };
  const toEntry = (model: Model): LedgerEntry => {
    const { invocations, input, output } = uses.get(model.id) ?? { invocations: 0, input: 0, output: 0 };
    const head = {
      modelId: model.id,
      modelName: model.name,
      invocations,
      inputTokens: input,
      outputTokens: output,
    };
    if (model.kind === "foundation") return { ...head, cost: tokenPrice(prices, model, { input, output }) };
    const fleet = toFleetEntry(model, fleetOf(model).report(), clock.now());
    const price = unitMinutePrice(prices, model.region, model.unitsVersion);
    return { ...head, cost: fleet.unitMinutes * price, fleet };
  };

  return {
    fleetOf,
    recordUse: (model, tokens) => {
      const use = uses.get(model.id) ?? { model, invocations: 0, input: 0, output: 0 };
      use.invocations++;
      use.input += tokens.input;
      use.output += tokens.output;
      uses.set(model.id, use);
    },
    ledger: () => {
      const known: readonly Model[] = [
        ...catalogue.imported(),
        ...[...uses.values()].map(({ model }) => model),
      ];
      // What a deleted model has cost stays in the books.
      const models = [...new Map(known.map((model) => [model.id, model])).values()].map(toEntry);
      return {
        priceDate: prices.date,
        time: new Date(clock.now()).toISOString(),
        totalCost: models.reduce((sum, { cost }) => sum + cost, 0),
        models,
      };
    },
    reset: () => {
      fleets.clear();
      uses.clear();
    },
  };
}

function toFleetEntry(model: ImportedModel, report: FleetReport, now: number): FleetEntry {
  const periods = report.periods.map((period) => ({
    copy: period.copy,
    start: new Date(period.start).toISOString(),
    end: period.end === undefined ? undefined : new Date(period.end).toISOString(),
    windows: countWindows(period, now),
  }));
  const windows = periods.reduce((sum, period) => sum + period.windows, 0);
  return {
    state: report.state,
    copies: report.copies,
    readyAt: report.readyAt === undefined ? undefined : new Date(report.readyAt).toISOString(),
    coldStarts: report.coldStarts,
    refusals: report.refusals,
    unitsPerCopy: model.unitsPerCopy,
    unitsVersion: model.unitsVersion,
    periods,
    windows,
    unitMinutes: (windows * billingWindow * model.unitsPerCopy) / 60_000,
  };
}
