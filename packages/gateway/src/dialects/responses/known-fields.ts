import type { JsonObject } from "@outcrop/sdk";

/** OpenAI's own fields: read by us, or steering nothing but OpenAI's service. */
const knownFields = new Set([
  "model",
  "input",
  "instructions",
  "tools",
  "tool_choice",
  "parallel_tool_calls",
  "max_output_tokens",
  "max_tool_calls",
  "temperature",
  "top_p",
  "top_k",
  "top_logprobs",
  "text",
  "reasoning",
  "chat_template_kwargs",
  "stream",
  "stream_options",
  "store",
  "background",
  "conversation",
  "previous_response_id",
  "prompt",
  "metadata",
  "truncation",
  "include",
  "user",
  "service_tier",
  "safety_identifier",
  "prompt_cache_key",
  "prompt_cache_options",
  "prompt_cache_retention",
  "context_management",
  "moderation",
  "access_programs",
  "image",
]);

/** What OpenAI does not know, and is meant for the model. */
export function unknownFields(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !knownFields.has(name)));
}
