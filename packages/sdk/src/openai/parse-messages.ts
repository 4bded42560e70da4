import type { AssistantMessage, ChatMessage, Content, ContentPart, ToolCall } from "../core/chat.ts";
import { OutcropError } from "../core/errors.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";
import { listOf, objectOf, refuse, stringOf } from "./reader.ts";

/** Reads `messages`. @throws OutcropError `invalid_request` naming the path at fault. */
export function parseMessages(value: JsonValue | undefined): readonly ChatMessage[] {
  const list = listOf(value, "messages");
  if (list.length === 0) {
    throw new OutcropError("invalid_request", "messages must hold at least one message", {
      param: "messages",
    });
  }
  return list.map((message, index) =>
    parseMessage(objectOf(message, `messages[${index}]`), `messages[${index}]`),
  );
}

function parseMessage(message: JsonObject, path: string): ChatMessage {
  const name = nameOf(message, path);
  // Null is an empty turn; a field that is not there is a slip, except beside an assistant's calls.
  if (message.content === undefined && message.role !== "assistant") {
    refuse(`${path}.content`, "a string or a list of parts", undefined);
  }
  const content = parseContent(message.content, `${path}.content`);
  switch (message.role) {
    case "system":
    case "developer":
      return { role: message.role, content, name };
    case "user":
      return { role: "user", content, name };
    case "assistant":
      return { ...parseAssistant(message, path), content, name };
    case "tool":
      return {
        role: "tool",
        content,
        toolCallId: stringOf(message.tool_call_id, `${path}.tool_call_id`),
        name,
      };
    default:
      return refuse(`${path}.role`, "system, developer, user, assistant or tool", message.role);
  }
}

function nameOf(message: JsonObject, path: string): string | undefined {
  return message.name === undefined || message.name === null
    ? undefined
    : stringOf(message.name, `${path}.name`);
}

function parseAssistant(message: JsonObject, path: string): Omit<AssistantMessage, "content"> {
  const calls = message.tool_calls;
  const reasoning = message.reasoning_content;
  return {
    role: "assistant",
    toolCalls:
      calls === undefined || calls === null
        ? []
        : listOf(calls, `${path}.tool_calls`).map((call, index) =>
            parseCall(call, `${path}.tool_calls[${index}]`),
          ),
    ...(typeof reasoning === "string" && reasoning !== "" ? { reasoningContent: reasoning } : {}),
  };
}

function parseCall(value: JsonValue, path: string): ToolCall {
  const call = objectOf(value, path);
  const made = objectOf(call.function, `${path}.function`);
  return {
    id: stringOf(call.id, `${path}.id`),
    name: stringOf(made.name, `${path}.function.name`),
    arguments: stringOf(made.arguments ?? "", `${path}.function.arguments`),
  };
}

function parseContent(value: JsonValue | undefined, path: string): Content {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return refuse(path, "a string or a list of parts", value);
  return (value as readonly JsonValue[]).map((part, index) => parsePart(part, `${path}[${index}]`));
}

function parsePart(value: JsonValue, path: string): ContentPart {
  if (typeof value === "string") return { type: "text", text: value };
  const part = objectOf(value, path);
  switch (part.type) {
    case "text":
    case "input_text":
      return { type: "text", text: stringOf(part.text, `${path}.text`) };
    case "refusal":
      return { type: "text", text: stringOf(part.refusal, `${path}.refusal`) };
    case "image_url":
      return parseImage(part.image_url, `${path}.image_url`);
    default:
      return refuse(
        `${path}.type`,
        "text or image_url (Bedrock's imported models read text and images)",
        part.type,
      );
  }
}

/** OpenAI has an object here; a bare string is understood as its `url`. */
function parseImage(value: JsonValue | undefined, path: string): ContentPart {
  if (typeof value === "string") return { type: "image", url: value };
  const image = objectOf(value, path);
  const detail = image.detail;
  const url = stringOf(image.url, `${path}.url`);
  return typeof detail === "string" ? { type: "image", url, detail } : { type: "image", url };
}
