import {
  type AssistantMessage,
  type ChatMessage,
  type Content,
  type ContentPart,
  type ToolMessage,
  textOf,
} from "../core/chat.ts";
import { parseDataUrl } from "../core/data-url.ts";
import { OutcropError } from "../core/errors.ts";
import { type JsonObject, isJsonObject, parseJson } from "../core/json.ts";

/** The system and developer turns, as Converse's `system` blocks; empty ones are refused by AWS and left out. */
export function encodeConverseSystem(messages: readonly ChatMessage[]): readonly JsonObject[] {
  return messages
    .filter((message) => message.role === "system" || message.role === "developer")
    .map((message) => textOf(message.content))
    .filter((text) => text.trim() !== "")
    .map((text) => ({ text }));
}

/**
 * The other turns as Converse's messages. Converse wants user and assistant by turns and no empty
 * content, so neighbours of one role become one message, and a turn without any block is left out.
 */
export function encodeConverseMessages(messages: readonly ChatMessage[]): readonly JsonObject[] {
  const turns: { role: "user" | "assistant"; content: JsonObject[] }[] = [];
  for (const [index, message] of messages.entries()) {
    const role = message.role === "assistant" ? "assistant" : "user";
    const blocks = blocksOf(message, index);
    if (blocks.length === 0) continue;
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else turns.push({ role, content: [...blocks] });
  }
  return turns.map(({ role, content }) => ({ role, content }));
}

function blocksOf(message: ChatMessage, index: number): readonly JsonObject[] {
  switch (message.role) {
    case "system":
    case "developer":
      return []; // They stand apart, in `system`.
    case "user":
      return contentBlocks(message.content, index);
    case "assistant":
      return [...contentBlocks(message.content, index), ...toolUseBlocks(message)];
    case "tool":
      return [toolResultBlock(message, index)];
  }
}

function contentBlocks(content: Content, index: number): readonly JsonObject[] {
  const parts: readonly ContentPart[] =
    content === null ? [] : typeof content === "string" ? [{ type: "text", text: content }] : content;
  return parts
    .filter((part) => part.type === "image" || part.text.trim() !== "")
    .map((part) => (part.type === "text" ? { text: part.text } : imageBlock(part.url, index)));
}

const imageFormats: Readonly<Record<string, string>> = {
  "image/gif": "gif",
  "image/jpeg": "jpeg",
  "image/jpg": "jpeg",
  "image/png": "png",
  "image/webp": "webp",
};

function imageBlock(url: string, index: number): JsonObject {
  const data = parseDataUrl(url);
  const format = data && imageFormats[data.mediaType];
  if (!data || !format) {
    throw new OutcropError(
      "invalid_request",
      "Converse takes images as base64 data URLs of type gif, jpeg, png or webp (data:image/png;base64,…), not as links.",
      { param: `messages[${index}].content` },
    );
  }
  return { image: { format, source: { bytes: data.base64 } } };
}

function toolUseBlocks({ toolCalls }: AssistantMessage): readonly JsonObject[] {
  return toolCalls.map(({ id, name, arguments: json }) => ({
    toolUse: { toolUseId: id, name, input: argumentsObject(json) },
  }));
}

/** Converse wants an object; text that is none is handed on under a name of its own. */
function argumentsObject(json: string): JsonObject {
  const value = json.trim() === "" ? {} : parseJson(json);
  return isJsonObject(value) ? value : { arguments: json };
}

function toolResultBlock({ toolCallId, content }: ToolMessage, index: number): JsonObject {
  const blocks = contentBlocks(content, index);
  // AWS refuses blank text, and a tool may well have nothing to say.
  return {
    toolResult: { toolUseId: toolCallId, content: blocks.length > 0 ? blocks : [{ text: "(empty)" }] },
  };
}
