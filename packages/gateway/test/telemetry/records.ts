import type { RequestRecord } from "../../src/telemetry/request-record.ts";

/** A streamed chat that went well; each test says what is different. */
export function record(own: Partial<RequestRecord> = {}): RequestRecord {
  return {
    callId: "call-1",
    method: "POST",
    route: "/v1/chat/completions",
    dialect: "openai-chat",
    modelGroup: "qwen",
    deploymentId: "deployment-1",
    deploymentModel: "bedrock/qwen3/arn:aws:bedrock:us-east-1:123456789012:imported-model/abc",
    region: "us-east-1",
    stream: true,
    status: 200,
    errorCode: undefined,
    finishReasons: ["stop"],
    usage: { promptTokens: 12, completionTokens: 34 },
    attemptedRetries: 0,
    attemptedFallbacks: 0,
    cacheHit: false,
    warnings: [],
    upstreamRequestId: "aws-request-1",
    firstEventMs: 310,
    totalMs: 1250,
    upstreamMs: 1240,
    keyHash: "hash-of-key",
    traceparent: undefined,
    ...own,
  };
}
