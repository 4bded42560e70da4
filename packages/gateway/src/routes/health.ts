import type { GatewayConfig } from "../config/gateway-config.ts";
import type { HealthChecks } from "../health/health-checks.ts";
import type { Exchange, HttpRoute } from "../http/route-table.ts";
import { sendJson } from "../http/send.ts";
import type { Redactor } from "../telemetry/redact.ts";

export interface HealthServices {
  readonly config: () => GatewayConfig;
  readonly health: Pick<HealthChecks, "report">;
  /** Takes secrets out of what AWS says. */
  readonly redactor: Redactor;
  /** The callbacks that are at work. */
  readonly callbacks: readonly string[];
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
      handle: async ({ response }) =>
        sendJson(response, 200, { body: services.redactor.value(await services.health.report()) }),
    },
  ];
}

function sendAlive({ response }: Exchange): void {
  sendJson(response, 200, { body: "Outcrop is alive" });
}

function readiness({ config, callbacks }: HealthServices, version: string) {
  const { litellm } = config();
  return {
    status: "healthy",
    db: "Not connected",
    cache: litellm.cache?.type ?? null,
    litellm_version: version,
    success_callbacks: callbacks,
    last_updated: new Date().toISOString(),
  };
}
