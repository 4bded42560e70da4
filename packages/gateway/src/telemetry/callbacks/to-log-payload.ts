import { errorTable } from "@outcrop/sdk";
import { callTypesOf } from "../call-type.ts";
import { exceptionClassOf } from "../metrics/exception-class.ts";
import type { RequestRecord } from "../request-record.ts";

/**
 * A request under the names of LiteLLM's `StandardLoggingPayload`, which its receivers read. What would hold prompts or
 * answers (`messages`, `response`) is not in it. Times are Unix time in seconds.
 */
export function toLogPayload(record: RequestRecord, endedAt: number): object {
  const { usage, errorCode } = record;
  const startedAt = endedAt - record.totalMs;
  return {
    id: record.callId,
    trace_id: record.traceparent?.split("-")[1] ?? record.callId,
    call_type: callTypesOf(record.dialect ?? "")[0] ?? record.route,
    status: errorCode === undefined ? "success" : "failure",
    stream: record.stream,
    custom_llm_provider: "bedrock",
    model: record.deploymentModel ?? record.modelGroup,
    model_group: record.modelGroup,
    model_id: record.deploymentId,
    prompt_tokens: usage?.promptTokens ?? 0,
    completion_tokens: usage?.completionTokens ?? 0,
    total_tokens: (usage?.promptTokens ?? 0) + (usage?.completionTokens ?? 0),
    startTime: startedAt / 1000,
    endTime: endedAt / 1000,
    completionStartTime: (startedAt + (record.firstEventMs ?? record.totalMs)) / 1000,
    response_time: (record.firstEventMs ?? record.totalMs) / 1000,
    cache_hit: record.cacheHit,
    finish_reasons: record.finishReasons,
    warnings: record.warnings,
    metadata: { user_api_key_hash: record.keyHash },
    hidden_params: {
      model_id: record.deploymentId,
      region: record.region,
      upstream_request_id: record.upstreamRequestId,
      litellm_overhead_time_ms:
        record.upstreamMs === undefined ? undefined : record.totalMs - record.upstreamMs,
    },
    error_information:
      errorCode === undefined
        ? undefined
        : {
            error_code: String(errorTable[errorCode].status),
            error_class: exceptionClassOf(errorCode),
            error_type: errorCode,
            llm_provider: "bedrock",
          },
  };
}
