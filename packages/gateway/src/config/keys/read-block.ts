import {
  type ConfigEntry,
  type ConfigNode,
  type MapNode,
  isAbsent,
  unsetReferences,
} from "../source/config-node.ts";
import { type Block, type BlockValues, type KeyRule, type KeyTable, findRule } from "./block.ts";
import { type Kind, type Place, findingAt, inside, reportWrongKind } from "./kind.ts";

/** A block, read. */
export interface BlockReading<Table extends KeyTable> {
  readonly values: BlockValues<Table>;
  /** What keys say that fit a pattern of the table. */
  readonly matched: Readonly<Record<string, unknown>>;
  /** What no row of the table is about; nothing is reported of them yet. */
  readonly unknown: readonly ConfigEntry[];
}

/** Reads a block by its table: every key that does not do its work is reported. */
export function readBlock<Table extends KeyTable>(
  map: MapNode,
  block: Block<Table>,
  place: Place,
): BlockReading<Table> {
  const values: Record<string, unknown> = {};
  const matched: Record<string, unknown> = {};
  const unknown: ConfigEntry[] = [];
  for (const entry of map.entries) {
    const rule = findRule(block.keys, entry.key);
    if (rule === undefined) {
      unknown.push(entry);
      continue;
    }
    const value = readEntry(entry, rule, inside(place, entry.key));
    if (value !== undefined) (Object.hasOwn(block.keys, entry.key) ? values : matched)[entry.key] = value;
  }
  return { values: values as BlockValues<Table>, matched, unknown };
}

/** The map that a block is; `undefined` if it is not given, or is none. */
export function mapOfBlock(node: ConfigNode | undefined, place: Place): MapNode | undefined {
  if (node === undefined || isAbsent(node)) return undefined;
  return node.kind === "map" ? node : reportWrongKind(node, place, "a map");
}

function readEntry(entry: ConfigEntry, rule: KeyRule<unknown>, place: Place): unknown {
  if (rule.verdict === "honour") return readValue(entry.value, rule.kind, place);
  const off = isOff(entry.value);
  if (rule.verdict === "refuse" && !off) {
    const message = `${place.path} is refused: ${rule.note}.`;
    place.report(findingAt(entry, place, { level: "error", code: "refused_key", message }));
  } else {
    const message = `${place.path} is ignored: ${rule.note}.`;
    place.report(findingAt(entry, place, { level: off ? "note" : "warning", code: "ignored_key", message }));
  }
  return undefined;
}

/** Reads one value. References that lead nowhere are reported here, for every kind alike. */
export function readValue<T>(node: ConfigNode, kind: Kind<T>, place: Place): T | undefined {
  if (kind.isBlock !== true) reportUnset(node, place, kind.isCredential === true ? "error" : "warning");
  return isAbsent(node) ? undefined : kind.read(node, place);
}

/** Names every reference at and below a node whose variable is not set. */
export function reportUnset(node: ConfigNode, place: Place, level: "error" | "warning"): void {
  for (const { position, reference } of unsetReferences(node)) {
    const consequence = level === "error" ? "Set it, or remove the key" : "The key counts as not given";
    const message = `${place.path}: the environment variable ${reference} is not set. ${consequence}.`;
    place.report(findingAt({ position }, place, { level, code: "unset_reference", message }));
  }
}

/** Nothing is lost by ignoring what is switched off. */
function isOff(node: ConfigNode): boolean {
  if (node.kind === "scalar") {
    return node.reference === undefined && (node.value === null || node.value === false || node.value === "");
  }
  return node.kind === "list" ? node.items.length === 0 : node.entries.length === 0;
}
