import type { CopyRule } from "../ledger/periods.ts";
import type { PriceRows } from "../ledger/prices.ts";

/** `outcrop_settings` about what calls cost. */
export interface CostSettings {
  /** Absent: no book is kept. */
  readonly ledger: LedgerSettings | undefined;
  /** They go before the published prices. */
  readonly prices: PriceRows;
}

export interface LedgerSettings {
  /** Of the file, as written: relative to the directory that the gateway is started in. */
  readonly path: string;
  readonly rule: CopyRule;
}

/** Where the book is kept if nothing else is said. */
export const defaultLedgerPath = "outcrop-ledger.db";
