import { dummyApiKey, dummyCredentials } from "../auth/credentials.ts";
import type { Clock } from "../base/clock.ts";
import { createRandom } from "../base/random.ts";
import { createImportJobs } from "../control/import-jobs.ts";
import { createTagBook } from "../control/tags.ts";
import { createFaultBook } from "../faults/fault-book.ts";
import { createBookkeeper } from "../fleet/ledger.ts";
import { createModels } from "../models/create-models.ts";
import type { EmulatorOptions } from "../options.ts";
import { chooseSource } from "../sources/choose-source.ts";
import { createScriptBook } from "../sources/script.ts";
import { createRequestLog } from "./request-log.ts";
import { toAssumptions, toFleetSettings, toImportSettings, toPrices } from "./settings.ts";
import type { ServiceState } from "./state.ts";

/** Makes the parts of an emulator out of its options. */
export function createState(options: EmulatorOptions, clock: Clock): ServiceState {
  const { region = "us-east-1", account = "123456789012", seed = 1 } = options;
  const random = createRandom(seed);
  const catalogue = createModels(options, { region, account });
  const settings = toFleetSettings(options);
  const bookkeeper = createBookkeeper({ catalogue, clock, settings, prices: toPrices(options) });
  const tags = createTagBook();
  const jobs = createImportJobs({
    catalogue,
    clock,
    random,
    tags,
    settings: toImportSettings(options, account),
  });
  const scripts = createScriptBook(options.scripts ?? []);
  const faults = createFaultBook(options.faults ?? [], seed);
  const requests = createRequestLog();

  return {
    region,
    clock,
    random,
    catalogue,
    bookkeeper,
    jobs,
    tags,
    scripts,
    faults,
    requests,
    keyring: {
      credentials: options.credentials ?? [dummyCredentials],
      apiKeys: options.apiKeys ?? [dummyApiKey],
      now: options.signatureNow ?? Date.now,
    },
    source: chooseSource(options),
    assumptions: toAssumptions(options),
    tokensPerSecond: options.tokensPerSecond,
    padding: options.padding ?? true,
    log: options.log ?? (() => undefined),
    reset: () => {
      for (const part of [requests, tags]) part.clear();
      for (const part of [random, catalogue, bookkeeper, jobs, scripts, faults]) part.reset();
    },
  };
}
