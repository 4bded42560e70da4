import type { Attributes } from "@opentelemetry/api";
import type { RequestRecord } from "../request-record.ts";
import { attributeNames as name, awsBedrock, operationOf } from "./attribute-names.ts";

/** What is known of the request itself. */
export function toServerAttributes(record: RequestRecord): Attributes {
  return {
    [name.httpRequestMethod]: record.method,
    [name.httpRoute]: record.route,
    [name.httpResponseStatusCode]: record.status,
    [name.errorType]: record.errorCode,
    "outcrop.call_id": record.callId,
    "outcrop.model_group": record.modelGroup,
    "outcrop.cache_hit": record.cacheHit,
    "outcrop.retries": record.attemptedRetries,
    "outcrop.fallbacks": record.attemptedFallbacks,
    "outcrop.warnings": [...record.warnings],
  };
}

/** What is known of the model's part in it. Prompts and answers are not: a record holds none. */
export function toClientAttributes(record: RequestRecord): Attributes {
  const { usage, firstEventMs, deploymentModel } = record;
  return {
    [name.operationName]: operationOf(record.dialect),
    [name.providerName]: awsBedrock,
    [name.requestModel]: deploymentModel,
    [name.responseModel]: record.errorCode === undefined ? deploymentModel : undefined,
    [name.requestStream]: record.stream,
    [name.finishReasons]: [...record.finishReasons],
    [name.inputTokens]: usage?.promptTokens,
    [name.outputTokens]: usage?.completionTokens,
    [name.cachedInputTokens]: usage?.cachedTokens,
    [name.timeToFirstChunk]: record.stream && firstEventMs !== undefined ? firstEventMs / 1000 : undefined,
    [name.cloudRegion]: record.region,
    [name.awsRequestId]: record.upstreamRequestId,
    [name.errorType]: record.errorCode,
    "outcrop.model_id": record.deploymentId,
  };
}
