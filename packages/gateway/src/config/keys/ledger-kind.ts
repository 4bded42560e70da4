import { defaultRule } from "../../ledger/periods.ts";
import { type LedgerSettings, defaultLedgerPath } from "../ledger-config.ts";
import { type Block, type BlockValues, type KeyTable, honour } from "./block.ts";
import { type Kind, type Place, findingAt, inside, reportWrongKind } from "./kind.ts";
import { readMap } from "./rows-kind.ts";
import { count, flag, seconds, text } from "./scalar-kinds.ts";
import type { ConfigNode } from "../source/config-node.ts";

const atLeastOne: Kind<number> = {
  name: "a whole number of at least 1",
  read(node, place) {
    const value = count.read(node, place);
    return value === 0 ? reportWrongKind(node, place, atLeastOne.name) : value;
  },
};

const table = {
  name: "outcrop_settings.ledger",
  scope: "gateway",
  keys: {
    path: honour(text, `the file (${defaultLedgerPath})`),
    concurrency_per_copy: honour(
      atLeastOne,
      `calls that one copy of a model serves at once before AWS starts another (${defaultRule.concurrencyPerCopy})`,
    ),
    max_copies: honour(atLeastOne, `copies that AWS starts of a model at most (${defaultRule.maxCopies})`),
    load_seconds: honour(
      seconds,
      "how long another copy takes to load (as long as the model was last seen to take)",
    ),
  },
} as const satisfies Block<KeyTable>;

/** `true`, or a map that says where the book is kept; `false` keeps none. */
export const ledger: Kind<LedgerSettings | false> = {
  name: "true, false, or a map with path",
  read(node, place) {
    if (node.kind === "list") return reportWrongKind(node, place, ledger.name);
    if (node.kind === "map") return toSettings(readMap(node, table, place), { node, place });
    return flag.read(node, place) === true && toSettings({}, { node, place });
  },
};

function toSettings(
  values: BlockValues<typeof table.keys>,
  { node, place }: { readonly node: ConfigNode; readonly place: Place },
): LedgerSettings {
  const { path = defaultLedgerPath, load_seconds: load } = values;
  if (path === ":memory:") {
    const message = `${place.path}.path: a book in memory is lost with the process. Name a file.`;
    place.report(findingAt(node, inside(place, "path"), { level: "error", code: "wrong_kind", message }));
  }
  return {
    path,
    rule: {
      ...defaultRule,
      concurrencyPerCopy: values.concurrency_per_copy ?? defaultRule.concurrencyPerCopy,
      maxCopies: values.max_copies ?? defaultRule.maxCopies,
      loadMs: load === undefined ? undefined : load * 1000,
    },
  };
}
