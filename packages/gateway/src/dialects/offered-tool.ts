import { OutcropError, type ToolDefinition } from "@outcrop/sdk";
import { type Field, stringOf } from "./field.ts";

/** The name of a tool that the request offers, or the 400 that says which it does. */
export function offeredTool(field: Field, tools: readonly ToolDefinition[]): string {
  const name = stringOf(field);
  if (tools.some((tool) => tool.name === name)) return name;
  const offered = tools.map((tool) => tool.name).join(", ") || "none";
  throw new OutcropError(
    "invalid_request",
    `${field.path} names a tool that tools does not offer (offered: ${offered})`,
    {
      param: field.path,
    },
  );
}

/** A call that is asked for needs something to call. */
export function requireTools(field: Field, tools: readonly ToolDefinition[]): void {
  if (tools.length > 0) return;
  throw new OutcropError("invalid_request", `${field.path} asks for a tool call, but tools offers none`, {
    param: field.path,
  });
}
