import type { ModelEntry } from "../../config/gateway-config.ts";
import { type Strategy, pickLowest } from "./strategy.ts";

/** The cheapest by its token prices. An unknown price is not a low one: such entries come last. */
export const costBased: Strategy = (entries, { random }) => pickLowest(entries, priceOf, random);

function priceOf({ prices }: ModelEntry): number {
  const { input_cost_per_token: input, output_cost_per_token: output } = prices;
  return input === undefined || output === undefined ? Infinity : input + output;
}
