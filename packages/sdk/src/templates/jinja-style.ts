import type { Template } from "@huggingface/jinja";
import { type MessageStyle, toJinjaMessages } from "./jinja-messages.ts";

/** Finds out how a template wants calls to be given, by letting it write one. */
export function findMessageStyle(template: Template, text: string): MessageStyle {
  const style: MessageStyle = {
    nullContent: /\bcontent\b['"\])]*\s+is\s+(?:not\s+)?none\b/.test(text),
    argumentText: false,
    shortIds: /\blength\s*!=\s*9\b/.test(text),
  };
  const withText = { ...style, argumentText: true };
  return !writesCall(template, style) && writesCall(template, withText) ? withText : style;
}

function writesCall(template: Template, style: MessageStyle): boolean {
  const call = { id: "callprobe", name: "probe_function", arguments: '{"probe_argument": 1}' };
  const messages = toJinjaMessages(
    [
      { role: "user", text: "", name: undefined },
      { role: "assistant", text: "", calls: [call], reasoning: undefined },
      { role: "tool", text: "", callId: call.id, name: call.name },
    ],
    style,
  );
  try {
    // An object that a template joins to a text comes out as "[object Map]".
    return template
      .render({ messages, tools: null, documents: null, bos_token: "", eos_token: "" })
      .includes("probe_argument");
  } catch {
    return false;
  }
}
