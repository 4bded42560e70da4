import type { JsonObject } from "@outcrop/sdk";
import type { BlockValues } from "../keys/block.ts";
import { type Place, inside } from "../keys/kind.ts";
import { litellmParams, samplingKeys } from "../keys/litellm-params.ts";
import { readBlock, reportUnset } from "../keys/read-block.ts";
import { findResemblance, reportForwardedKey, reportUnknownKey } from "../keys/unknown-key.ts";
import { type ConfigEntry, type MapNode, isAbsent, toJson } from "../source/config-node.ts";

/** `litellm_params`, read. */
export interface Params {
  readonly values: BlockValues<typeof litellmParams.keys>;
  /** USD by key. */
  readonly prices: Readonly<Record<string, number>>;
  /** What no row of the table names: sent to the model with every call. */
  readonly forwarded: JsonObject;
}

export const noParams: Params = { values: {}, prices: {}, forwarded: {} };

/** Reads a block of parameters: of a model, of a credential, or for all. */
export function readParams(map: MapNode, place: Place): Params {
  const { values, matched, unknown } = readBlock(map, litellmParams, place);
  const forwarded = unknown.filter((entry) => reportForwarded(entry, inside(place, entry.key)));
  return {
    values,
    prices: pricesOf(matched),
    forwarded: Object.fromEntries(forwarded.map(({ key, value }) => [key, toJson(value)])),
  };
}

/** Parameters over those that they fall back to. */
export function overParams(own: Params, fallback: Params): Params {
  return {
    values: { ...fallback.values, ...own.values },
    prices: { ...fallback.prices, ...own.prices },
    forwarded: { ...fallback.forwarded, ...own.forwarded },
  };
}

/** The prices among values that keys with stars took. */
export function pricesOf(matched: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(matched).flatMap(([key, value]) =>
      key.includes("cost") && typeof value === "number" ? [[key, value]] : [],
    ),
  );
}

/** Whether an unknown key goes to the model. What looks like a misspelt setting does not: it may be a secret. */
function reportForwarded(entry: ConfigEntry, place: Place): boolean {
  const meant = findResemblance(entry.key, litellmParams);
  const isParameter = meant === undefined || Object.hasOwn(samplingKeys, meant.key);
  const isForwarded = isParameter && !/^(?:aws|api)_/.test(entry.key) && !isAbsent(entry.value);
  if (isForwarded) reportUnset(entry.value, place, "warning");
  (isForwarded ? reportForwardedKey : reportUnknownKey)(entry, litellmParams, place);
  return isForwarded;
}

/** The parameters that a request overrides. */
export function defaultsOf({ values, forwarded }: Params): JsonObject {
  const names = Object.keys(samplingKeys) as (keyof typeof samplingKeys)[];
  const sampling = names.flatMap((name) =>
    values[name] === undefined ? [] : [[name, values[name]] as const],
  );
  return { ...forwarded, ...Object.fromEntries(sampling) };
}
