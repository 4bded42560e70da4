import { type OutcropClient, createClient } from "@outcrop/sdk";
import type { Access } from "./config/access.ts";
import type { GatewayConfig } from "./config/gateway-config.ts";
import { createLastSeen } from "./health/last-seen.ts";
import { gatewayRoutes } from "./routes/gateway-routes.ts";
import { createRouter } from "./routing/create-router.ts";
import { startServer } from "./server.ts";

export interface GatewayOptions {
  readonly config: GatewayConfig;
  readonly access: Access;
  readonly port: number;
  /** Sends the calls; default one of its own. */
  readonly client?: OutcropClient;
  /** Told of faults of the gateway itself, which clients are not told of. Default: written to stderr. */
  readonly onFault?: (error: unknown) => void;
}

/** A gateway that listens. */
export interface Gateway {
  readonly url: string;
  models(): readonly string[];
  /** Takes no more requests, lets the open ones end until the deadline, and ends. */
  close(deadlineMs?: number): Promise<void>;
}

/** LiteLLM has no limit of its own; AWS takes 25 MB. */
const defaultBodyLimitMib = 64;

/** Starts a gateway: config in, HTTP out. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, access, port, onFault = logFault } = options;
  const client = options.client ?? createClient();
  const router = createRouter({ config, client });
  const services = {
    router: () => router,
    bodyLimit: (config.general.maxRequestSizeMb ?? defaultBodyLimitMib) * 1048576,
    observers: [],
    onFault,
  };
  const routes = gatewayRoutes({ ...services, config: () => config, client, lastSeen: createLastSeen() });
  const server = await startServer(
    { routes, masterKey: () => access.masterKey, onFault },
    { host: access.host, port },
  );
  return {
    url: server.url,
    models: () => router.modelNames(),
    async close(deadlineMs = 30_000) {
      await server.close(deadlineMs);
      if (!options.client) await client.close();
    },
  };
}

function logFault(error: unknown): void {
  process.stderr.write(`fault: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
