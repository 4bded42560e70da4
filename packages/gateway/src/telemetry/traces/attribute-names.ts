/**
 * Names of OpenTelemetry's semantic conventions, copied from `@opentelemetry/semantic-conventions` 1.45 (Apache-2.0) as
 * its README asks of instrumentation: those of `gen_ai` are still in development there, and the package is large.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/
 */
export const attributeNames = {
  awsRequestId: "aws.request_id",
  cloudRegion: "cloud.region",
  errorType: "error.type",
  finishReasons: "gen_ai.response.finish_reasons",
  httpRequestMethod: "http.request.method",
  httpResponseStatusCode: "http.response.status_code",
  httpRoute: "http.route",
  inputTokens: "gen_ai.usage.input_tokens",
  cachedInputTokens: "gen_ai.usage.cache_read.input_tokens",
  operationName: "gen_ai.operation.name",
  outputTokens: "gen_ai.usage.output_tokens",
  providerName: "gen_ai.provider.name",
  requestModel: "gen_ai.request.model",
  requestStream: "gen_ai.request.stream",
  responseModel: "gen_ai.response.model",
  serviceName: "service.name",
  serviceVersion: "service.version",
  /** Seconds. */
  timeToFirstChunk: "gen_ai.response.time_to_first_chunk",
} as const;

export const awsBedrock = "aws.bedrock";

/** OpenTelemetry's word for what a client API does. */
export function operationOf(dialect: string | undefined): "chat" | "text_completion" {
  return dialect === "openai-completions" ? "text_completion" : "chat";
}
