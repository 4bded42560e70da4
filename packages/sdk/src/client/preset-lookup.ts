import type { BedrockTransport } from "../bedrock/transport.ts";
import { OutcropError } from "../core/errors.ts";
import { presetOfImportedModel } from "../routing/imported-model.ts";
import type { Preset } from "../routing/route.ts";
import type { Deployment } from "./deployment.ts";

/** What is looked up: the model of a deployment that names no route. */
export interface PresetQuery {
  readonly deployment: Deployment;
  readonly region: string;
}

/** Finds how an imported model talks by asking AWS for it. */
export type PresetLookup = (query: PresetQuery) => Promise<Preset>;

/**
 * Asks once for each model: the answer of an import never changes, so it is kept for the process's life;
 * a failure is not kept, and calls that come meanwhile share the one question.
 */
export function cachePresetLookup(lookUp: PresetLookup): PresetLookup {
  const known = new Map<string, Promise<Preset>>();
  return (query) => {
    const key = query.deployment.ref.modelId;
    const asked = known.get(key);
    if (asked) return asked;
    const answer = lookUp(query);
    known.set(key, answer);
    answer.catch(() => known.delete(key));
    return answer;
  };
}

/**
 * Asks AWS's control plane (GetImportedModel), with the deployment's own credentials.
 *
 * @throws OutcropError what AWS answered, and how to do without the question.
 */
export async function lookUpPreset(
  { deployment, region }: PresetQuery,
  bedrock: BedrockTransport,
): Promise<Preset> {
  const { ref, auth, maxRetries } = deployment;
  const query = { modelId: ref.modelId, region, auth, maxRetries, signal: AbortSignal.timeout(30_000) };
  const facts = await bedrock.getImportedModel(query).catch((error: unknown) => {
    throw withAdvice(error);
  });
  return presetOfImportedModel(facts);
}

function withAdvice(error: unknown): unknown {
  if (!(error instanceof OutcropError)) return error;
  const advice =
    "A model string without a route asks AWS what the model is (bedrock:GetImportedModel); name the route, as in bedrock/qwen3/{ARN}, to do without.";
  return new OutcropError(error.code, `${error.message} ${advice}`, {
    requestId: error.requestId,
    awsType: error.awsType,
    cause: error,
  });
}
