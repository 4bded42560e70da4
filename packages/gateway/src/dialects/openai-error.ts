import type { JsonObject, OutcropError } from "@outcrop/sdk";

/**
 * OpenAI's error envelope, the same in its chat, completions and Responses APIs. `type` is the error
 * table's word; `code` is the status as a string, as LiteLLM's clients know it.
 */
export function encodeOpenAIError({ message, type, param, status }: OutcropError): JsonObject {
  return { error: { message, type, param: param ?? null, code: String(status) } };
}
