import type { Block, KeyTable } from "./block.ts";
import { cacheParams } from "./cache-params.ts";
import { generalSettings } from "./general-settings.ts";
import { litellmParams } from "./litellm-params.ts";
import { litellmSettings } from "./litellm-settings.ts";
import { modelEntry, modelInfo } from "./model-entry.ts";
import { routerSettings } from "./router-settings.ts";
import { credentialEntry, outcropSettings, topLevel } from "./top-level.ts";

/** Every block that has a table. Where a key stands in several, the first is the one that is named. */
export const blockList: readonly Block<KeyTable>[] = [
  topLevel,
  generalSettings,
  litellmSettings,
  routerSettings,
  litellmParams,
  modelEntry,
  modelInfo,
  cacheParams,
  credentialEntry,
  outcropSettings,
];
