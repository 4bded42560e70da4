import type { ToolCall } from "../core/chat.ts";
import { isJsonObject, parseJson } from "../core/json.ts";
import type { Turn } from "./conversation.ts";
import { toMistralCallId } from "./mistral-call-id.ts";

/** What a template wants to find in an assistant turn that calls tools. */
export interface MessageStyle {
  /** Content that isn't there as `none`, for templates that ask for it; others fail on it, and get "". */
  readonly nullContent: boolean;
  /** A call's arguments as JSON text instead of an object. */
  readonly argumentText: boolean;
  /** Call ids of 9 letters and digits: Mistral's templates raise on any other. */
  readonly shortIds: boolean;
}

/** A message as a Jinja template reads it. A key without a value is left out, since templates ask `is defined`. */
export type JinjaMessage = Readonly<Record<string, unknown>>;

/** Turns in OpenAI's shape, as Jinja templates of either style can write them. */
export function toJinjaMessages(turns: readonly Turn[], style: MessageStyle): readonly JinjaMessage[] {
  return turns.map((turn) => toJinjaMessage(turn, style));
}

function toJinjaMessage(turn: Turn, style: MessageStyle): JinjaMessage {
  const message = { role: turn.role, content: turn.text };
  if (turn.role === "system") return message;
  if (turn.role === "assistant") {
    const calls = turn.calls.map((call) => toJinjaCall(call, style));
    const content = style.nullContent && calls.length > 0 && turn.text === "" ? null : turn.text;
    return {
      ...message,
      content,
      ...(turn.reasoning === undefined ? {} : { reasoning_content: turn.reasoning }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    };
  }
  const name = turn.name === undefined ? {} : { name: turn.name };
  if (turn.role === "user") return { ...message, ...name };
  return { ...message, ...name, tool_call_id: toCallId(turn.callId, style) };
}

function toCallId(id: string, { shortIds }: MessageStyle): string {
  return shortIds ? toMistralCallId(id) : id;
}

function toJinjaCall(call: ToolCall, style: MessageStyle): unknown {
  const text = call.arguments.trim() === "" ? "{}" : call.arguments;
  const parsed = parseJson(text);
  const given = isJsonObject(parsed) && !style.argumentText ? parsed : text;
  return { id: toCallId(call.id, style), type: "function", function: { name: call.name, arguments: given } };
}
