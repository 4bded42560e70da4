import type { JsonObject } from "@outcrop/sdk";
import type { BlockValues } from "../keys/block.ts";
import { type Place, inside } from "../keys/kind.ts";
import { modelInfo } from "../keys/model-entry.ts";
import { mapOfBlock, readBlock } from "../keys/read-block.ts";
import { findResemblance, reportUnknownKey } from "../keys/unknown-key.ts";
import { type ConfigNode, mapToJson } from "../source/config-node.ts";
import { pricesOf } from "./params.ts";

/** `model_info`, read. */
export interface ModelInfo {
  readonly values: BlockValues<typeof modelInfo.keys>;
  readonly prices: Readonly<Record<string, number>>;
  /** As it is written: every key is shown. */
  readonly all: JsonObject;
}

/** Reads `model_info`. Any key may stand there; only one that should close the gateway is reported. */
export function readInfo(node: ConfigNode | undefined, place: Place): ModelInfo {
  const map = mapOfBlock(node, place);
  if (map === undefined) return { values: {}, prices: {}, all: {} };
  const { values, matched, unknown } = readBlock(map, modelInfo, place);
  for (const entry of unknown) {
    if (findResemblance(entry.key, modelInfo)?.rule.closes !== true) continue;
    reportUnknownKey(entry, modelInfo, inside(place, entry.key));
  }
  return { values, prices: pricesOf(matched), all: mapToJson(map) };
}
