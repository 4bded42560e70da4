import type { ModelEntry } from "./gateway-config.ts";

/** A deployment's model string again: a route, if there is one, and the ARN or id. */
export function modelString({ deployment }: Pick<ModelEntry, "deployment">): string | undefined {
  if (!deployment) return undefined;
  const { route, modelId } = deployment.ref;
  return route ? `bedrock/${route}/${modelId}` : `bedrock/${modelId}`;
}
