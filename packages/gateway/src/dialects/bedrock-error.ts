import type { JsonObject, OutcropError } from "@outcrop/sdk";
import { encodeOpenAIError } from "./openai-error.ts";

/** Bedrock's exceptions by HTTP status; any other is the service's own failure. */
const exceptions: Readonly<Record<number, string>> = {
  400: "ValidationException",
  401: "AccessDeniedException",
  403: "AccessDeniedException",
  404: "ResourceNotFoundException",
  405: "ValidationException",
  408: "ModelTimeoutException",
  413: "ValidationException",
  429: "ThrottlingException",
  503: "ServiceUnavailableException",
};

/**
 * A failure of ours as AWS's clients read one: they take the exception from `__type` and the sentence from `message`,
 * and tell their user "UnknownError" without them. OpenAI's envelope stands beside it, as on every other path.
 */
export function encodeBedrockError(error: OutcropError): JsonObject {
  const { status, message, awsType } = error;
  return {
    __type: awsType ?? exceptions[status] ?? "InternalServerException",
    message,
    ...encodeOpenAIError(error),
  };
}
