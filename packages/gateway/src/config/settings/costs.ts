import { noRows } from "../../ledger/prices.ts";
import type { BlockValues } from "../keys/block.ts";
import { type Kind, type Place, inside } from "../keys/kind.ts";
import { ledger } from "../keys/ledger-kind.ts";
import { priceRows } from "../keys/prices-kind.ts";
import { readValue } from "../keys/read-block.ts";
import type { outcropSettings } from "../keys/top-level.ts";
import type { CostSettings } from "../ledger-config.ts";

/** Reads what `outcrop_settings` says of costs. */
export function readCosts(values: BlockValues<typeof outcropSettings.keys>, place: Place): CostSettings {
  const read = <T>(key: "ledger" | "prices", kind: Kind<T>): T | undefined => {
    const node = values[key];
    return node && readValue(node, kind, inside(place, key));
  };
  return { ledger: read("ledger", ledger) || undefined, prices: read("prices", priceRows) ?? noRows };
}
