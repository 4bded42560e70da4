import { toArgumentsText } from "./call-arguments.ts";
import { writeCall, writeHead, writeToolResult, writeTurn } from "./chatml-turns.ts";
import type { AssistantTurn, Conversation, Turn } from "./conversation.ts";
import { createNativeTemplate } from "./native-template.ts";
import { afterLast, beforeFirst, strip, stripEnd, stripStart } from "./python-text.ts";

/**
 * Qwen3 (the hybrid models of April 2025). `chat_template_kwargs.enable_thinking: false` writes an empty
 * think block, so that the model answers at once.
 * @see https://huggingface.co/Qwen/Qwen3-32B
 */
export const qwen3Template = createNativeTemplate({ name: "qwen3", beginToken: "", write });

function write(conversation: Conversation): string {
  const { turns, opensAnswer, variables } = conversation;
  const lastQuery = findLastQuery(turns);
  let prompt = writeHead(conversation);
  for (const [index, turn] of turns.entries()) {
    if (turn.role === "tool") prompt += writeToolResult(turns, index);
    else if (turn.role === "assistant") {
      prompt += writeAnswer(turn, { afterQuery: index > lastQuery, isLast: index === turns.length - 1 });
    } else if (turn.role === "user" || index > 0) prompt += writeTurn(turn.role, turn.text);
  }
  if (!opensAnswer) return prompt;
  return `${prompt}<|im_start|>assistant\n${variables["enable_thinking"] === false ? "<think>\n\n</think>\n\n" : ""}`;
}

/** Where the user last asked something; a tool result that a client wrote into a user message is no question. */
function findLastQuery(turns: readonly Turn[]): number {
  const index = turns.findLastIndex((turn) => turn.role === "user" && !isToolResponse(turn.text));
  return index === -1 ? turns.length - 1 : index;
}

function isToolResponse(text: string): boolean {
  return text.startsWith("<tool_response>") && text.endsWith("</tool_response>");
}

interface AnswerPlace {
  readonly afterQuery: boolean;
  readonly isLast: boolean;
}

/** Thinking is kept only since the last question: there the model is still at work on its answer. */
function writeAnswer(turn: AssistantTurn, { afterQuery, isLast }: AnswerPlace): string {
  const { reasoning, content } = splitThinking(turn);
  const thinks = afterQuery && (isLast || reasoning !== "");
  const text = thinks
    ? `<think>\n${strip(reasoning, "\n")}\n</think>\n\n${stripStart(content, "\n")}`
    : content;
  const calls = turn.calls.map((call) => writeCall(call.name, toArgumentsText(call))).join("\n");
  // The template asks for the content, not for what stands before the call: after bare thinking no newline.
  const gap = calls !== "" && content !== "" ? "\n" : "";
  return writeTurn("assistant", text + gap + calls);
}

function splitThinking({ text, reasoning }: AssistantTurn): { reasoning: string; content: string } {
  if (reasoning !== undefined || !text.includes("</think>"))
    return { reasoning: reasoning ?? "", content: text };
  const thinking = afterLast(stripEnd(beforeFirst(text, "</think>"), "\n"), "<think>");
  return { reasoning: stripStart(thinking, "\n"), content: stripStart(afterLast(text, "</think>"), "\n") };
}
