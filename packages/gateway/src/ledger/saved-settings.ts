import type { CostSettings } from "../config/ledger-config.ts";
import { type CopyRule, defaultRule } from "./periods.ts";
import { type PriceRows, noRows } from "./prices.ts";
import type { LedgerReader } from "./reader.ts";
import type { LedgerStore } from "./store.ts";

/** What a report needs of the gateway's config. */
export interface SavedSettings {
  readonly rule: CopyRule;
  readonly prices: PriceRows;
}

const names = { rule: "copies", prices: "prices" } as const;

/** Leaves in the book what its calls are priced by, so that a report comes to the same without the config. */
export function saveCostSettings(
  store: Pick<LedgerStore, "saveSetting">,
  { ledger, prices }: CostSettings,
): void {
  store.saveSetting(names.rule, JSON.stringify(ledger?.rule ?? defaultRule));
  store.saveSetting(
    names.prices,
    JSON.stringify(prices, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value)),
  );
}

/** Reads what was left. */
export function readCostSettings(book: Pick<LedgerReader, "setting">): SavedSettings {
  const rule = JSON.parse(book.setting(names.rule) ?? "{}") as Partial<CopyRule>;
  const prices = JSON.parse(book.setting(names.prices) ?? "{}", reviveMoney) as Partial<PriceRows>;
  return { rule: { ...defaultRule, ...rule }, prices: { ...noRows, ...prices } };
}

function reviveMoney(_: string, value: unknown): unknown {
  return typeof value === "string" && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
}
