import { toMoney } from "../../ledger/money.ts";
import { type PriceRows, noRows } from "../../ledger/prices.ts";
import { type Block, type BlockValues, type KeyTable, honour } from "./block.ts";
import { type Kind, reportWrongKind } from "./kind.ts";
import { type RowReader, readMap, rowsOf } from "./rows-kind.ts";
import { number, text } from "./scalar-kinds.ts";

/** `2026-07-01`, in UTC: milliseconds since the epoch. */
const day: Kind<number> = {
  name: "a day such as 2026-07-01",
  read(node, place) {
    const written = node.kind === "scalar" ? node.text.trim() : "";
    const at = Date.parse(`${written}T00:00:00Z`);
    // A day that there is not would be taken for one of the next month.
    const isDay = !Number.isNaN(at) && new Date(at).toISOString().startsWith(written);
    return isDay && written.length === 10 ? at : reportWrongKind(node, place, day.name);
  },
};

const place = {
  region: honour(text, "the region; `*` for any that has no row of its own (*)"),
  from: honour(day, "the first day on which the price holds (always)"),
} as const;

const version = honour(text, "the version of the unit as GetImportedModel says: `1.0`; `*` for any (*)");

const unitRow = {
  name: "outcrop_settings.prices.units[]",
  scope: "gateway",
  keys: { ...place, version, per_minute: honour(number, "USD for one Custom Model Unit and minute") },
} as const satisfies Block<KeyTable>;

const storageRow = {
  name: "outcrop_settings.prices.storage[]",
  scope: "gateway",
  keys: { ...place, version, per_month: honour(number, "USD for one Custom Model Unit and month") },
} as const satisfies Block<KeyTable>;

const tokenRow = {
  name: "outcrop_settings.prices.tokens[]",
  scope: "gateway",
  keys: {
    ...place,
    model: honour(text, "the id that AWS is asked for, without ARN"),
    input_cost_per_token: honour(number, "USD for a prompt token"),
    output_cost_per_token: honour(number, "USD for a token of the answer"),
    cache_read_input_token_cost: honour(
      number,
      "USD for a prompt token that was read from a cache (like any other)",
    ),
  },
} as const satisfies Block<KeyTable>;

function placeOf({ region = "*", from }: BlockValues<typeof place>) {
  return { region, ...(from !== undefined && { from }) };
}

const units: RowReader<typeof unitRow.keys, PriceRows["units"][number]> = {
  block: unitRow,
  needs: ["per_minute"],
  toRow: ({ version: of = "*", per_minute: price, ...where }) =>
    price === undefined ? undefined : { ...placeOf(where), version: of, perMinute: toMoney(price) },
};

const storage: RowReader<typeof storageRow.keys, PriceRows["storage"][number]> = {
  block: storageRow,
  needs: ["per_month"],
  toRow: ({ version: of = "*", per_month: price, ...where }) =>
    price === undefined ? undefined : { ...placeOf(where), version: of, perUnitMonth: toMoney(price) },
};

const tokens: RowReader<typeof tokenRow.keys, PriceRows["tokens"][number]> = {
  block: tokenRow,
  needs: ["model", "input_cost_per_token", "output_cost_per_token"],
  toRow({ model, input_cost_per_token: input, output_cost_per_token: output, ...rest }) {
    const { cache_read_input_token_cost: cached, ...where } = rest;
    if (model === undefined || input === undefined || output === undefined) return undefined;
    return {
      ...placeOf(where),
      model,
      input: toMoney(input),
      output: toMoney(output),
      ...(cached !== undefined && { cachedInput: toMoney(cached) }),
    };
  },
};

const tables = {
  name: "outcrop_settings.prices",
  scope: "gateway",
  keys: {
    units: honour(rowsOf(units), "what an active copy of an imported model costs"),
    storage: honour(rowsOf(storage), "what keeping an imported model costs"),
    tokens: honour(rowsOf(tokens), "what models cost that are billed by the token"),
  },
} as const satisfies Block<KeyTable>;

/** Prices that go before the published ones. */
export const priceRows: Kind<PriceRows> = {
  name: "a map of units, storage and tokens",
  read: (node, where) =>
    node.kind === "map"
      ? { ...noRows, ...readMap(node, tables, where) }
      : reportWrongKind(node, where, priceRows.name),
};
