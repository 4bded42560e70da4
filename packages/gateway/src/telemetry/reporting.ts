import type { Access } from "../config/access.ts";
import type { Environment, GatewayConfig, ModelEntry } from "../config/gateway-config.ts";
import { modelString } from "../config/model-string.ts";
import { createLogger, resolveLogFormat } from "./logger.ts";
import { resolveLogLevel } from "./logs/log-level.ts";
import { type Telemetry, createTelemetry } from "./observers.ts";
import { type Redactor, createRedactor } from "./redact.ts";
import { secretsIn } from "./redaction/known-secrets.ts";

export interface ReportingOptions {
  readonly config: GatewayConfig;
  readonly access: Access;
  readonly env: Environment;
  readonly write: ((line: string) => void) | undefined;
  readonly findEntry: (deploymentId: string) => ModelEntry | undefined;
}

/** How the gateway speaks of itself, with every secret taken out. */
export interface Reporting {
  readonly telemetry: Telemetry;
  /** For what goes to clients too: messages of errors, `/model/info`, health. */
  readonly redactor: Redactor;
  /** Told of what no client is told. */
  readonly onFault: (error: unknown) => void;
  /** From now on this config's secrets are taken out too. */
  protect(config: GatewayConfig, access: Access): void;
}

/** Starts log and callbacks. */
export async function createReporting({
  config,
  access,
  env,
  write,
  findEntry,
}: ReportingOptions): Promise<Reporting> {
  const redactor = createRedactor();
  const level = resolveLogLevel({ env, setVerbose: config.litellm.setVerbose });
  const format = resolveLogFormat(config.litellm.jsonLogs, env);
  const logger = await createLogger({ level, format, redactor, write });
  const modelOf = (id: string) => {
    const entry = findEntry(id);
    return entry && modelString(entry);
  };
  redactor.register(secretsIn([env, config, access]));
  return {
    telemetry: await createTelemetry({ config, env, logger, redactor, modelOf }),
    redactor,
    onFault: (error) => logger.log("error", "The gateway has failed.", { error }),
    protect: (nextConfig, nextAccess) => redactor.register(secretsIn([nextConfig, nextAccess])),
  };
}
