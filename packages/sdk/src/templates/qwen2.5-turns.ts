import { toArgumentsJson } from "./call-arguments.ts";
import { writeCall, writeHead, writeToolResult, writeTurn } from "./chatml-turns.ts";
import type { AssistantTurn, Conversation } from "./conversation.ts";

/**
 * A conversation as Qwen2.5 reads it. With no default system text it is plain ChatML, for which Qwen2.5's
 * block is the customary way to offer tools.
 */
export function writeQwen25(conversation: Conversation, defaultSystem?: string): string {
  const { turns, opensAnswer } = conversation;
  let prompt = writeHead(conversation, defaultSystem);
  for (const [index, turn] of turns.entries()) {
    if (turn.role === "tool") prompt += writeToolResult(turns, index);
    else if (turn.role === "assistant") prompt += writeAnswer(turn);
    else if (turn.role === "user" || index > 0) prompt += writeTurn(turn.role, turn.text);
  }
  return opensAnswer ? `${prompt}<|im_start|>assistant\n` : prompt;
}

function writeAnswer({ text, calls }: AssistantTurn): string {
  const parts = calls.map((call) => writeCall(call.name, toArgumentsJson(call)));
  if (text !== "" || calls.length === 0) parts.unshift(text);
  return writeTurn("assistant", parts.join("\n"));
}
