import { type ChatRequest, type Deployment, type ToolDefinition, describeRoute } from "@outcrop/sdk";

/** A request that its model takes, and what was done to it. */
export interface RepairedRequest {
  readonly request: ChatRequest;
  /** In sentences for the client. */
  readonly warnings: readonly string[];
}

/**
 * What `modify_params` allows: Converse refuses a history with tool calls whose tools are not offered any more, so
 * they are, by the names that the history has. Other wires take such a history as it is.
 */
export function repairRequest(request: ChatRequest, deployment: Deployment): RepairedRequest {
  const tools = request.tools.length > 0 ? [] : toolsOfHistory(request);
  if (tools.length === 0 || describeRoute(deployment)?.wire !== "converse") return { request, warnings: [] };
  const names = tools.map(({ name }) => name).join(", ");
  const warning = `tools: added ${names} of the history, because modify_params is set and Converse asks for them`;
  return { request: { ...request, tools }, warnings: [warning] };
}

/** Tools that earlier turns called, each once; what they took is not known. */
function toolsOfHistory({ messages }: ChatRequest): readonly ToolDefinition[] {
  const calls = messages.flatMap((message) => (message.role === "assistant" ? message.toolCalls : []));
  return [...new Set(calls.map(({ name }) => name))].map((name) => ({ name }));
}
