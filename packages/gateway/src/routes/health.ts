import type { GatewayConfig } from "../config/gateway-config.ts";
import type { HealthChecks } from "../health/health-checks.ts";
import type { Exchange, HttpRoute } from "../http/route-table.ts";
import { sendJson } from "../http/send.ts";

export interface HealthServices {
  readonly config: () => GatewayConfig;
  readonly health: Pick<HealthChecks, "report">;
}

/** The probes of orchestrators and load balancers (no key, no AWS call), and the check of the models. Paths and keys are LiteLLM's. */
export function healthRoutes(services: HealthServices, version: string): readonly HttpRoute[] {
  const alive = {
    method: "GET",
    summary: "Whether the process lives",
    public: true,
    handle: sendAlive,
  } as const;
  return [
    { ...alive, path: "/health/liveliness" },
    { ...alive, path: "/health/liveness" },
    {
      method: "GET",
      path: "/health/readiness",
      summary: "Whether requests may come",
      public: true,
      handle: ({ response }) => sendJson(response, 200, { body: readiness(services, version) }),
    },
    {
      method: "GET",
      path: "/health",
      summary:
        "The models, as AWS's control plane knows them; none is called unless invoke_health_checks is set",
      handle: async ({ response }) => sendJson(response, 200, { body: await services.health.report() }),
    },
  ];
}

function sendAlive({ response }: Exchange): void {
  sendJson(response, 200, { body: "Outcrop is alive" });
}

function readiness({ config }: HealthServices, version: string) {
  const { litellm } = config();
  return {
    status: "healthy",
    db: "Not connected",
    cache: litellm.cache?.type ?? null,
    litellm_version: version,
    success_callbacks: [...litellm.callbacks, ...litellm.successCallbacks],
    last_updated: new Date().toISOString(),
  };
}
