import type { ToolChoice, ToolDefinition } from "@outcrop/sdk";
import {
  type Field,
  type Members,
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

/** The tools of a request, and how they may be used. */
export interface ParsedTools {
  readonly tools: readonly ToolDefinition[];
  readonly toolChoice: ToolChoice | undefined;
  /** Tools that OpenAI runs itself, by place and name. */
  readonly unsupported: readonly string[];
}

/** Reads `tools` and `tool_choice`. */
export function parseTools(at: Members): ParsedTools {
  const entries = optional(at("tools"), entriesOf) ?? [];
  const tools = entries.filter(isFunction).map(parseFunction);
  const choice = parseToolChoice(at("tool_choice"), tools);
  const unsupported = entries.filter((tool) => !isFunction(tool)).map(nameOf);
  return { tools, toolChoice: undefined, ...choice, unsupported };
}

function isFunction(tool: Field): boolean {
  return typeOf(tool) === "function";
}

function typeOf(tool: Field): string {
  return stringOf(membersOf(tool)("type"));
}

function nameOf(tool: Field): string {
  return `${tool.path} (${typeOf(tool)})`;
}

function parseFunction(tool: Field): ToolDefinition {
  const at = membersOf(tool);
  return withoutAbsent({
    name: stringOf(at("name")),
    description: optional(at("description"), stringOf),
    parameters: optional(at("parameters"), objectOf),
    strict: optional(at("strict"), booleanOf),
  });
}

/** A choice may also narrow the tools down. */
function parseToolChoice(field: Field, tools: readonly ToolDefinition[]): Partial<ParsedTools> {
  if (!isGiven(field)) return {};
  if (typeof field.value === "string") return { toolChoice: parseMode(field, tools) };
  const at = membersOf(field);
  const type = at("type");
  if (type.value === "function") return { toolChoice: { name: offeredTool(at("name"), tools) } };
  if (type.value !== "allowed_tools") {
    refuseUnsupported(
      type,
      "models on Bedrock know functions alone. Choose auto, none, required or a function.",
    );
  }
  const names = entriesOf(at("tools")).map((tool) => offeredTool(membersOf(tool)("name"), tools));
  const allowed = new Set(names);
  return {
    tools: tools.filter(({ name }) => allowed.has(name)),
    toolChoice: parseMode(at("mode"), tools),
  };
}

function parseMode(field: Field, tools: readonly ToolDefinition[]): ToolChoice {
  const mode = choose(field, { auto: "auto", none: "none", required: "required" } as const);
  if (mode === "required") requireTools(field, tools);
  return mode;
}
