import type { GatewayConfig, OutcropSettings } from "../gateway-config.ts";
import type { BlockValues } from "../keys/block.ts";
import { type Place, inside } from "../keys/kind.ts";
import { litellmSettings } from "../keys/litellm-settings.ts";
import { routerSettings } from "../keys/router-settings.ts";
import { type topLevel, outcropSettings } from "../keys/top-level.ts";
import type { ConfigNode } from "../source/config-node.ts";
import type { ConfigDocument } from "../source/read-config-file.ts";
import { readCache } from "./cache.ts";
import { toColdSettings } from "./cold.ts";
import { readCosts } from "./costs.ts";
import { readGeneral } from "./general.ts";
import { toLitellmSettings } from "./litellm.ts";
import { readSettings } from "./read-settings.ts";
import { toRouterSettings } from "./router.ts";

/** The blocks about all models, and what they hold for each. */
export interface ParsedSettings extends Pick<GatewayConfig, "litellm" | "router" | "general" | "outcrop"> {
  /** `router_settings.default_litellm_params`. */
  readonly defaultParams: ConfigNode | undefined;
}

/** Reads the blocks about all models. */
export function parseSettings(
  blocks: BlockValues<typeof topLevel.keys>,
  { env }: Pick<ConfigDocument, "env">,
  place: Place,
): ParsedSettings {
  const litellm = readSettings(blocks.litellm_settings, litellmSettings, inside(place, "litellm_settings"));
  const router = readSettings(blocks.router_settings, routerSettings, inside(place, "router_settings"));
  const cache = readCache(litellm, env, inside(inside(place, "litellm_settings"), "cache_params"));
  return {
    litellm: toLitellmSettings(litellm, { cache, env }),
    router: toRouterSettings(router, litellm),
    general: readGeneral(blocks.general_settings, inside(place, "general_settings")),
    outcrop: readOutcrop(blocks.outcrop_settings, inside(place, "outcrop_settings")),
    defaultParams: router.default_litellm_params,
  };
}

function readOutcrop(node: ConfigNode | undefined, place: Place): OutcropSettings {
  const values = readSettings(node, outcropSettings, place);
  return {
    ...toColdSettings(values),
    ...readCosts(values, place),
    insecurePublic: values.insecure_public ?? false,
    allowedImageHosts: values.allowed_image_hosts ?? [],
    invokeHealthChecks: values.invoke_health_checks ?? false,
  };
}
