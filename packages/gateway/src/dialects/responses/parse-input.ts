import type { AssistantMessage, ChatMessage, Content, ContentPart } from "@outcrop/sdk";
import {
  type Field,
  type Members,
  choose,
  entriesOf,
  membersOf,
  optional,
  refuse,
  refuseUnsupported,
  stringOf,
} from "../field.ts";
import { parseContent } from "./parse-content.ts";

/** Reads `input`. An assistant's turn comes as several items; here they are one message again. */
export function parseInput(field: Field): readonly ChatMessage[] {
  if (typeof field.value === "string") return [{ role: "user", content: field.value }];
  const items = entriesOf(field, "a string or a list of items");
  const messages = joinAssistantTurns(items.flatMap(parseItem));
  return messages.length === 0 ? refuse(field, "a list of at least one message") : messages;
}

function parseItem(item: Field): readonly ChatMessage[] {
  const at = membersOf(item);
  const type = at("type");
  if (type.value === "item_reference") {
    refuseUnsupported(
      type,
      "nothing is stored here to refer to. Send the item itself; clients do with store set to false.",
    );
  }
  // A message may leave its type out.
  return choose({ ...type, value: type.value ?? "message" }, itemReaders)(at);
}

const itemReaders: Readonly<Record<string, (at: Members) => readonly ChatMessage[]>> = {
  message: (at) => [choose(at("role"), messageReaders)(parseContent(at("content")))],
  function_call: (at) => [
    assistant({
      toolCalls: [
        { id: stringOf(at("call_id")), name: stringOf(at("name")), arguments: stringOf(at("arguments")) },
      ],
    }),
  ],
  function_call_output: (at) => [
    { role: "tool", toolCallId: stringOf(at("call_id")), content: parseContent(at("output")) },
  ],
  reasoning: (at) => {
    const reasoningContent = textIn(at("content")) || textIn(at("summary"));
    return reasoningContent === "" ? [] : [assistant({ reasoningContent })];
  },
};

const messageReaders: Readonly<Record<string, (content: string | readonly ContentPart[]) => ChatMessage>> = {
  user: (content) => ({ role: "user", content }),
  assistant: (content) => assistant({ content }),
  system: (content) => ({ role: "system", content }),
  developer: (content) => ({ role: "developer", content }),
};

function assistant(part: Partial<AssistantMessage>): AssistantMessage {
  return { role: "assistant", content: null, toolCalls: [], ...part };
}

/** The thinking of an item; what is encrypted was not written here and says nothing. */
function textIn(parts: Field): string {
  const texts = (optional(parts, entriesOf) ?? []).map((part) => stringOf(membersOf(part)("text")));
  return texts.join("");
}

/** Thinking, words and calls that follow one another are one turn, as chat templates know it. */
function joinAssistantTurns(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const joined: ChatMessage[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (last?.role === "assistant" && message.role === "assistant") joined.splice(-1, 1, join(last, message));
    else joined.push(message);
  }
  return joined;
}

function join(first: AssistantMessage, second: AssistantMessage): AssistantMessage {
  const reasoningContent = (first.reasoningContent ?? "") + (second.reasoningContent ?? "");
  return {
    role: "assistant",
    content: joinContent(first.content, second.content),
    toolCalls: [...first.toolCalls, ...second.toolCalls],
    ...(reasoningContent === "" ? {} : { reasoningContent }),
  };
}

function joinContent(first: Content, second: Content): Content {
  if (first === null) return second;
  return second === null ? first : [...partsOf(first), ...partsOf(second)];
}

function partsOf(content: string | readonly ContentPart[]): readonly ContentPart[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}
