import type { LogFields, Logger } from "./logger.ts";
import type { LogLevel } from "./logs/log-level.ts";
import type { RequestObserver, RequestRecord } from "./request-record.ts";

export interface RequestLogOptions {
  readonly logger: Logger;
  /** Leave out even the hash of the client's key (`redact_user_api_key_info`). */
  readonly redactKeys?: boolean;
}

/** One line for each request. Neither prompt nor answer is in it: a record holds none. */
export function createRequestLog({ logger, redactKeys = false }: RequestLogOptions): RequestObserver {
  return {
    finished: (record) => logger.log(levelOf(record), toMessage(record), toFields(record, redactKeys)),
  };
}

/** Probes and lists that went well are of interest only to who looks for them. */
function levelOf({ dialect, status, errorCode }: RequestRecord): LogLevel {
  if (status >= 500 || errorCode === "internal") return "error";
  if (status >= 400 || errorCode !== undefined) return "warn";
  return dialect === undefined ? "debug" : "info";
}

function toMessage(record: RequestRecord): string {
  const { usage } = record;
  return [
    String(record.status),
    `${record.method} ${record.route}`,
    record.modelGroup,
    duration(record),
    usage && `${usage.promptTokens} + ${usage.completionTokens} tokens`,
    record.cacheHit ? "from the cache" : undefined,
    record.attemptedRetries > 0 ? `retries: ${record.attemptedRetries}` : undefined,
    record.attemptedFallbacks > 0 ? `fallbacks: ${record.attemptedFallbacks}` : undefined,
    record.errorCode,
    `[${record.callId}]`,
  ]
    .filter((part) => part !== undefined)
    .join("  ");
}

function duration({ firstEventMs, totalMs, stream }: RequestRecord): string {
  const whole = `${seconds(totalMs)} s`;
  return stream && firstEventMs !== undefined ? `${whole} (first event ${seconds(firstEventMs)} s)` : whole;
}

/** To microseconds: what clocks give beyond that is noise. */
function rounded(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Number(milliseconds.toFixed(3));
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function toFields(record: RequestRecord, redactKeys: boolean): LogFields {
  return {
    call_id: record.callId,
    method: record.method,
    route: record.route,
    dialect: record.dialect,
    model_group: record.modelGroup,
    fallback_group: record.fallbackGroup,
    model_id: record.deploymentId,
    model: record.deploymentModel,
    region: record.region,
    stream: record.stream,
    status: record.status,
    error_code: record.errorCode,
    finish_reasons: record.finishReasons,
    prompt_tokens: record.usage?.promptTokens,
    completion_tokens: record.usage?.completionTokens,
    cached_tokens: record.usage?.cachedTokens,
    retries: record.attemptedRetries,
    fallbacks: record.attemptedFallbacks,
    cache_hit: record.cacheHit,
    warnings: record.warnings,
    upstream_request_id: record.upstreamRequestId,
    first_event_ms: rounded(record.firstEventMs),
    total_ms: rounded(record.totalMs),
    upstream_ms: rounded(record.upstreamMs),
    key_hash: redactKeys ? undefined : record.keyHash,
    traceparent: record.traceparent,
  };
}
