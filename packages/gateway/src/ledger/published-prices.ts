import { toMoney } from "./money.ts";
import type { PriceRows, StoragePriceRow, TokenPriceRow, UnitPriceRow } from "./prices.ts";

/**
 * What is known of AWS's price list, from third parties who quote it between July and November 2026.
 * Regions that nobody quotes are left out: their price is unknown, and `outcrop_settings.prices` can say it.
 *
 * @see https://aws.amazon.com/bedrock/pricing/
 */
export const publishedPrices: PriceRows = {
  units: [
    // The first price, quoted until 2026. The day of the change is not known: July 2026 is when the lower one is first seen.
    unit("us-east-1", "1.0", { from: "2024-10-21", dollars: 0.0785 }),
    unit("us-east-1", "1.0", { from: "2026-07-01", dollars: 0.05718 }),
    unit("us-west-2", "1.0", { from: "2026-07-01", dollars: 0.05718 }),
    unit("eu-central-1", "1.0", { from: "2026-07-01", dollars: 0.07144 }),
    // OpenAI's gpt-oss.
    unit("us-east-1", "2.0", { from: "2026-07-01", dollars: 0.1433 }),
  ],
  storage: [storage(1.95)],
  tokens: [
    ...["us-east-1", "us-east-2", "us-west-2"].map((region) =>
      tokens("moonshot.kimi-k2-thinking", region, { input: 0.6, output: 2.5 }),
    ),
    // The other regions are quoted at 0.72 to 0.73 in.
    tokens("moonshot.kimi-k2-thinking", "*", { input: 0.73, output: 3.03 }),
    ...["us-east-1", "us-east-2", "us-west-2"].map((region) =>
      tokens("moonshotai.kimi-k2.5", region, { input: 0.6, output: 3 }),
    ),
    tokens("moonshotai.kimi-k2.5", "*", { input: 0.72, output: 3.6 }),
    tokens("global.moonshotai.kimi-k3", "*", { input: 3, output: 15, cachedInput: 0.3 }),
  ],
};

function unit(region: string, version: string, price: { from: string; dollars: number }): UnitPriceRow {
  return { region, version, from: Date.parse(price.from), perMinute: toMoney(price.dollars) };
}

function storage(dollars: number): StoragePriceRow {
  return { region: "*", version: "*", perUnitMonth: toMoney(dollars) };
}

/** Prices of a million tokens, as AWS lists them. */
function tokens(
  model: string,
  region: string,
  million: { input: number; output: number; cachedInput?: number },
): TokenPriceRow {
  const { input, output, cachedInput } = million;
  return {
    model,
    region,
    input: toMoney(input / 1e6),
    output: toMoney(output / 1e6),
    ...(cachedInput !== undefined && { cachedInput: toMoney(cachedInput / 1e6) }),
  };
}
