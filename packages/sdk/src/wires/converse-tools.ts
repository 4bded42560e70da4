import type { ChatRequest, ToolChoice, ToolDefinition } from "../core/chat.ts";
import type { JsonObject } from "../core/json.ts";

/** `toolConfig`; left out where no tools are offered or the caller wants none called. */
export function encodeToolConfig({ tools, toolChoice, messages }: ChatRequest): JsonObject {
  if (tools.length === 0) return {};
  // Converse refuses a history with tool blocks when the tools themselves are missing.
  const inHistory = messages.some(
    (message) => message.role === "tool" || (message.role === "assistant" && message.toolCalls.length > 0),
  );
  if (toolChoice === "none" && !inHistory) return {};
  return { toolConfig: { tools: tools.map(encodeTool), toolChoice: encodeChoice(toolChoice) } };
}

function encodeTool({ name, description, parameters, strict }: ToolDefinition): JsonObject {
  return {
    toolSpec: {
      name,
      description,
      inputSchema: { json: parameters ?? { type: "object", properties: {} } },
      strict,
    },
  };
}

function encodeChoice(choice: ToolChoice | undefined): JsonObject | undefined {
  if (typeof choice === "object") return { tool: { name: choice.name } };
  if (choice === "required") return { any: {} };
  return choice === "auto" ? { auto: {} } : undefined;
}
