import { dirname, isAbsolute, join } from "node:path";
import type { ConfigNode, MapNode, ScalarNode, ShadowedEntry } from "./config-node.ts";
import { findEntry, isAbsent } from "./config-node.ts";
import { SourceFault } from "./source-fault.ts";

/**
 * The files that a config includes: one, or a list.
 * @throws SourceFault for what is neither.
 */
export function includedFiles(root: MapNode): readonly ScalarNode[] {
  const entry = findEntry(root, "include");
  if (entry === undefined || isAbsent(entry.value)) return [];
  const files = entry.value.kind === "list" ? entry.value.items : [entry.value];
  if (files.every(isPath)) return files;
  throw new SourceFault(
    "broken_include",
    "include takes the path of a file, or a list of paths.",
    entry.position,
  );
}

function isPath(node: ConfigNode): node is ScalarNode {
  return node.kind === "scalar" && typeof node.value === "string" && node.value !== "";
}

/** Where an included file lies: next to the file that names it. */
export function includePath(node: ScalarNode, parent: string): string {
  return isAbsolute(node.text) ? node.text : join(dirname(parent), node.text);
}

/** A config with another put in: lists are appended, every other block takes the place of the one there was. */
export function mergeIncluded(base: MapNode, included: MapNode): MapNode {
  const entries = new Map(base.entries.map((entry) => [entry.key, entry]));
  const shadowed: ShadowedEntry[] = [...base.shadowed, ...included.shadowed];
  for (const entry of included.entries) {
    const before = entries.get(entry.key);
    if (entry.key === "include") continue;
    if (before?.value.kind === "list" && entry.value.kind === "list") {
      const items = [...before.value.items, ...entry.value.items];
      entries.set(entry.key, { ...before, value: { ...before.value, items } });
    } else {
      if (before) shadowed.push({ entry: before, by: entry.position, how: "include" });
      entries.set(entry.key, entry);
    }
  }
  return { ...base, entries: [...entries.values()], shadowed };
}
