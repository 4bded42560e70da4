import type { Environment } from "../gateway-config.ts";
import { type Place, findingAt } from "../keys/kind.ts";
import type { MapNode } from "../source/config-node.ts";
import type { ModelInfo } from "./read-info.ts";

/** Whether a model is to be loaded here: `supported_environments` is about the variable `LITELLM_ENVIRONMENT`. */
export function isForHere(
  { values: { supported_environments: names } }: ModelInfo,
  node: MapNode,
  { place, env }: { readonly place: Place; readonly env: Environment },
): boolean {
  if (names === undefined) return true;
  const here = env["LITELLM_ENVIRONMENT"];
  if (here !== undefined && names.includes(here)) return true;
  const level = here === undefined ? "warning" : "note";
  const why = here === undefined ? "LITELLM_ENVIRONMENT is not set" : `LITELLM_ENVIRONMENT is ${here}`;
  const message = `${place.path} is left out: it is for ${names.join(", ")}, and ${why}.`;
  place.report(findingAt(node, place, { level, code: "unavailable_model", message }));
  return false;
}
