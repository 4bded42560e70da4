import type { Environment } from "../gateway-config.ts";
import type { ConfigNode, MapNode, ScalarNode } from "./config-node.ts";

const prefix = "os.environ/";

/** Puts the values of environment variables in the places that name one as `os.environ/NAME`. */
export function resolveReferences(node: MapNode, env: Environment): MapNode {
  // What several aliases share stays shared.
  const resolved = new Map<ConfigNode, ConfigNode>();

  function resolve(given: ConfigNode): ConfigNode {
    const known = resolved.get(given);
    if (known) return known;
    const made = make(given);
    resolved.set(given, made);
    return made;
  }

  function make(given: ConfigNode): ConfigNode {
    if (given.kind === "scalar") return resolveScalar(given, env);
    if (given.kind === "list") return { ...given, items: given.items.map(resolve) };
    return resolveMap(given);
  }

  function resolveMap(map: MapNode): MapNode {
    return { ...map, entries: map.entries.map((entry) => ({ ...entry, value: resolve(entry.value) })) };
  }

  return resolveMap(node);
}

/** One value; what is no reference stays as it is. */
export function resolveScalar(node: ScalarNode, env: Environment): ScalarNode {
  if (typeof node.value !== "string" || !node.value.startsWith(prefix)) return node;
  const reference = node.value.slice(prefix.length).trim();
  return { ...node, value: env[reference] ?? null, reference };
}
