import { type ChatServices, runDialect } from "../chat/run-dialect.ts";
import type { GatewayConfig } from "../config/gateway-config.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { openaiChat } from "../dialects/openai-chat.ts";
import type { HealthServices } from "../health/check-models.ts";
import type { HttpRoute } from "../http/route-table.ts";
import { version } from "../version.ts";
import { healthRoutes } from "./health.ts";
import { homeRoutes } from "./home.ts";
import { modelInfoRoutes } from "./model-info.ts";
import { modelRoutes } from "./models.ts";
import { utilityRoutes } from "./utilities.ts";

export interface RouteServices extends ChatServices, HealthServices {
  readonly config: () => GatewayConfig;
}

/** Every path that the gateway answers. */
export function gatewayRoutes(services: RouteServices): readonly HttpRoute[] {
  const routes: readonly HttpRoute[] = [
    ...homeRoutes(() => routes, version),
    ...chatPaths.flatMap((paths) => chatRoutes(paths, services)),
    ...modelRoutes(() => services.router().modelNames()),
    ...modelInfoRoutes(services),
    ...utilityRoutes(services),
    ...healthRoutes(services, version),
  ];
  return routes;
}

/** A client API and where it answers; `{model}` in a path stands in for the body's. */
interface ChatPaths {
  readonly dialect: Dialect;
  readonly summary: string;
  readonly paths: readonly string[];
}

const chatPaths: readonly ChatPaths[] = [
  {
    dialect: openaiChat,
    summary: "OpenAI's chat completions",
    paths: [
      "/v1/chat/completions",
      "/chat/completions",
      "/engines/{model}/chat/completions",
      "/openai/deployments/{model}/chat/completions",
    ],
  },
];

function chatRoutes({ dialect, summary, paths }: ChatPaths, services: RouteServices): readonly HttpRoute[] {
  return paths.map((path) => ({
    method: "POST",
    path,
    summary,
    handle: (exchange) => runDialect(dialect, exchange, services),
  }));
}
