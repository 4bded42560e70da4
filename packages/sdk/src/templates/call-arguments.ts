import type { ToolCall } from "../core/chat.ts";
import { toPythonJsonText } from "./python-json.ts";

/**
 * A call's arguments as the templates' `tojson` writes the parsed object. Empty text is a call without
 * arguments; text that is not JSON is what `tojson` makes of a string, so that the call around it stays JSON.
 */
export function toArgumentsJson(call: ToolCall): string {
  return parsedArguments(call) ?? JSON.stringify(call.arguments);
}

/** The same, with text that is not JSON as it stands: for templates that print a string without `tojson`. */
export function toArgumentsText(call: ToolCall): string {
  return parsedArguments(call) ?? call.arguments;
}

function parsedArguments(call: ToolCall): string | undefined {
  return call.arguments.trim() === "" ? "{}" : toPythonJsonText(call.arguments);
}
