/**
 * What LiteLLM calls a call of each client API (`call_type`), in its Python variants: first the one that its gateway
 * makes, and logs.
 */
const callTypes: Readonly<Record<string, readonly string[]>> = {
  "openai-chat": ["acompletion", "completion"],
  "openai-completions": ["atext_completion", "text_completion"],
  "openai-responses": ["aresponses", "responses"],
  "anthropic-messages": ["anthropic_messages", "aanthropic_messages"],
};

/** LiteLLM's names for the calls of a dialect; none for what it does not know. */
export function callTypesOf(dialect: string): readonly string[] {
  return callTypes[dialect] ?? [];
}
