import type { OutcropClient } from "@outcrop/sdk";
import type { ChatServices } from "../chat/run-dialect.ts";
import type { GatewayConfig } from "../config/gateway-config.ts";
import type { HttpRoute } from "../http/route-table.ts";
import { version } from "../version.ts";
import { chatRoutes } from "./chat.ts";
import { type CostServices, costRoutes } from "./cost.ts";
import { countTokensRoutes } from "./count-tokens.ts";
import { type HealthServices, healthRoutes } from "./health.ts";
import { homeRoutes } from "./home.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { metricsRoutes } from "./metrics.ts";
import { modelInfoRoutes } from "./model-info.ts";
import { modelRoutes } from "./models.ts";
import { passThroughRoutes } from "./pass-through.ts";
import { type WarmServices, warmRoutes } from "./warm.ts";
import { utilityRoutes } from "./utilities.ts";

export interface RouteServices extends CostServices, ChatServices, HealthServices, WarmServices {
  readonly config: () => GatewayConfig;
  readonly client: OutcropClient;
  readonly metrics: Metrics | undefined;
}

/** Every path that the gateway answers. */
export function gatewayRoutes(services: RouteServices): readonly HttpRoute[] {
  const routes: readonly HttpRoute[] = [
    ...homeRoutes(() => routes, version),
    ...chatRoutes(services),
    ...countTokensRoutes(services),
    ...modelRoutes(() => services.router().modelNames()),
    ...modelInfoRoutes(services),
    ...warmRoutes(services),
    ...utilityRoutes(services),
    ...passThroughRoutes(services),
    ...healthRoutes(services, version),
    ...costRoutes(services),
    ...metricsRoutes(services),
  ];
  return routes;
}
