import type { Usage } from "@outcrop/sdk";
import type { ModelEntry } from "../config/gateway-config.ts";
import { isImported } from "./call.ts";
import { tokenCost } from "./charges.ts";
import type { Estimator } from "./estimate.ts";
import type { UnitsBook } from "./model-units.ts";
import { type Money, toMoney } from "./money.ts";
import { billingWindowMs } from "./periods.ts";
import type { Prices, TokenPrice } from "./prices.ts";

/** What an answer has cost, as far as that is known when it goes out. */
export type Quote =
  | { readonly kind: "tokens" | "units-estimated"; readonly cost: Money }
  | { readonly kind: "unknown"; readonly cost?: undefined };

export const unknownQuote: Quote = { kind: "unknown" };

/** An answer that has just ended. */
export interface QuotedAnswer {
  readonly entry: ModelEntry;
  readonly region: string;
  readonly usage: Usage | undefined;
  readonly cacheHit?: boolean;
}

/** Says what an answer has cost that has just ended. */
export type Quoter = (answer: QuotedAnswer) => Quote;

export interface QuoteParts {
  readonly prices: Prices;
  readonly units: UnitsBook;
  readonly estimator: Estimator;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Joins price list, units and windows. */
export function createQuoter({ prices, units, estimator, now }: QuoteParts): Quoter {
  function estimate(modelId: string, region: string, tokens: number): Quote {
    const known = units.of(modelId);
    const price = known && prices.unitPrice({ region, version: known.version, at: now() });
    if (price === undefined || known === undefined) return unknownQuote;
    const copyCost = price * BigInt(known.perCopy) * BigInt(billingWindowMs / 60_000);
    return { kind: "units-estimated", cost: estimator.share(modelId, tokens, copyCost) };
  }

  return ({ entry, region, usage, cacheHit }) => {
    // Nobody was called.
    if (cacheHit) return { kind: "tokens", cost: 0n };
    const modelId = entry.deployment?.ref.modelId ?? "";
    const cost = tokenCost(usage, tokenPriceOf(modelId, { own: entry.prices, region, at: now() }, prices));
    if (cost !== undefined) return { kind: "tokens", cost };
    if (!isImported(modelId) || !usage) return unknownQuote;
    return estimate(modelId, region, usage.promptTokens + usage.completionTokens);
  };
}

/** Where and when tokens were used, and what the config says of them under LiteLLM's names. */
export interface TokenPlace {
  readonly own: ModelEntry["prices"] | undefined;
  readonly region: string;
  readonly at: number;
}

/** What a deployment's tokens cost: as its entry says, else by the price list. */
export function tokenPriceOf(
  modelId: string,
  { own = {}, region, at }: TokenPlace,
  prices: Pick<Prices, "tokenPrice">,
): TokenPrice | undefined {
  const {
    input_cost_per_token: input,
    output_cost_per_token: output,
    cache_read_input_token_cost: cached,
  } = own;
  if (input === undefined || output === undefined) return prices.tokenPrice({ modelId, region, at });
  const cachedInput = cached === undefined ? {} : { cachedInput: toMoney(cached) };
  return { input: toMoney(input), output: toMoney(output), ...cachedInput };
}
