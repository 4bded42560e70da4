import {
  type AssistantMessage,
  type ChatMessage,
  type ChatRequest,
  type Content,
  type ToolChoice,
  imagesOf,
  textOf,
} from "../core/chat.ts";
import { OutcropError } from "../core/errors.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";
import type { Wire } from "../core/wire.ts";
import { decodeChoices } from "./openai-choices.ts";
import { spellParameters } from "./parameters.ts";
import { namedSchemaFormat } from "./response-format.ts";

/**
 * OpenAI's chat format: `messages` in, `choices[].message` out. The service applies the chat template
 * of the imported files; Kimi K2 Thinking takes the same body.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/invoke-imported-model.html
 */
export const openaiChatWire: Wire = {
  name: "openai_chat",
  operation: "invoke",
  streamOperation: "invoke-with-response-stream",
  sendsPrompt: false,
  parameters: new Set([
    "max_tokens",
    "temperature",
    "top_p",
    "top_k",
    "stop",
    "seed",
    "n",
    "logprobs",
    "top_logprobs",
    "frequency_penalty",
    "presence_penalty",
    "logit_bias",
    "response_format",
    "reasoning_effort",
  ]),
  encode: ({ request }): JsonObject => ({
    messages: request.messages.map(encodeMessage),
    ...spellParameters(request.parameters, {
      maxTokens: "max_tokens",
      temperature: "temperature",
      topP: "top_p",
      topK: "top_k",
      stop: "stop",
      seed: "seed",
      n: "n",
      logprobs: "logprobs",
      topLogprobs: "top_logprobs",
      frequencyPenalty: "frequency_penalty",
      presencePenalty: "presence_penalty",
      logitBias: "logit_bias",
      reasoningEffort: "reasoning_effort",
    }),
    ...namedSchemaFormat(request.parameters.responseFormat),
    ...encodeTools(request),
    ...encodeTemplateKwargs(request.chatTemplateKwargs),
    ...request.extra,
  }),
  decode: decodeChoices,
};

function encodeMessage(message: ChatMessage, index: number): JsonObject {
  switch (message.role) {
    // Published chat templates know no `developer`.
    case "system":
    case "developer":
      return { role: "system", content: textOf(message.content), name: message.name };
    case "user":
      return { role: "user", content: encodeContent(message.content, index), name: message.name };
    case "assistant":
      return encodeAssistant(message);
    case "tool":
      return {
        role: "tool",
        tool_call_id: message.toolCallId,
        name: message.name,
        content: encodeContent(message.content, index),
      };
  }
}

/** Kimi refuses empty content; beside tool calls it is `null`, as OpenAI writes it. */
function encodeAssistant(message: AssistantMessage): JsonObject {
  const text = textOf(message.content);
  const calls = message.toolCalls.map(({ id, name, arguments: json }) => ({
    id,
    type: "function",
    function: { name, arguments: json },
  }));
  return {
    role: "assistant",
    content: text === "" && calls.length > 0 ? null : text,
    name: message.name,
    reasoning_content: message.reasoningContent,
    tool_calls: calls.length > 0 ? calls : undefined,
  };
}

/** Parts that hold nothing but text become one string: not every chat template reads lists. */
function encodeContent(content: Content, index: number): JsonValue {
  if (content === null || typeof content === "string") return content ?? "";
  if (imagesOf(content).length === 0) return textOf(content);
  return content.map((part) => {
    if (part.type === "text") return { type: "text", text: part.text };
    requireDataUrl(part.url, index);
    return { type: "image_url", image_url: { url: part.url, detail: part.detail } };
  });
}

/** AWS takes base64 data URLs alone, and we fetch nothing on a caller's word. */
function requireDataUrl(url: string, index: number): void {
  if (url.startsWith("data:")) return;
  throw new OutcropError(
    "invalid_request",
    "Bedrock takes images as base64 data URLs (data:image/png;base64,…), not as links. Fetch the image and send its bytes.",
    { param: `messages[${index}].content` },
  );
}

function encodeTools({ tools, toolChoice }: ChatRequest): JsonObject {
  if (tools.length === 0) return {};
  return {
    tools: tools.map(({ name, description, parameters, strict }) => ({
      type: "function",
      function: { name, description, parameters, strict },
    })),
    tool_choice: encodeToolChoice(toolChoice),
  };
}

function encodeToolChoice(choice: ToolChoice | undefined): JsonValue | undefined {
  return typeof choice === "object" ? { type: "function", function: { name: choice.name } } : choice;
}

function encodeTemplateKwargs(kwargs: JsonObject): JsonObject {
  return Object.keys(kwargs).length === 0 ? {} : { chat_template_kwargs: kwargs };
}
