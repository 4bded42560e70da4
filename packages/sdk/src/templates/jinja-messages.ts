import type { ToolCall } from "../core/chat.ts";
import { isJsonObject, parseJson } from "../core/json.ts";
import type { Turn } from "./conversation.ts";

/** What a template wants to find in an assistant turn that calls tools. */
export interface MessageStyle {
  /** Content that isn't there as `none`, for templates that ask for it; others fail on it, and get "". */
  readonly nullContent: boolean;
  /** A call's arguments as JSON text instead of an object. */
  readonly argumentText: boolean;
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
  return turn.role === "user" ? { ...message, ...name } : { ...message, ...name, tool_call_id: turn.callId };
}

function toJinjaCall(call: ToolCall, { argumentText }: MessageStyle): unknown {
  const text = call.arguments.trim() === "" ? "{}" : call.arguments;
  const parsed = parseJson(text);
  const given = isJsonObject(parsed) && !argumentText ? parsed : text;
  return { id: call.id, type: "function", function: { name: call.name, arguments: given } };
}
