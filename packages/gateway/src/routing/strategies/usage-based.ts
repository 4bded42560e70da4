import type { ModelEntry } from "../../config/gateway-config.ts";
import type { MinuteView } from "../state.ts";
import { type Strategy, pickLowest } from "./strategy.ts";

/**
 * The one that has used the fewest tokens in the running minute; those that have used up their `rpm` or `tpm` come last.
 * LiteLLM counts the tokens of calls still under way by an estimate; here they count when they are known.
 */
export const usageBased: Strategy = (entries, { view, random }) => {
  const within = entries.filter((entry) => isWithinLimits(entry, view(entry.id).minute));
  return pickLowest(within.length > 0 ? within : entries, ({ id }) => view(id).minute.tokens, random);
};

function isWithinLimits({ routing }: ModelEntry, minute: MinuteView): boolean {
  return minute.requests < (routing.rpm ?? Infinity) && minute.tokens < (routing.tpm ?? Infinity);
}
