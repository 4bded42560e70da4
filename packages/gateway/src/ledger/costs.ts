import type { OutcropClient } from "@outcrop/sdk";
import type { CostSettings } from "../config/ledger-config.ts";
import type { UpstreamClient } from "../routing/upstream-client.ts";
import { type LedgerCall, isImported } from "./call.ts";
import { openDatabase } from "./database.ts";
import { createEstimator } from "./estimate.ts";
import { type CallEnd, type Meter, type MeteredCall, createMeteredClient } from "./metered-client.ts";
import { createUnitsBook } from "./model-units.ts";
import { defaultRule } from "./periods.ts";
import { type Prices, createPrices } from "./prices.ts";
import { type Quoter, createQuoter, tokenPriceOf } from "./quote.ts";
import { saveCostSettings } from "./saved-settings.ts";
import { type LedgerStore, createLedgerStore } from "./store.ts";

/** What calls cost: told of each, and asked. */
export interface Costs<Client extends UpstreamClient> {
  /** The client, with its calls counted. */
  readonly client: Client;
  readonly quote: Quoter;
  /** The book, where one is kept. */
  readonly store: LedgerStore | undefined;
  close(): void;
}

export interface CostsOptions<Client extends UpstreamClient> {
  readonly settings: CostSettings;
  readonly client: Client;
  readonly onFault: (error: unknown) => void;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Joins meter, price list and book.
 * @throws Error when the book can't be opened.
 */
export function createCosts<Client extends UpstreamClient & Pick<OutcropClient, "describeModel">>({
  settings,
  client,
  onFault,
  now = Date.now,
}: CostsOptions<Client>): Costs<Client> {
  const { ledger } = settings;
  const store = ledger && createLedgerStore({ database: openDatabase(ledger.path), onFault });
  if (store) attempt(() => saveCostSettings(store, settings), onFault);
  const prices = createPrices(settings.prices);
  const estimator = createEstimator(ledger?.rule ?? defaultRule);
  const units = createUnitsBook({
    client,
    now,
    known: store?.units() ?? new Map(),
    onLearnt: (learnt) => attempt(() => store?.saveUnits(learnt), onFault),
  });

  const meter: Meter = {
    began: ({ deployment }) => estimator.began(deployment.ref.modelId),
    ended(call, end) {
      const { deployment } = call;
      const tokens = end?.usage ? end.usage.promptTokens + end.usage.completionTokens : 0;
      estimator.ended(deployment.ref.modelId, tokens, end?.endedAt ?? now());
      if (end?.outcome === "succeeded") units.learn(deployment);
      return store && end && store.append(toLedgerCall(call, end, prices));
    },
  };

  return {
    client: createMeteredClient({ client, meter, now }),
    quote: createQuoter({ prices, units, estimator, now }),
    store,
    close: () => store?.close(),
  };
}

function toLedgerCall({ deployment, cause }: MeteredCall, end: CallEnd, prices: Prices): LedgerCall {
  const { modelId } = deployment.ref;
  const region = end.region ?? deployment.region ?? deployment.ref.region ?? "";
  const { callId = "", key, user } = cause?.call.caller ?? {};
  return {
    ...end,
    callId,
    modelId,
    region,
    alias: cause?.entry.modelName ?? "",
    key,
    user,
    tags: cause?.call.options.tags ?? [],
    tokenPrice: isImported(modelId)
      ? undefined
      : tokenPriceOf(modelId, { own: cause?.entry.prices, region, at: end.sentAt }, prices),
  };
}

/** What fails here is told, and holds up nothing. */
function attempt(work: () => void, onFault: (error: unknown) => void): void {
  try {
    work();
  } catch (error) {
    onFault(error);
  }
}
