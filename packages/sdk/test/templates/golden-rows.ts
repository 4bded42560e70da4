import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { ChatMessage, ChatRequest, ToolDefinition } from "../../src/core/chat.ts";
import type { JsonObject } from "../../src/core/json.ts";

/** A message in OpenAI's own shape. */
export interface OpenAiMessage {
  readonly role: ChatMessage["role"];
  readonly content: string | readonly { readonly type: "text"; readonly text: string }[] | null;
  readonly name?: string;
  readonly tool_call_id?: string;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
}

/** A conversation as a client sends it. */
export interface ConversationRow {
  readonly messages: readonly OpenAiMessage[];
  readonly tools?: readonly { readonly function: ToolDefinition }[];
  readonly chat_template_kwargs?: JsonObject;
}

/** A conversation with its prompt. */
export interface GoldenRow extends ConversationRow {
  readonly id: string;
  readonly template: string;
  readonly prompt: string;
}

/** Every row of the prompt fixtures. */
export function readGoldenRows(): readonly GoldenRow[] {
  const folder = join(import.meta.dirname, "../fixtures/prompts");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name): GoldenRow[] => JSON.parse(readFileSync(join(folder, name), "utf8")));
}

/** The request of a row. */
export function toRequest(row: ConversationRow): ChatRequest {
  return {
    messages: row.messages.map(toMessage),
    tools: (row.tools ?? []).map((tool) => tool.function),
    toolChoice: "auto",
    parameters: {},
    chatTemplateKwargs: row.chat_template_kwargs ?? {},
    extra: {},
  };
}

function toMessage(message: OpenAiMessage): ChatMessage {
  const { role, content, name } = message;
  const common = { content, ...(name === undefined ? {} : { name }) };
  if (role === "tool") return { role, ...common, toolCallId: message.tool_call_id ?? "" };
  if (role !== "assistant") return { role, ...common };
  const toolCalls = (message.tool_calls ?? []).map((call) => ({
    id: call.id,
    name: call.function.name,
    arguments: call.function.arguments,
  }));
  const reasoning = message.reasoning_content;
  return { role, ...common, toolCalls, ...(reasoning === undefined ? {} : { reasoningContent: reasoning }) };
}
