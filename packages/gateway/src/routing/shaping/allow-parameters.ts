import { type ChatAnswer, type ChatCall, type ChatClient, OutcropError } from "@outcrop/sdk";
import { takeParameter } from "./openai-parameters.ts";

/**
 * Calls the client, and lets through what the route's table refuses and `allowed_openai_params` names: such a parameter
 * goes to the model as it was written. The table is asked before anything is sent, so that a refusal costs nothing.
 */
export function chatAllowing(
  client: ChatClient,
  call: ChatCall,
  allowed: readonly string[],
): Promise<ChatAnswer> {
  return allowed.length === 0 ? client.chat(call) : askUntilTaken(client, call, allowed);
}

async function askUntilTaken(
  client: ChatClient,
  call: ChatCall,
  allowed: readonly string[],
): Promise<ChatAnswer> {
  const warnings: string[] = [];
  let next: ChatCall = { ...call, deployment: { ...call.deployment, dropParams: false } };
  for (;;) {
    try {
      const answer = await client.chat(next);
      return { ...answer, warnings: [...warnings, ...answer.warnings] };
    } catch (error) {
      const name = refusedParameter(error);
      const yielding = allowed.includes(name) ? letThrough(next, name) : undefined;
      const dropping = call.deployment.dropParams ? without(next, name) : undefined;
      if (!yielding && dropping) warnings.push(`${name}: dropped, because the route does not take it`);
      const changed = yielding ?? dropping;
      if (!changed) throw error;
      next = changed;
    }
  }
}

function refusedParameter(error: unknown): string {
  return error instanceof OutcropError && error.code === "unsupported_parameter" ? (error.param ?? "") : "";
}

function letThrough(call: ChatCall, name: string): ChatCall | undefined {
  const taken = takeParameter(call.request, name);
  if (!taken) return undefined;
  const { request, value } = taken;
  return { ...call, request: { ...request, extra: { ...request.extra, [name]: value } } };
}

/** Each time there is one less to refuse, so that the asking ends. */
function without(call: ChatCall, name: string): ChatCall | undefined {
  const taken = takeParameter(call.request, name);
  if (taken) return { ...call, request: taken.request };
  const { unsupported = [] } = call;
  return unsupported.includes(name)
    ? { ...call, unsupported: unsupported.filter((other) => other !== name) }
    : undefined;
}
