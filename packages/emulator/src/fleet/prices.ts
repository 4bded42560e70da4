import type { Model } from "../models/model.ts";

/** US dollars. */
export interface PriceTable {
  /** When the prices were read. */
  readonly date: string;
  /** For one custom model unit and minute, by the version of the unit and the region; `*` is any other region. */
  readonly perUnitMinute: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** For a million tokens, by foundation model. */
  readonly perMillionTokens: Readonly<Record<string, { readonly input: number; readonly output: number }>>;
}

/**
 * As quoted by third parties from AWS's pricing page between July and October 2026; us-east-2 and the
 * other regions of unit version 2.0 were not seen and are taken to be like us-east-1.
 */
export const defaultPrices: PriceTable = {
  date: "2026-10",
  perUnitMinute: {
    "1.0": { "*": 0.05718, "eu-central-1": 0.07144 },
    "2.0": { "*": 0.1433 },
  },
  perMillionTokens: { "moonshot.kimi-k2-thinking": { input: 0.6, output: 2.5 } },
};

/** The price of one unit and minute of an imported model; 0 when the table has none. */
export function unitMinutePrice(table: PriceTable, region: string, version: string): number {
  const row = table.perUnitMinute[version.replace(/^v/, "")];
  return row?.[region] ?? row?.["*"] ?? 0;
}

export function tokenPrice(
  table: PriceTable,
  model: Model,
  tokens: { input: number; output: number },
): number {
  const price = table.perMillionTokens[model.id];
  return price === undefined ? 0 : (tokens.input * price.input + tokens.output * price.output) / 1e6;
}
