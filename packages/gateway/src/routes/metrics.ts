import { OutcropError } from "@outcrop/sdk";
import type { GatewayConfig } from "../config/gateway-config.ts";
import type { HttpRoute } from "../http/route-table.ts";
import type { Metrics } from "../telemetry/metrics.ts";

export interface MetricsServices {
  readonly config: () => GatewayConfig;
  readonly metrics: Metrics | undefined;
}

/** Prometheus' page. It asks for a key unless the config opens it. */
export function metricsRoutes({ config, metrics }: MetricsServices): readonly HttpRoute[] {
  return [
    {
      method: "GET",
      path: "/metrics",
      summary: "Prometheus metrics, where the callback is configured",
      public: !config().litellm.requireAuthForMetricsEndpoint,
      async handle({ response }) {
        if (!metrics)
          throw new OutcropError(
            "not_found",
            'No metrics are kept. Set litellm_settings.callbacks: ["prometheus"].',
          );
        const { contentType, body } = await metrics.render();
        response.writeHead(200, { "content-type": contentType, "content-length": Buffer.byteLength(body) });
        response.end(body);
      },
    },
  ];
}
