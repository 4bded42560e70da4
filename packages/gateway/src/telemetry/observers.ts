import type { Environment, GatewayConfig } from "../config/gateway-config.ts";
import { filterOutcomes, outcomesFor } from "./callbacks/outcome-filter.ts";
import { combineObservers } from "./combine-observers.ts";
import { parseHeaderList } from "./header-list.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import type { Redactor } from "./redact.ts";
import { createRequestLog } from "./request-log.ts";
import type { RequestObserver } from "./request-record.ts";
import { type PatientObserver, tellTogether } from "./tell-together.ts";

/** Everybody who is told of requests. */
export interface Telemetry {
  /** All of them in one, which never throws. */
  readonly observer: RequestObserver;
  /** Present where the callback `prometheus` is configured. */
  readonly metrics: Metrics | undefined;
  /** The callbacks that are at work, as `/health/readiness` shows them. */
  readonly callbacks: readonly string[];
  /** Sends and writes what is still waiting. */
  close(): Promise<void>;
}

export interface TelemetryOptions {
  readonly config: Pick<GatewayConfig, "litellm">;
  readonly env: Environment;
  readonly logger: Logger;
  readonly redactor: Redactor;
  /** The model string of a deployment, by its id. */
  readonly modelOf: (deploymentId: string) => string | undefined;
}

/** A callback that has been started. */
interface Callback {
  readonly name: string;
  readonly observer: RequestObserver;
  close(): Promise<void>;
}

/** Starts the request log, and the callbacks that the config names. The libraries of the others are not loaded. */
export async function createTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { config, logger } = options;
  const metrics = outcomesFor("prometheus", config.litellm) && (await createMetricsFor(options));
  const started = await Promise.all([startTraces(options), startGenericApi(options)]);
  const callbacks = started.filter((callback) => callback !== undefined);
  const observers = [
    createRequestLog({ logger, redactKeys: config.litellm.redactUserApiKeyInfo }),
    ...(metrics ? [metrics.observer] : []),
    ...callbacks.map(({ observer }) => observer),
  ];
  const onFault = faultLog(logger, "A callback");
  const observer = tellTogether(combineObservers(observers, onFault), onFault);
  return {
    observer,
    metrics: metrics && afterFlush(metrics, observer),
    callbacks: [...(metrics ? ["prometheus"] : []), ...callbacks.map(({ name }) => name)],
    async close() {
      observer.flush();
      await Promise.all(callbacks.map((callback) => callback.close()));
      await logger.flush();
    },
  };
}

/** A look at the metrics sees every request that has ended. */
function afterFlush(metrics: Metrics, { flush }: PatientObserver): Metrics {
  return {
    ...metrics,
    snapshot() {
      flush();
      return metrics.snapshot();
    },
    render() {
      flush();
      return metrics.render();
    },
  };
}

function faultLog(logger: Logger, who: string): (error: unknown) => void {
  return (error) => logger.log("warn", `${who} has failed: ${String(error)}`, { error });
}

async function createMetricsFor({ config, logger, redactor, modelOf }: TelemetryOptions): Promise<Metrics> {
  const { createMetrics } = await import("./metrics.ts");
  const onFault = faultLog(logger, "A metric");
  return createMetrics({ redactor, redactKeys: config.litellm.redactUserApiKeyInfo, modelOf, onFault });
}

async function startTraces({
  config,
  env,
  logger,
  redactor,
}: TelemetryOptions): Promise<Callback | undefined> {
  const outcomes = outcomesFor("otel", config.litellm);
  if (!outcomes) return undefined;
  const { parseTraceSettings } = await import("./traces/trace-settings.ts");
  const settings = parseTraceSettings(env);
  for (const warning of settings.warnings) logger.log("warn", warning);
  if (settings.exporter === "none") return undefined;
  redactor.register(Object.values(settings.headers));
  const { createTracing } = await import("./traces.ts");
  const tracing = createTracing({ settings, redactor, onFault: faultLog(logger, "The export of traces") });
  return { name: "otel", observer: filterOutcomes(tracing.observer, outcomes), close: () => tracing.close() };
}

async function startGenericApi({
  config,
  env,
  logger,
  redactor,
}: TelemetryOptions): Promise<Callback | undefined> {
  const outcomes = outcomesFor("generic_api", config.litellm);
  if (!outcomes) return undefined;
  const endpoint = URL.parse(env.GENERIC_LOGGER_ENDPOINT ?? "");
  if (!endpoint) {
    logger.log("warn", "The callback generic_api needs a URL in GENERIC_LOGGER_ENDPOINT; it is left out.");
    return undefined;
  }
  const headers = parseHeaderList(env.GENERIC_LOGGER_HEADERS);
  redactor.register(Object.values(headers));
  const { createGenericApi } = await import("./callbacks/generic-api.ts");
  const onFault = faultLog(logger, "The callback generic_api");
  const api = createGenericApi({ endpoint: endpoint.href, headers, redactor, onFault });
  return { name: "generic_api", observer: filterOutcomes(api.observer, outcomes), close: () => api.close() };
}
