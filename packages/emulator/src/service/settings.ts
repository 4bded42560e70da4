import { parseDuration } from "../base/duration.ts";
import type { ImportSettings } from "../control/import-jobs.ts";
import { createFileReader } from "../control/read-files.ts";
import type { FleetSettings } from "../fleet/fleet.ts";
import { defaultPrices } from "../fleet/prices.ts";
import type { PriceTable } from "../fleet/prices.ts";
import type { EmulatorOptions } from "../options.ts";
import type { Assumptions } from "../runtime/read-call.ts";

/** The defaults of everything about copies of models. */
export function toFleetSettings(options: EmulatorOptions): FleetSettings {
  return {
    coldStart: parseDuration(options.coldStart ?? 0),
    coldMode: options.coldMode ?? "hold",
    holdLimit: parseDuration(options.holdLimit ?? "5m"),
    idle: parseDuration(options.idle ?? "5m"),
    concurrencyPerCopy: options.concurrencyPerCopy ?? 8,
    maxCopies: options.maxCopies ?? 3,
  };
}

export function toImportSettings(options: EmulatorOptions, account: string): ImportSettings {
  return {
    duration: parseDuration(options.importDuration ?? "2s"),
    quota: options.importQuota ?? 3,
    account,
    readFiles: createFileReader(options.importSources ?? {}),
  };
}

/** The best guesses where AWS's behaviour is not documented. */
export function toAssumptions(options: EmulatorOptions): Assumptions {
  return {
    bothLimits: "BedrockCompletion",
    missingModel: "ResourceNotFoundException",
    contentType: "strict",
    tokenCountHeaders: true,
    ...options.assumptions,
  };
}

export function toPrices(options: EmulatorOptions): PriceTable {
  return options.prices ?? defaultPrices;
}
