import type { AssistantMessage, ChatMessage, ContentPart, ToolCall, ToolMessage } from "@outcrop/sdk";
import {
  type Field,
  booleanOf,
  choose,
  entriesOf,
  isGiven,
  membersOf,
  objectOf,
  optional,
  refuse,
  stringOf,
} from "../field.ts";
import { blocksIn, parsePart, parseParts, parseText, typeOf } from "./parse-content.ts";

/** Reads `messages`. A user's turn that answers tool calls becomes several messages here. */
export function parseMessages(field: Field): readonly ChatMessage[] {
  const messages = entriesOf(field).flatMap(parseMessage);
  return messages.length === 0 ? refuse(field, "a list of at least one message") : messages;
}

/** Reads `system`; an empty one says nothing. */
export function parseSystem(field: Field): readonly ChatMessage[] {
  const content = optional(field, parseText) ?? "";
  return content.length === 0 ? [] : [{ role: "system", content }];
}

function parseMessage(message: Field): readonly ChatMessage[] {
  const at = membersOf(message);
  return choose(at("role"), turnReaders)(at("content"));
}

const turnReaders: Readonly<Record<string, (content: Field) => readonly ChatMessage[]>> = {
  user: parseUserTurn,
  assistant: (content) => [parseAssistantTurn(content)],
  system: (content) => [{ role: "system", content: parseText(content) }],
};

function parseUserTurn(content: Field): readonly ChatMessage[] {
  if (typeof content.value === "string") return [{ role: "user", content: content.value }];
  const messages: ChatMessage[] = [];
  let parts: ContentPart[] | undefined;
  for (const block of blocksIn(content)) {
    if (typeOf(block).value === "tool_result") {
      messages.push(parseToolResult(block));
      parts = undefined;
    } else {
      if (!parts) messages.push({ role: "user", content: (parts = []) });
      parts.push(parsePart(block));
    }
  }
  return messages.length === 0 ? refuse(content, "a string or a list of at least one block") : messages;
}

function parseToolResult(block: Field): ToolMessage {
  const at = membersOf(block);
  const content = optional(at("content"), parseParts) ?? "";
  const failed = optional(at("is_error"), booleanOf) ?? false;
  return {
    role: "tool",
    toolCallId: stringOf(at("tool_use_id")),
    content: failed ? markFailed(content) : content,
  };
}

/** No wire and no template has a place for the mark; the model reads it as it would read any failure. */
function markFailed(content: string | readonly ContentPart[]): string | readonly ContentPart[] {
  const mark = "Error: ";
  return typeof content === "string" ? mark + content : [{ type: "text", text: mark }, ...content];
}

function parseAssistantTurn(content: Field): AssistantMessage {
  if (typeof content.value === "string") return { role: "assistant", content: content.value, toolCalls: [] };
  const parts: ContentPart[] = [];
  const toolCalls: ToolCall[] = [];
  let reasoning = "";
  for (const block of blocksIn(content)) {
    const type = typeOf(block);
    if (type.value === "text") parts.push(parsePart(block));
    else if (type.value === "thinking") reasoning += stringOf(membersOf(block)("thinking"));
    else if (type.value === "tool_use") toolCalls.push(parseToolUse(block));
    else if (type.value !== "redacted_thinking")
      refuse(type, "text, thinking, redacted_thinking or tool_use");
  }
  return {
    role: "assistant",
    content: parts.length === 0 ? null : parts,
    toolCalls,
    ...(reasoning === "" ? {} : { reasoningContent: reasoning }),
  };
}

function parseToolUse(block: Field): ToolCall {
  const at = membersOf(block);
  const input = at("input");
  return {
    id: stringOf(at("id")),
    name: stringOf(at("name")),
    arguments: isGiven(input) ? JSON.stringify(objectOf(input)) : "{}",
  };
}
