import type { ConfigNode, MapNode } from "../source/config-node.ts";
import type { Block, BlockValues, KeyTable } from "./block.ts";
import { type Kind, type Place, findingAt, inside, reportWrongKind } from "./kind.ts";
import { readBlock } from "./read-block.ts";
import { reportUnknownKey } from "./unknown-key.ts";

/** How the rows of a list are read. */
export interface RowReader<Table extends KeyTable, Row> {
  /** Of a row's map. */
  readonly block: Block<Table>;
  /** Keys that a row can't be without. */
  readonly needs: readonly (keyof Table & string)[];
  /** `undefined` for what lacks a key; that has been reported. */
  readonly toRow: (values: BlockValues<Table>) => Row | undefined;
}

/** A list of maps that all have the same keys. */
export function rowsOf<Table extends KeyTable, Row>(reader: RowReader<Table, Row>): Kind<readonly Row[]> {
  const name = `a list of maps with ${Object.keys(reader.block.keys).join(", ")}`;
  return {
    name,
    read(node, place) {
      if (node.kind !== "list") return reportWrongKind(node, place, name);
      return node.items.flatMap((item, index) => readRow(item, reader, inside(place, index)) ?? []);
    },
  };
}

function readRow<Table extends KeyTable, Row>(
  node: ConfigNode,
  { block, needs, toRow }: RowReader<Table, Row>,
  place: Place,
): Row | undefined {
  if (node.kind !== "map") return reportWrongKind(node, place, "a map");
  const values = readMap(node, block, place);
  const missing = needs.filter((key) => !node.entries.some((entry) => entry.key === key));
  if (missing.length > 0) {
    const message = `${place.path} needs ${missing.join(", ")}.`;
    place.report(findingAt(node, place, { level: "error", code: "missing_key", message }));
  }
  return toRow(values);
}

/** Reads a map by its table; what no row of it is about is reported, and does nothing. */
export function readMap<Table extends KeyTable>(
  node: MapNode,
  block: Block<Table>,
  place: Place,
): BlockValues<Table> {
  const { values, unknown } = readBlock(node, block, place);
  for (const entry of unknown) reportUnknownKey(entry, block, inside(place, entry.key));
  return values;
}
