import type { ToolChoice, ToolDefinition } from "@outcrop/sdk";
import {
  type Field,
  booleanOf,
  choose,
  entriesOf,
  isGiven,
  membersOf,
  objectOf,
  optional,
  refuseUnsupported,
  stringOf,
  withoutAbsent,
} from "../field.ts";
import { offeredTool, requireTools } from "../offered-tool.ts";

/** Reads `tools`; null and absent are none. */
export function parseTools(field: Field): readonly ToolDefinition[] {
  return (optional(field, entriesOf) ?? []).map(parseTool);
}

function parseTool(field: Field): ToolDefinition {
  const at = membersOf(field);
  const type = optional(at("type"), stringOf) ?? "custom";
  if (type !== "custom") {
    refuseUnsupported(
      at("type"),
      `${type} is one of Anthropic's own tools, which models on Bedrock do not know. Offer a tool of yours, with a name and an input_schema.`,
    );
  }
  return withoutAbsent({
    name: stringOf(at("name")),
    description: optional(at("description"), stringOf),
    parameters: objectOf(at("input_schema")),
    strict: optional(at("strict"), booleanOf),
  });
}

/** Reads `tool_choice`. A named tool must be one of those offered. */
export function parseToolChoice(field: Field, tools: readonly ToolDefinition[]): ToolChoice | undefined {
  if (!isGiven(field)) return undefined;
  const at = membersOf(field);
  const choice = choose<ToolChoice | "named">(at("type"), {
    auto: "auto",
    any: "required",
    tool: "named",
    none: "none",
  });
  if (choice === "required") requireTools(field, tools);
  return choice === "named" ? { name: offeredTool(at("name"), tools) } : choice;
}
