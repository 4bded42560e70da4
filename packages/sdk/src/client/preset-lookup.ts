import type { Preset } from "../routing/route.ts";
import type { Deployment } from "./deployment.ts";

/** What is looked up: the model of a deployment that names no route. */
export interface PresetQuery {
  readonly deployment: Deployment;
  readonly region: string;
}

/** Finds how an imported model talks by asking AWS for it. */
export type PresetLookup = (query: PresetQuery) => Promise<Preset>;

/**
 * Asks once for each model: the answer of an import never changes, so it is kept for the process's life;
 * a failure is not kept, and calls that come meanwhile share the one question.
 */
export function cachePresetLookup(lookUp: PresetLookup): PresetLookup {
  const known = new Map<string, Promise<Preset>>();
  return (query) => {
    const key = query.deployment.ref.modelId;
    const asked = known.get(key);
    if (asked) return asked;
    const answer = lookUp(query);
    known.set(key, answer);
    answer.catch(() => known.delete(key));
    return answer;
  };
}
