import { createClient } from "@redis/client";
import { toClientOptions } from "../cache/redis-store.ts";
import type { RedisSettings } from "../config/gateway-config.ts";
import { createFaultSwitch } from "../telemetry/fault-switch.ts";
import type { SharedStore } from "./shared-store.ts";

/** One that takes commands and answers none must not have them pile up. */
const commandsQueueMaxLength = 1000;

/** A store in Redis or Valkey. It is there at once and connects by itself; until then everything fails. */
export function createRedisStore(settings: RedisSettings, onFault: (error: unknown) => void): SharedStore {
  const client = createClient({
    ...toClientOptions(settings),
    disableOfflineQueue: true,
    commandsQueueMaxLength,
  });
  // Whoever listens can't ask on the same connection, and waits for it to be there.
  const ear = createClient(toClientOptions(settings));
  const fault = createFaultSwitch(onFault);
  for (const connection of [client, ear]) {
    connection.on("ready", () => fault.recover());
    connection.on("error", (error: unknown) => fault.fail(error));
    // It tries until `close`; what fails on the way has been told above.
    connection.connect().catch(() => undefined);
  }
  return {
    get: async (key) => (await client.get(key)) ?? undefined,
    async set(key, value, ttlMs) {
      await client.set(key, value, { expiration: { type: "PX", value: ttlMs } });
    },
    async publish(channel, message) {
      await client.publish(channel, message);
    },
    subscribe: (channel, hear) => ear.subscribe(channel, (message) => hear(message)),
    async close() {
      for (const connection of [client, ear]) if (connection.isOpen) connection.destroy();
    },
  };
}
