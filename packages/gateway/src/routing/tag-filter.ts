import { OutcropError } from "@outcrop/sdk";
import type { RouterSettings } from "../config/gateway-config.ts";
import type { Target } from "./model-groups.ts";

/** A deployment with this tag takes what no tag claims. */
const defaultTag = "default";

/**
 * The targets that a request with these tags may go to: those whose tags match, else those tagged `default`. A request
 * without tags goes to the default ones where there are any, else anywhere.
 *
 * @throws OutcropError `authentication` (LiteLLM's 401) when the tags lead nowhere.
 */
export function filterByTags(
  targets: readonly Target[],
  tags: readonly string[],
  {
    enableTagFiltering,
    tagFilteringMatchAny,
  }: Pick<RouterSettings, "enableTagFiltering" | "tagFilteringMatchAny">,
): readonly Target[] {
  if (!enableTagFiltering) return targets;
  const standard = targets.filter(({ entry }) => entry.routing.tags.includes(defaultTag));
  if (tags.length === 0) return standard.length > 0 ? standard : targets;
  const matching = targets.filter(({ entry }) => {
    const has = (tag: string) => entry.routing.tags.includes(tag);
    return tagFilteringMatchAny ? tags.some(has) : tags.every(has);
  });
  if (matching.length > 0) return matching;
  if (standard.length > 0) return standard;
  throw new OutcropError(
    "authentication",
    `No deployment of this model is open to requests tagged ${tags.join(", ")}.`,
  );
}
