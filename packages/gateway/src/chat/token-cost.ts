import type { Usage } from "@outcrop/sdk";

/**
 * USD for the tokens of an answer, by the prices that the config sets (LiteLLM's `input_cost_per_token` and
 * `output_cost_per_token`). An unknown price is unknown, never zero.
 */
export function tokenCost(
  usage: Usage | undefined,
  prices: Readonly<Record<string, number>>,
): number | undefined {
  const { input_cost_per_token: input, output_cost_per_token: output } = prices;
  if (!usage || input === undefined || output === undefined) return undefined;
  return usage.promptTokens * input + usage.completionTokens * output;
}
