import type { Block, BlockValues, KeyTable } from "../keys/block.ts";
import { type Place, inside } from "../keys/kind.ts";
import { mapOfBlock, readBlock } from "../keys/read-block.ts";
import { reportUnknownKey } from "../keys/unknown-key.ts";
import type { ConfigNode } from "../source/config-node.ts";

/** Reads a block whose unknown keys do nothing. */
export function readSettings<Table extends KeyTable>(
  node: ConfigNode | undefined,
  block: Block<Table>,
  place: Place,
): BlockValues<Table> {
  const map = mapOfBlock(node, place);
  if (map === undefined) return {};
  const { values, unknown } = readBlock(map, block, place);
  for (const entry of unknown) {
    reportUnknownKey(entry, block, inside(place, entry.key));
  }
  return values;
}
