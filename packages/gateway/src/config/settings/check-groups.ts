import type { ModelEntry } from "../gateway-config.ts";
import { type Place, findingAt } from "../keys/kind.ts";
import { nearest } from "../keys/nearest.ts";
import { createStarPattern } from "../star-pattern.ts";
import {
  type ConfigEntry,
  type ConfigNode,
  type MapNode,
  type ScalarNode,
  findEntry,
} from "../source/config-node.ts";

/** Names every group that fallbacks and aliases speak of and that there is not. */
export function checkGroups(root: MapNode, models: readonly ModelEntry[], place: Place): void {
  const known = knownNames(root, models);
  for (const { node, path } of mentions(root)) {
    const name = node.text;
    if (name === "*" || known.names.has(name) || known.fitsPattern(name)) continue;
    const near = nearest(name, known.names);
    const hint = near === undefined ? "" : ` Did you mean ${near}?`;
    const message = `${path}: there is no group ${JSON.stringify(name)} in model_list.${hint}`;
    place.report(findingAt(node, { path }, { level: "warning", code: "unknown_group", message }));
  }
}

function knownNames(root: MapNode, models: readonly ModelEntry[]) {
  const aliases = [
    ...under(root, "router_settings", "model_group_alias"),
    ...under(root, "litellm_settings", "model_alias_map"),
  ];
  const names = new Set([
    ...models.flatMap(({ modelName, id }) => [modelName, id]),
    ...aliases.map(({ key }) => key),
  ]);
  const patterns = models
    .filter(({ modelName }) => modelName.includes("*"))
    .map(({ modelName }) => createStarPattern(modelName));
  const fitsPattern = (name: string) => patterns.some((pattern) => pattern.match(name) !== undefined);
  return { names, fitsPattern };
}

interface Mention {
  readonly node: Pick<ScalarNode, "text" | "position">;
  readonly path: string;
}

const fallbackKeys = ["fallbacks", "context_window_fallbacks", "content_policy_fallbacks"];

function mentions(root: MapNode): readonly Mention[] {
  const inBlocks = ["router_settings", "litellm_settings"].flatMap((block) => [
    ...fallbackKeys.flatMap((key) => fallbackMentions(valueOf(root, block, key), `${block}.${key}`)),
    ...scalars(valueOf(root, block, "default_fallbacks"), `${block}.default_fallbacks`),
  ]);
  return [
    ...inBlocks,
    ...aliasMentions(root),
    ...under(root, "litellm_settings", "model_alias_map").flatMap(({ value }) =>
      scalars(value, "litellm_settings.model_alias_map"),
    ),
    ...scalars(valueOf(root, "general_settings", "completion_model"), "general_settings.completion_model"),
    ...scalars(valueOf(root, "outcrop_settings", "warm_up"), "outcrop_settings.warm_up"),
    ...scheduleMentions(valueOf(root, "outcrop_settings", "warm_schedule"), "outcrop_settings.warm_schedule"),
  ];
}

function scheduleMentions(node: ConfigNode | undefined, path: string): readonly Mention[] {
  const periods = node?.kind === "list" ? node.items : [];
  return periods.flatMap((period) =>
    period.kind === "map" ? scalars(findEntry(period, "models")?.value, path) : [],
  );
}

/** A list of maps, or one map, from a group to those that stand in for it. */
function fallbackMentions(node: ConfigNode | undefined, path: string): readonly Mention[] {
  if (node?.kind === "list") return node.items.flatMap((item) => fallbackMentions(item, path));
  if (node?.kind !== "map") return [];
  return node.entries.flatMap(({ key, position, value }) => [
    { node: { text: key, position }, path },
    ...scalars(value, path),
  ]);
}

/** An alias leads to a name, or to a map with `model` in it. */
function aliasMentions(root: MapNode): readonly Mention[] {
  const path = "router_settings.model_group_alias";
  return under(root, "router_settings", "model_group_alias").flatMap(({ value }) =>
    scalars(value.kind === "map" ? findEntry(value, "model")?.value : value, path),
  );
}

function scalars(node: ConfigNode | undefined, path: string): readonly Mention[] {
  if (node?.kind === "list") return node.items.flatMap((item) => scalars(item, path));
  if (node?.kind !== "scalar" || node.value === null) return [];
  const text = typeof node.value === "string" ? node.value.trim() : node.text;
  return [{ node: { text, position: node.position }, path }];
}

function valueOf(root: MapNode, block: string, key: string): ConfigNode | undefined {
  const map = findEntry(root, block)?.value;
  return map?.kind === "map" ? findEntry(map, key)?.value : undefined;
}

function under(root: MapNode, block: string, key: string): readonly ConfigEntry[] {
  const map = valueOf(root, block, key);
  return map?.kind === "map" ? map.entries : [];
}
