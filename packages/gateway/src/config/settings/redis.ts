import type { Environment, RedisSettings } from "../gateway-config.ts";

/** Where a Redis is, as far as a block says. */
export type GivenRedis = { readonly [Key in keyof RedisSettings]: RedisSettings[Key] | undefined };

/** A Redis that a URL or a host leads to; `undefined` if neither is given. */
export function toRedis(given: GivenRedis): RedisSettings | undefined {
  if (given.url === undefined && given.host === undefined) return undefined;
  return { ...given, ssl: given.ssl ?? false };
}

/** What a block does not say, as the environment does under LiteLLM's names. */
export function overEnvironment(given: GivenRedis, env: Environment): GivenRedis {
  const port = Number(env["REDIS_PORT"] || Number.NaN);
  return {
    url: given.url ?? (given.host === undefined ? env["REDIS_URL"] || undefined : undefined),
    host: given.host ?? (env["REDIS_HOST"] || undefined),
    port: given.port ?? (Number.isInteger(port) ? port : undefined),
    username: given.username ?? (env["REDIS_USERNAME"] || undefined),
    password: given.password ?? (env["REDIS_PASSWORD"] || undefined),
    db: given.db,
    ssl: given.ssl ?? env["REDIS_SSL"]?.toLowerCase() === "true",
  };
}
