import type { Report } from "../finding.ts";
import { blockList } from "../keys/block-list.ts";
import { findingAt } from "../keys/kind.ts";
import {
  type ConfigEntry,
  type ConfigNode,
  type MapNode,
  type ShadowedEntry,
  findEntry,
} from "../source/config-node.ts";

/**
 * Names every key that another has taken the place of. One that closes the gateway must not be lost that way:
 * then it is an error.
 */
export function checkShadowed(root: MapNode, report: Report): void {
  for (const map of mapsOf(root, new Set())) {
    for (const shadowed of map.shadowed) reportShadowed(shadowed, map, report);
  }
}

function reportShadowed({ entry, by, how }: ShadowedEntry, map: MapNode, report: Report): void {
  const winner = findEntry(map, entry.key);
  const kept = new Set(winner === undefined ? [] : closingKeys(winner));
  const lost = closingKeys(entry).filter((key) => !kept.has(key));
  const where = `${by.file}:${by.line}`;
  const what =
    how === "include"
      ? `is replaced by the one of an included file (${where})`
      : `is given again (${where}), and the last one counts`;
  const advice =
    lost.length > 0
      ? `With it ${lost.join(", ")} would be lost. Keep one of the two.`
      : "Keep one of the two.";
  report(
    findingAt(
      entry,
      { path: entry.key },
      {
        level: lost.length > 0 ? "error" : "warning",
        code: how === "include" ? "replaced_block" : "duplicate_key",
        message: `${entry.key} ${what}. ${advice}`,
      },
    ),
  );
}

/** Every map once, however many aliases lead to it. */
function* mapsOf(node: ConfigNode, seen: Set<ConfigNode>): Generator<MapNode> {
  if (seen.has(node)) return;
  seen.add(node);
  if (node.kind === "map") yield node;
  const children =
    node.kind === "map" ? node.entries.map(({ value }) => value) : node.kind === "list" ? node.items : [];
  for (const child of children) yield* mapsOf(child, seen);
}

const closing = new Set(
  blockList.flatMap(({ keys }) =>
    Object.entries(keys).flatMap(([key, rule]) => (rule.closes === true ? [key] : [])),
  ),
);

function closingKeys(entry: ConfigEntry): readonly string[] {
  const own = closing.has(entry.key) ? [entry.key] : [];
  const below = entry.value.kind === "map" ? entry.value.entries.flatMap(closingKeys) : [];
  return [...own, ...below];
}
