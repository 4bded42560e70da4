import { setTimeout as wait } from "node:timers/promises";
import { type CancelSignal, type JsonObject, type OutcropClient, toAbortSignal } from "@outcrop/sdk";
import type { GatewayConfig } from "../config/gateway-config.ts";
import type { Sleep } from "../routing/scope.ts";
import { callModel } from "./call-model.ts";
import { type CheckServices, checkModel, leaveOut } from "./check-models.ts";
import { toHealthReport } from "./health-report.ts";

export interface HealthCheckOptions extends CheckServices {
  readonly config: () => GatewayConfig;
  readonly client: Pick<OutcropClient, "describeModel" | "chat" | "warmthOf">;
  /** Default: real time, that keeps no process alive. */
  readonly sleep?: Sleep;
}

/** Knows how the models are. */
export interface HealthChecks {
  /** The body of `GET /health`: of the last round in the background, or of one that is made now. */
  report(): Promise<JsonObject>;
  /** Begins anew with the config that holds now. */
  restart(): void;
  close(): void;
}

/** Seconds between two rounds: fewer would be a burden to AWS, more would overflow a timer. */
const [shortestInterval, longestInterval] = [1, 2_000_000];

/** Checks the models when asked, and in the background where `background_health_checks` is set; there it never calls them. */
export function createHealthChecks({ sleep = sleepAside, ...options }: HealthCheckOptions): HealthChecks {
  const closing = new AbortController();
  let looping = new AbortController();
  /** The last round in the background that has ended, or the first. */
  let last: Promise<JsonObject> | undefined;

  async function checkAgainAndAgain(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // Who waits for a round gets it, even when the config changes meanwhile.
      const round = checkInBackground(options, closing.signal);
      last ??= round;
      await round;
      if (signal.aborted) return;
      last = round;
      const { healthCheckInterval: seconds } = options.config().general;
      await sleep(Math.min(Math.max(seconds, shortestInterval), longestInterval) * 1000, signal);
    }
  }

  function restart(): void {
    looping.abort();
    looping = new AbortController();
    last = undefined;
    if (!options.config().general.backgroundHealthChecks) return;
    // A sleep that is broken off rejects; nothing else does.
    checkAgainAndAgain(looping.signal).catch(() => {});
  }

  restart();
  return {
    report: () => last ?? checkNow(options, closing.signal),
    restart,
    close() {
      looping.abort();
      closing.abort();
    },
  };
}

async function checkNow(options: HealthCheckOptions, signal: AbortSignal): Promise<JsonObject> {
  const { models, general, outcrop } = options.config();
  const { client } = options;
  const called = outcrop.invokeHealthChecks;
  const findings = models.map(async (entry) => {
    const found = await checkModel(entry, options, signal);
    return called ? callModel(entry, found, { client, signal }) : found;
  });
  return toHealthReport(await Promise.all(findings), { details: general.healthCheckDetails, called });
}

async function checkInBackground(options: HealthCheckOptions, signal: AbortSignal): Promise<JsonObject> {
  const { models, general } = options.config();
  const findings = models.map(async (entry) =>
    entry.inBackgroundChecks ? checkModel(entry, options, signal) : leaveOut(entry, options),
  );
  return toHealthReport(await Promise.all(findings), { details: general.healthCheckDetails, called: false });
}

async function sleepAside(ms: number, signal: CancelSignal): Promise<void> {
  await wait(ms, undefined, { signal: toAbortSignal(signal), ref: false });
}
