import type { CacheSettings, Environment } from "../gateway-config.ts";
import type { BlockValues } from "../keys/block.ts";
import { cacheParams } from "../keys/cache-params.ts";
import { type Place, findingAt } from "../keys/kind.ts";
import type { litellmSettings } from "../keys/litellm-settings.ts";
import type { ConfigNode } from "../source/config-node.ts";
import { readSettings } from "./read-settings.ts";
import { type GivenRedis, overEnvironment, toRedis } from "./redis.ts";

/** Reads `cache` and `cache_params`; `undefined` while `cache` is not on. */
export function readCache(
  litellm: BlockValues<typeof litellmSettings.keys>,
  env: Environment,
  place: Place,
): CacheSettings | undefined {
  const values = readSettings(litellm.cache_params, cacheParams, place);
  if (litellm.cache !== true) return undefined;
  const redis = toRedis(overEnvironment(given(values), env));
  const type = values.type ?? (redis === undefined ? "local" : "redis");
  if (type === "redis" && redis === undefined) reportNoHost(litellm.cache_params, place);
  return {
    type,
    ttl: values.ttl,
    namespace: values.namespace,
    mode: values.mode ?? "default_on",
    supportedCallTypes: values.supported_call_types,
    redis: type === "redis" ? redis : undefined,
  };
}

function given({
  url,
  host,
  port,
  username,
  password,
  db,
  ssl,
}: BlockValues<typeof cacheParams.keys>): GivenRedis {
  return { url, host, port, username, password, db, ssl };
}

function reportNoHost(node: ConfigNode | undefined, place: Place): void {
  if (node === undefined) return;
  const message = `${place.path}: the cache redis needs host or url, or REDIS_HOST or REDIS_URL in the environment.`;
  place.report(findingAt(node, place, { level: "error", code: "missing_key", message }));
}
