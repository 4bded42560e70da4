import type { Finding } from "../finding.ts";
import type { Place } from "../keys/kind.ts";
import { type MapNode, findEntry } from "../source/config-node.ts";
import { isForeign } from "./model-string.ts";

/** Keys of a provider that is not served do nothing: of those only what must never stand there is reported. */
export function quietIfForeign(params: MapNode, place: Place): Place {
  if (!isForeign(textOf(params, "model"), textOf(params, "custom_llm_provider"))) return place;
  return { ...place, report: (finding) => isFatal(finding) && place.report(finding) };
}

/** A variable that is not set here may well belong to the other provider. */
function isFatal({ level, code }: Finding): boolean {
  return level === "error" && code !== "unset_reference";
}

function textOf(map: MapNode, key: string): string | undefined {
  const value = findEntry(map, key)?.value;
  return value?.kind === "scalar" && typeof value.value === "string" ? value.value : undefined;
}
