import { accept, honour } from "./block.ts";
import { textList } from "./collection-kinds.ts";
import { type Kind, findingAt } from "./kind.ts";
import { count, flag, oneOf, seconds, secret, text } from "./scalar-kinds.ts";

const types = [
  "local",
  "redis",
  "redis-semantic",
  "qdrant-semantic",
  "s3",
  "gcs",
  "disk",
  "azure-blob",
] as const;

/** LiteLLM's caches; those that are not built become the one in memory. */
const cacheType: Kind<"local" | "redis"> = {
  name: `one of ${types.join(", ")}`,
  read(node, place) {
    const type = oneOf(types).read(node, place);
    if (type === undefined || type === "local" || type === "redis") return type;
    const message = `${place.path}: the cache ${type} is not built; answers are kept in memory, for the same request only.`;
    place.report(findingAt(node, place, { level: "warning", code: "ignored_key", message }));
    return "local";
  },
};

/** `litellm_settings.cache_params`. */
export const cacheParams = {
  name: "litellm_settings.cache_params",
  scope: "gateway",
  keys: {
    type: honour(cacheType, "`local` (in memory) or `redis`; default `redis` where a host or URL is given"),
    ttl: honour(seconds, "seconds that an answer is kept"),
    namespace: honour(text, "prefix of the keys in Redis"),
    mode: honour(oneOf(["default_on", "default_off"]), "`default_off`: only requests that ask for it"),
    supported_call_types: honour(textList, "calls that are cached; an empty list caches none"),
    host: honour(text, "of Redis; default `REDIS_HOST`"),
    port: honour(count, "of Redis; default `REDIS_PORT`, 6379"),
    username: honour(text, "of Redis; default `REDIS_USERNAME`"),
    password: honour(secret, "of Redis; default `REDIS_PASSWORD`"),
    url: honour(secret, "of Redis; default `REDIS_URL`"),
    db: honour(count, "of Redis"),
    ssl: honour(flag, "TLS to Redis; default `REDIS_SSL`"),
    ...accept(
      [
        "max_connections",
        "socket_timeout",
        "socket_connect_timeout",
        "default_in_memory_ttl",
        "default_in_redis_ttl",
        "redis_flush_size",
      ],
      "the connection has its own limits",
    ),
    ...accept(
      ["redis_startup_nodes", "service_name", "sentinel_nodes", "sentinel_password", "gcp_*", "ssl_*"],
      "one Redis address is used; clusters and sentinels are not built",
    ),
    ...accept(
      ["similarity_threshold", "qdrant_*", "redis_semantic_*", "embedding_model"],
      "only equal requests are answered from the cache",
    ),
    ...accept(["s3_*", "gcs_*", "azure_*", "disk_cache_dir"], "this cache is not built"),
  },
} as const;
