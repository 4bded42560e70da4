import { createClient } from "@redis/client";
import type { RedisSettings } from "../config/gateway-config.ts";
import { createFaultSwitch } from "../telemetry/fault-switch.ts";
import type { CacheStore } from "./cache-store.ts";

export interface RedisStoreOptions {
  readonly settings: RedisSettings;
  /** Put before every key. */
  readonly prefix: string;
  /** Told when the connection is lost; once, until it is back. */
  readonly onFault: (error: unknown) => void;
}

/** Seconds. In a Redis that is shared nothing may stay for ever only because nobody said how long. */
const defaultTtl = 3600;

/** Milliseconds; in between, requests go without the cache. */
const connectTimeout = 2000;
const longestPause = 3000;

/**
 * Keeps answers in Redis or Valkey. It connects by itself, now and whenever the connection is lost. What is asked
 * while it connects for the first time waits for how that goes; later, without a connection, `get` and `set` fail.
 */
export function createRedisStore({ settings, prefix, onFault }: RedisStoreOptions): CacheStore {
  const client = createClient({ ...toClientOptions(settings), disableOfflineQueue: true });
  const fault = createFaultSwitch(onFault);
  client.on("ready", () => fault.recover());
  client.on("error", (error: unknown) => fault.fail(error));
  const firstTry = new Promise<void>((resolve) => {
    client.once("ready", resolve);
    client.once("error", () => resolve());
  });
  // It tries until `close`; what fails on the way has been told above.
  client.connect().catch(() => undefined);
  return {
    async get(key) {
      await firstTry;
      return (await client.get(prefix + key)) ?? undefined;
    },
    async set(key, value, ttl = defaultTtl) {
      await firstTry;
      await client.set(prefix + key, value, {
        expiration: { type: "PX", value: Math.ceil(ttl * 1000) },
      });
    },
    async close() {
      if (client.isReady) await client.close();
      else if (client.isOpen) client.destroy();
    },
  };
}

/** Settings as the client takes them; it connects again and again, for ever. */
export function toClientOptions(settings: RedisSettings) {
  const { url, host = "localhost", port = 6379, username, password, db, ssl } = settings;
  const patience = {
    connectTimeout,
    reconnectStrategy: (retries: number) => Math.min(100 * 2 ** retries, longestPause),
  };
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(db === undefined ? {} : { database: db }),
    ...(url === undefined
      ? { socket: ssl ? { ...patience, host, port, tls: true as const } : { ...patience, host, port } }
      : { url, socket: patience }),
  };
}
