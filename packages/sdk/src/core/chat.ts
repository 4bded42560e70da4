import type { JsonObject } from "./json.ts";

/** A piece of text in a message. */
export interface TextPart {
  readonly type: "text";
  readonly text: string;
}

/** An image in a message: a `data:` URL, or an http(s) URL where the wire takes one. */
export interface ImagePart {
  readonly type: "image";
  readonly url: string;
  /** OpenAI's `detail` hint, sent on where the wire has it. */
  readonly detail?: string;
}

export type ContentPart = TextPart | ImagePart;

/** A message's content. `null` is an assistant turn that holds nothing but tool calls. */
export type Content = string | readonly ContentPart[] | null;

/** A call that the model made: `arguments` is JSON text, as OpenAI writes it. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

export interface SystemMessage {
  readonly role: "system" | "developer";
  readonly content: Content;
  readonly name?: string;
}

export interface UserMessage {
  readonly role: "user";
  readonly content: Content;
  readonly name?: string;
}

export interface AssistantMessage {
  readonly role: "assistant";
  readonly content: Content;
  readonly name?: string;
  readonly toolCalls: readonly ToolCall[];
  /** The thinking of an earlier turn, where the client sends it back. */
  readonly reasoningContent?: string;
}

export interface ToolMessage {
  readonly role: "tool";
  readonly content: Content;
  readonly toolCallId: string;
  readonly name?: string;
}

export type ChatMessage = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

/** A function that the model may call. `parameters` is a JSON schema. */
export interface ToolDefinition {
  readonly name: string;
  readonly description?: string;
  readonly parameters?: JsonObject;
  readonly strict?: boolean;
}

export type ToolChoice = "auto" | "none" | "required" | { readonly name: string };

export type ResponseFormat =
  | { readonly type: "text" }
  | { readonly type: "json_object" }
  | {
      readonly type: "json_schema";
      readonly name: string;
      readonly schema: JsonObject;
      readonly description?: string;
      readonly strict?: boolean;
    };

/** OpenAI's sampling and output parameters that the caller set; what is absent was not asked for. */
export interface ChatParameters {
  /** In tokens; from `max_completion_tokens`, else `max_tokens`. */
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly n?: number;
  readonly logprobs?: boolean;
  readonly topLogprobs?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly logitBias?: JsonObject;
  readonly responseFormat?: ResponseFormat;
  readonly reasoningEffort?: string;
}

/**
 * One chat request, validated, whoever asked: the hub that every client API maps to
 * and every family and wire maps from.
 */
export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /**
   * A prompt that the caller rendered (OpenAI's older completions API): sent as it stands on the text wires,
   * and answered with the model's text as it stands. `messages` then holds it as one user turn.
   */
  readonly prompt?: string;
  readonly tools: readonly ToolDefinition[];
  /** Absent when the caller left it open, which OpenAI reads as `auto`. */
  readonly toolChoice?: ToolChoice;
  readonly parameters: ChatParameters;
  /** Variables for the chat template, such as Qwen3's `enable_thinking`. */
  readonly chatTemplateKwargs: JsonObject;
  /** Top-level fields that OpenAI does not know: sent to the model as they are. */
  readonly extra: JsonObject;
}

/** All text of a content, parts joined as they stand; images are skipped. */
export function textOf(content: Content): string {
  if (content === null) return "";
  if (typeof content === "string") return content;
  return content.map((part) => (part.type === "text" ? part.text : "")).join("");
}

/** The images of a content, in order. */
export function imagesOf(content: Content): readonly ImagePart[] {
  if (content === null || typeof content === "string") return [];
  return content.filter((part) => part.type === "image");
}
