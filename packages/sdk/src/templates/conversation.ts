import type { ChatMessage, ChatRequest, ToolCall, ToolDefinition } from "../core/chat.ts";
import { imagesOf, textOf } from "../core/chat.ts";
import { OutcropError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";

interface SystemTurn {
  readonly role: "system";
  readonly text: string;
}

export interface UserTurn {
  readonly role: "user";
  readonly text: string;
  readonly name: string | undefined;
}

export interface AssistantTurn {
  readonly role: "assistant";
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly reasoning: string | undefined;
}

interface ToolTurn {
  readonly role: "tool";
  readonly text: string;
  readonly callId: string;
  readonly name: string | undefined;
}

/** A message as the templates know it: `developer` is `system`, and every content is one text. */
export type Turn = SystemTurn | UserTurn | AssistantTurn | ToolTurn;

/** A request as every template reads it. */
export interface Conversation {
  readonly turns: readonly Turn[];
  /** The offered tools in OpenAI's own shape; none where `tool_choice` is `none`. */
  readonly tools: readonly JsonObject[];
  /** Whether the prompt ends by opening the assistant's turn. */
  readonly opensAnswer: boolean;
  /** The template's own variables. */
  readonly variables: JsonObject;
}

/**
 * Reads a request for a text template.
 *
 * @throws OutcropError `invalid_request` naming the first message that holds an image.
 */
export function readConversation(request: ChatRequest): Conversation {
  const { add_generation_prompt: opensAnswer = true, ...variables } = request.chatTemplateKwargs;
  return {
    turns: request.messages.map(readTurn),
    tools: request.toolChoice === "none" ? [] : request.tools.map(toOpenAiTool),
    opensAnswer: Boolean(opensAnswer),
    variables,
  };
}

function readTurn(message: ChatMessage, index: number): Turn {
  if (imagesOf(message.content).length > 0) throw imageError(index);
  const text = textOf(message.content);
  if (message.role === "user") return { role: "user", text, name: message.name };
  if (message.role === "assistant") {
    return { role: "assistant", text, calls: message.toolCalls, reasoning: message.reasoningContent };
  }
  if (message.role === "tool") {
    return { role: "tool", text, callId: message.toolCallId, name: message.name };
  }
  return { role: "system", text };
}

function imageError(index: number): OutcropError {
  const message =
    "This route sends the model one text prompt, which can't hold an image. Use a route that takes images: bedrock/openai/{arn}.";
  return new OutcropError("invalid_request", message, { param: `messages[${index}].content` });
}

/** Only the keys that the request gave, in its own order: the models see the definition as it was written. */
function toOpenAiTool(tool: ToolDefinition): JsonObject {
  return { type: "function", function: { ...tool } };
}
