import type { Usage } from "../core/events.ts";
import type { RawDelta } from "../core/raw-delta.ts";

type UsageDelta = Extract<RawDelta, { type: "usage" }>;

/** In the order in which they are believed. */
const sources = ["body", "metrics", "headers"] as const;

/** Gathers the counts that an answer brings, wherever they stand. */
export interface UsageTally {
  push(delta: UsageDelta): void;
  /** Absent unless both counts are known: usage is never invented. */
  result(): Usage | undefined;
}

/** A fresh tally: the body's own usage beats the invocation metrics, and they beat the headers. */
export function createUsageTally(): UsageTally {
  const seen: { [Source in (typeof sources)[number]]?: Partial<Usage> } = {};

  return {
    push({ source, promptTokens, completionTokens, cachedTokens }) {
      const known = seen[source];
      seen[source] = {
        promptTokens: promptTokens ?? known?.promptTokens,
        completionTokens: completionTokens ?? known?.completionTokens,
        cachedTokens: cachedTokens ?? known?.cachedTokens,
      };
    },
    result() {
      const promptTokens = first("promptTokens");
      const completionTokens = first("completionTokens");
      if (promptTokens === undefined || completionTokens === undefined) return undefined;
      const cachedTokens = first("cachedTokens");
      return { promptTokens, completionTokens, ...(cachedTokens === undefined ? {} : { cachedTokens }) };
    },
  };

  function first(key: keyof Usage): number | undefined {
    return sources.map((source) => seen[source]?.[key]).find((value) => value !== undefined);
  }
}
