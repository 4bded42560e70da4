import { type Deployment, type OutcropClient, OutcropError, parseChatRequest } from "@outcrop/sdk";
import type { ModelEntry } from "../config/gateway-config.ts";
import { type HealthFinding, patienceMs, unchecked, unhealthy } from "./check-models.ts";

/** The shortest call there is. */
const greeting = parseChatRequest({ messages: [{ role: "user", content: "hi" }], max_tokens: 1 }).request;

/**
 * Adds to what is known of a deployment whether it answers a call. Bedrock bills the call, and five minutes of an
 * imported model's units; a model that was scaled to zero is thereby restored, and not waited for. It never throws.
 */
export async function callModel(
  { deployment, shaping }: ModelEntry,
  found: HealthFinding,
  { client, signal }: { readonly client: Pick<OutcropClient, "chat">; readonly signal: AbortSignal },
): Promise<HealthFinding> {
  if (!deployment || shaping.mockResponse !== undefined || found.status === "unhealthy") return found;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const { note: _, ...endpoint } = found.endpoint;
  try {
    const call = { request: greeting, deployment: impatient(deployment), stream: false, signal: limit };
    for await (const batch of (await client.chat(call)).events) void batch;
    return { status: "healthy", endpoint: { ...endpoint, called: true } };
  } catch (error) {
    const called = { ...endpoint, called: true };
    if (error instanceof OutcropError && error.code === "model_not_ready") {
      return unchecked(called, "the model is being restored");
    }
    return unhealthy(called, error);
  }
}

function impatient(deployment: Deployment): Deployment {
  return { ...deployment, dropParams: true, maxRetries: 0, coldStartTimeout: 0 };
}
