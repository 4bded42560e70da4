import type { ChatMessage, ChatRequest, ToolDefinition } from "../../src/core/chat.ts";
import { findTemplate } from "../../src/templates/template-list.ts";

/** Messages in few words. */
export function system(content: string): ChatMessage {
  return { role: "system", content };
}

export function user(content: string): ChatMessage {
  return { role: "user", content };
}

export function answer(
  content: string | null,
  ...calls: readonly (readonly [string, string])[]
): ChatMessage {
  const toolCalls = calls.map(([id, json]) => ({ id, name: "get_weather", arguments: json }));
  return { role: "assistant", content, toolCalls };
}

export function result(toolCallId: string, content: string): ChatMessage {
  return { role: "tool", content, toolCallId };
}

export const weatherTool: ToolDefinition = { name: "get_weather", parameters: { type: "object" } };

/** A request with these messages and nothing else. */
export function requestOf(messages: readonly ChatMessage[], more: Partial<ChatRequest> = {}): ChatRequest {
  return {
    messages,
    tools: [],
    toolChoice: "auto",
    parameters: {},
    chatTemplateKwargs: {},
    extra: {},
    ...more,
  };
}

/** The prompt of a built-in template. */
export function write(
  name: string,
  messages: readonly ChatMessage[],
  more: Partial<ChatRequest> = {},
): string {
  const template = findTemplate(name);
  if (!template) throw new Error(`no template ${name}`);
  return template.render(requestOf(messages, more), { addBosToken: true }).prompt;
}
