import type { ChatRequest } from "../core/chat.ts";
import type { Route } from "./route.ts";

/**
 * A forced tool call is replaced by an instruction where the model cannot be forced: a text wire has no
 * way to say it, and Kimi K2 Thinking on Bedrock refuses it.
 */
export function replaceForcedToolChoice(
  request: ChatRequest,
  route: Route,
  warn: (warning: string) => void,
): ChatRequest {
  const { toolChoice } = request;
  const forced = toolChoice === "required" || typeof toolChoice === "object";
  if (!forced || (!route.wire.sendsPrompt && canForce(request, route))) return request;
  warn(`tool_choice: ${route.label} cannot force a tool call; an instruction to call one was added instead`);
  return {
    ...request,
    toolChoice: "auto",
    messages: [...request.messages, { role: "user", content: instruction(toolChoice) }],
  };
}

/** Kimi takes a named function as it is; only "any of them" is refused. */
function canForce({ toolChoice }: ChatRequest, route: Route): boolean {
  return route.family.limits.forcesTools || toolChoice !== "required";
}

function instruction(choice: ChatRequest["toolChoice"]): string {
  if (typeof choice === "object")
    return `Answer by calling the function ${choice.name}. Do not answer in words.`;
  return "Answer by calling one of the given functions. Do not answer in words.";
}
