import type { OutcropClient } from "@outcrop/sdk";
import { createResponseCache } from "./cache/create-response-cache.ts";
import { shareMetricsOfWorkers } from "./cluster/workers.ts";
import type { Access } from "./config/access.ts";
import type { Environment, GatewayConfig } from "./config/gateway-config.ts";
import { createHealthChecks } from "./health/health-checks.ts";
import { type Gate, createGate } from "./http/gate.ts";
import { createCosts } from "./ledger/costs.ts";
import { gatewayRoutes } from "./routes/gateway-routes.ts";
import type { RouterClock } from "./routing/call-run.ts";
import { createRouter } from "./routing/create-router.ts";
import type { TlsFiles } from "./http/http-server.ts";
import { startServer } from "./server.ts";
import { type Reporting, createReporting } from "./telemetry/reporting.ts";
import { borrowClient, connectClient } from "./warmth/connect-client.ts";
import { createWarmth } from "./warmth/create-warmth.ts";

export interface GatewayOptions {
  readonly config: GatewayConfig;
  readonly access: Access;
  readonly port: number;
  readonly tls?: TlsFiles;
  /** Sends the calls; default one of its own. */
  readonly client?: OutcropClient;
  /** Default `process.env`. */
  readonly env?: Environment;
  /** Where log lines go; default standard output. */
  readonly write?: (line: string) => void;
  /** Time as router, schedules and waiting streams see it; default the real one. */
  readonly clock?: RouterClock;
  /** The clock of the ledger, in milliseconds since the epoch; default `Date.now`. */
  readonly now?: () => number;
}

/** A gateway that listens. */
export interface Gateway {
  readonly url: string;
  models(): readonly string[];
  /** Goes on with a new config: requests under way end by the old one. Log, callbacks, cache and ledger stay as they were. */
  update(config: GatewayConfig, access: Access): void;
  /** Takes no more requests, lets the open ones end until the deadline, and ends. */
  close(deadlineMs?: number): Promise<void>;
}

/** What changes with a reload. */
interface Current {
  config: GatewayConfig;
  gate: Gate;
}

/** AWS takes 25 MB; the images of a chat are larger in base64. */
const defaultBodyLimitMib = 64;

/** Starts a gateway: config in, HTTP out. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { access, port, tls, clock, env = process.env, write } = options;
  const current: Current = { config: options.config, gate: gateOf(options.config, access) };
  const findEntry = (id: string) => current.config.models.find((entry) => entry.id === id);
  const reporting = await createReporting({ config: options.config, access, env, write, findEntry });
  const { onFault, telemetry } = reporting;
  const upstream = options.client
    ? borrowClient(options.client)
    : await connectClient(options.config, onFault);
  const { client } = upstream;
  const costs = createCosts({ settings: current.config.outcrop, client, now: options.now, onFault });
  const config = () => current.config;
  const warmth = createWarmth({ config, client: costs.client, clock, say: write });
  const router = createRouter({
    config: current.config,
    client: costs.client,
    clock,
    onEvent: (event) => telemetry.metrics?.onRouterEvent(event),
    keepRestoring: warmth.keepRestoring,
  });
  const cache = await createResponseCache(current.config.litellm.cache, { findEntry, onFault });
  const health = createHealthChecks({ config, client });
  const routes = gatewayRoutes({
    ...servicesOf(reporting),
    config,
    router: () => router,
    bodyLimit: (current.config.general.maxRequestSizeMb ?? defaultBodyLimitMib) * 1048576,
    client,
    quote: costs.quote,
    ledger: costs.store,
    health,
    cache,
    clock,
    warmer: warmth.warmer,
  });
  const server = await startServer(
    { routes, tls, gate: () => current.gate, observer: telemetry.observer, onFault },
    { host: access.host, port },
  );
  warmth.start();
  return {
    url: server.url,
    models: () => router.modelNames(),
    update(nextConfig, nextAccess) {
      current.config = nextConfig;
      current.gate = gateOf(nextConfig, nextAccess);
      reporting.protect(nextConfig, nextAccess);
      router.update(nextConfig);
      health.restart();
    },
    async close(deadlineMs = 30_000) {
      health.close();
      warmth.close();
      await server.close(deadlineMs);
      costs.close();
      await Promise.all([cache.close(), telemetry.close()]);
      await upstream.close();
    },
  };
}

function servicesOf({ telemetry, redactor, onFault }: Reporting) {
  const { observer, metrics, callbacks } = telemetry;
  return { observer, metrics: metrics && shareMetricsOfWorkers(metrics), callbacks, redactor, onFault };
}

function gateOf({ general }: GatewayConfig, { masterKey }: Access): Gate {
  const { litellmKeyHeaderName: keyHeader, allowedIps, useXForwardedFor } = general;
  return createGate({ masterKey, keyHeader, allowedIps, useXForwardedFor });
}
