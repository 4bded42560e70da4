import type { DeploymentRouting, ModelEntry } from "../../config/gateway-config.ts";
import { type Strategy, pickAny } from "./strategy.ts";

const measures = ["weight", "rpm", "tpm"] as const satisfies readonly (keyof DeploymentRouting)[];

/** By chance, in proportion to `weight`, else `rpm`, else `tpm`: the first of them that any entry states. */
export const simpleShuffle: Strategy = (entries, { random }) => {
  const measure = measures.find((name) => entries.some(({ routing }) => routing[name] !== undefined));
  const weights = measure === undefined ? [] : sharesOf(entries, measure);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // All of them stating 0 states nothing.
  if (total === 0) return pickAny(entries, random);
  let point = random() * total;
  const drawn = entries.find((_, index) => (point -= weights[index] ?? 0) < 0);
  // Sums of fractions may fall short by a rounding.
  return drawn ?? entries.findLast((_, index) => (weights[index] ?? 0) > 0);
};

/** An entry that states nothing counts like the average of those that do. */
function sharesOf(entries: readonly ModelEntry[], measure: (typeof measures)[number]): readonly number[] {
  const stated = entries.flatMap(({ routing }) => routing[measure] ?? []);
  const average = stated.reduce((sum, weight) => sum + weight, 0) / stated.length;
  return entries.map(({ routing }) => Math.max(0, routing[measure] ?? average));
}
