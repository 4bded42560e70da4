import type { CacheSettings, ModelEntry } from "../config/gateway-config.ts";
import type { CacheStore } from "./cache-store.ts";
import { createGuardedStore } from "./guarded-store.ts";
import { type ResponseCache, createResponseCacheOver } from "./response-cache.ts";

export interface ResponseCacheOptions {
  /** The deployment of that id in the config of now. */
  readonly findEntry: (deploymentId: string) => ModelEntry | undefined;
  /** Told what is wrong with the store; no request fails for it. */
  readonly onFault: (error: unknown) => void;
}

/** The response cache that a config asks for; without one, a cache that keeps nothing and loads nothing. */
export async function createResponseCache(
  settings: CacheSettings | undefined,
  { findEntry, onFault }: ResponseCacheOptions,
): Promise<ResponseCache> {
  if (settings === undefined || settings.supportedCallTypes?.length === 0) return noCache;
  const store = createGuardedStore(await createStore(settings, onFault), { onFault });
  return createResponseCacheOver({ settings, store, findEntry });
}

async function createStore(settings: CacheSettings, onFault: (error: unknown) => void): Promise<CacheStore> {
  if (settings.type === "local") {
    const { createMemoryStore } = await import("./memory-store.ts");
    return createMemoryStore();
  }
  const { createRedisStore } = await import("./redis-store.ts");
  const redis = settings.redis ?? localRedis;
  return createRedisStore({ settings: redis, prefix: `${settings.namespace ?? "outcrop"}:`, onFault });
}

/** Where a config names Redis and no more. */
const localRedis = {
  url: undefined,
  host: undefined,
  port: undefined,
  username: undefined,
  password: undefined,
  db: undefined,
  ssl: false,
};

const noCache: ResponseCache = {
  wrap: (_call, run) => run(),
  close: () => Promise.resolve(),
};
