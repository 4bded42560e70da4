import type { Conversation, Turn } from "./conversation.ts";
import { endOfTurn, writeHeader, writeLlama31 } from "./llama3.1.ts";
import { createNativeTemplate } from "./native-template.ts";
import { strip } from "./python-text.ts";

/**
 * Llama 3 Instruct. Its published template knows no tools: it would drop the calls of the history and
 * never show the offered ones. A conversation with tools is therefore written as Llama 3.1's.
 * @see https://huggingface.co/meta-llama/Meta-Llama-3-8B-Instruct
 */
export const llama3Template = createNativeTemplate({
  name: "llama3",
  beginToken: "<|begin_of_text|>",
  write,
});

function write(conversation: Conversation): string {
  const { turns, tools, opensAnswer } = conversation;
  if (tools.length > 0 || turns.some(needsTools)) return writeLlama31(conversation);
  const written = turns.map(({ role, text }) => writeHeader(role) + strip(text) + endOfTurn).join("");
  return opensAnswer ? written + writeHeader("assistant") : written;
}

function needsTools(turn: Turn): boolean {
  return turn.role === "tool" || (turn.role === "assistant" && turn.calls.length > 0);
}
