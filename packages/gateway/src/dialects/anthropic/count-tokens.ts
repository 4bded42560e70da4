import type { ChatRequest, JsonObject } from "@outcrop/sdk";
import { parseConversation } from "./parse-message-request.ts";

/** A request to count tokens, read: what would be asked of the model, and is only to be counted. */
export interface TokenCountCall {
  /** The model's name as the client wrote it: an alias of the config. */
  readonly model: string;
  readonly request: ChatRequest;
  /** What was read leniently, in sentences for the client. */
  readonly warnings: readonly string[];
}

/**
 * Reads the body of `/v1/messages/count_tokens`: that of a message without what steers its answer.
 *
 * @throws OutcropError `invalid_request` whose `param` is the path at fault.
 * @see https://docs.anthropic.com/en/api/messages-count-tokens
 */
export function parseTokenCount(body: JsonObject): TokenCountCall {
  return parseConversation(body);
}

/** The answer of `/v1/messages/count_tokens`. */
export function encodeTokenCount(tokens: number): JsonObject {
  return { input_tokens: tokens };
}
