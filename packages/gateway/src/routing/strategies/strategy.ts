import type { JsonObject } from "@outcrop/sdk";
import type { ModelEntry } from "../../config/gateway-config.ts";
import type { DeploymentView } from "../state.ts";

/** What a strategy may look at. */
export interface StrategyContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly stream: boolean;
  /** `routing_strategy_args` */
  readonly args: JsonObject;
  readonly view: (id: string) => DeploymentView;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** Picks one of some entries that may all be called; `undefined` only if there is none. */
export type Strategy = (entries: readonly ModelEntry[], context: StrategyContext) => ModelEntry | undefined;

export function pickAny<T>(items: readonly T[], random: () => number): T | undefined {
  return items[Math.floor(random() * items.length)];
}

/** One with the lowest score, by chance among equals. */
export function pickLowest<T>(
  items: readonly T[],
  score: (item: T) => number,
  random: () => number,
): T | undefined {
  const scores = items.map(score);
  const lowest = Math.min(...scores);
  return pickAny(
    items.filter((_, index) => scores[index] === lowest),
    random,
  );
}

/** A number of `routing_strategy_args`; configs also write them as text. */
export function numberOf(args: JsonObject, name: string, fallback: number): number {
  const value = args[name];
  const number = typeof value === "string" ? Number.parseFloat(value) : value;
  return typeof number === "number" && number >= 0 ? number : fallback;
}
