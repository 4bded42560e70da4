import type { FinishReason } from "../core/events.ts";

/** AWS's, Converse's and vLLM's words for why an answer ended, in OpenAI's. */
const reasons: Readonly<Record<string, FinishReason>> = {
  length: "length",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_calls: "tool_calls",
  tool_use: "tool_calls",
  function_call: "tool_calls",
  content_filter: "content_filter",
  content_filtered: "content_filter",
  guardrail_intervened: "content_filter",
};

/**
 * OpenAI's finish reason. Models that call tools in their text end with a plain stop, so a call decides
 * over the body's word; only `length` stands, because then the call may be cut.
 */
export function toFinishReason(word: string | undefined, hasCalls: boolean): FinishReason {
  const reason = (word === undefined ? undefined : reasons[word.toLowerCase()]) ?? "stop";
  if (reason === "length") return "length";
  if (hasCalls) return "tool_calls";
  return reason === "tool_calls" ? "stop" : reason;
}
