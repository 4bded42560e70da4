import { AwsFailure, defaultMessage } from "../aws/failure.ts";
import type { Clock } from "../base/clock.ts";
import type { ImportedModel } from "../models/model.ts";
import type { BillingPeriod } from "./copies.ts";
import { createCopySet } from "./copy-set.ts";

/** What a call to a cold model gets: a connection that stays open, or a refusal. */
export type ColdMode = "hold" | "refuse";

export interface FleetSettings {
  /** Milliseconds that a copy takes to load; 0 keeps every model warm. */
  readonly coldStart: number;
  readonly coldMode: ColdMode;
  /** How long a held call waits at most before it is refused, in milliseconds. */
  readonly holdLimit: number;
  /** Milliseconds without a call after which a copy is scaled down. */
  readonly idle: number;
  /** Calls that a copy serves at once before another copy is started. */
  readonly concurrencyPerCopy: number;
  readonly maxCopies: number;
}

/** Where a model stands between its calls. */
export type FleetState = "cold" | "restoring" | "warm" | "idle";

export interface Lease {
  /** Tells that the call succeeded: billing starts with the first one. */
  succeed(): void;
  /** Must be called once, when the call is over. */
  release(): void;
}

/** The copies of one imported model: they load, serve, idle and go. */
export interface Fleet {
  /** Resolves when a copy serves the call. Throws ModelNotReadyException when none is ready in time. */
  acquire(signal: AbortSignal): Promise<Lease>;
  report(): FleetReport;
}

export interface FleetReport {
  readonly state: FleetState;
  /** Loaded copies. */
  readonly copies: number;
  /** When the first copy will be loaded, while the model is restoring. */
  readonly readyAt: number | undefined;
  readonly coldStarts: number;
  /** Calls that were refused because no copy was ready. */
  readonly refusals: number;
  readonly periods: readonly BillingPeriod[];
}

export function createFleet(model: ImportedModel, settings: FleetSettings, clock: Clock): Fleet {
  const copies = createCopySet(settings, model.coldStart ?? settings.coldStart);
  let refusals = 0;
  const refuse = (): never => {
    refusals++;
    throw new AwsFailure("ModelNotReadyException", defaultMessage.ModelNotReadyException);
  };
  const awaitReady = async (signal: AbortSignal): Promise<void> => {
    const readyAt = copies.awake(clock.now());
    const wait = readyAt - clock.now();
    if (wait <= 0) return;
    if (settings.coldMode === "refuse") refuse();
    await clock.sleep(Math.min(wait, settings.holdLimit), signal);
    signal.throwIfAborted();
    if (clock.now() < readyAt) refuse();
  };

  return {
    acquire: async (signal) => {
      await awaitReady(signal);
      const copy = copies.choose(clock.now());
      copy.inFlight++;
      copy.lastUse = clock.now();
      return {
        succeed: () => {
          copy.billedFrom ??= clock.now();
        },
        release: () => {
          copy.inFlight--;
          copy.lastUse = clock.now();
        },
      };
    },
    report: () => ({ ...copies.report(clock.now()), refusals }),
  };
}
