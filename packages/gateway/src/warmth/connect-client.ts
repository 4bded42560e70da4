import { type OutcropClient, createClient } from "@outcrop/sdk";
import type { GatewayConfig } from "../config/gateway-config.ts";
import type { SharedStore } from "./shared-store.ts";
import { createWarmthShare } from "./warmth-share.ts";

/** The client that talks to AWS, and its end. */
export interface ConnectedClient {
  readonly client: OutcropClient;
  close(): Promise<void>;
}

/**
 * A client of one's own. Where the config names a Redis for what the router knows, it shares the warmth of models with
 * other processes there.
 */
export async function connectClient(
  { router: { redis } }: GatewayConfig,
  onFault: (error: unknown) => void,
): Promise<ConnectedClient> {
  if (!redis) return createConnected(undefined);
  const { createRedisStore } = await import("./redis-store.ts");
  return createConnected(createRedisStore(redis, onFault));
}

function createConnected(store: SharedStore | undefined): ConnectedClient {
  // The store itself tells once that it is lost; that each question fails meanwhile is no news.
  const warmthShare = store && createWarmthShare({ store, onFault: ignore });
  const client = createClient({ runtime: { warmthShare } });
  return {
    client,
    async close() {
      await client.close();
      await store?.close();
    },
  };
}

/** One that somebody else has made, and ends. */
export function borrowClient(client: OutcropClient): ConnectedClient {
  return { client, close: () => Promise.resolve() };
}

function ignore(): void {}
