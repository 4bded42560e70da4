import type { Exchange, HttpRoute } from "../http/route-table.ts";
import { sendJson } from "../http/send.ts";

/** The probes of orchestrators and load balancers: no key, no AWS call. Paths and keys are LiteLLM's. */
export function healthRoutes(version: string): readonly HttpRoute[] {
  return [
    { method: "GET", path: "/health/liveliness", public: true, handle: alive },
    { method: "GET", path: "/health/liveness", public: true, handle: alive },
    {
      method: "GET",
      path: "/health/readiness",
      public: true,
      handle: ({ response }) =>
        sendJson(response, 200, {
          body: {
            status: "healthy",
            db: "Not connected",
            cache: null,
            litellm_version: version,
            success_callbacks: [],
            last_updated: new Date().toISOString(),
          },
        }),
    },
  ];
}

function alive({ response }: Exchange): void {
  sendJson(response, 200, { body: "Outcrop is alive" });
}
