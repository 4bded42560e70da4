import { describeRoute } from "@outcrop/sdk";
import type { Environment, ModelEntry } from "../gateway-config.ts";

/** Where one entry of `model_list` leads, in words. */
export interface ModelLine {
  readonly alias: string;
  /** The deployment's id, as in `x-litellm-model-id`. */
  readonly id: string;
  readonly available: boolean;
  /** Why not; `null` too where an error in the config is why. */
  readonly reason: string | null;
  /** As the config writes it: `bedrock/qwen3`. A wildcard's is known when a request names a model. */
  readonly route: string | null;
  /** The ARN or id that AWS is asked for. */
  readonly model: string | null;
  /** How the model talks; `null` where AWS is asked at the first call. */
  readonly family: string | null;
  readonly wire: string | null;
  readonly region: string | null;
}

/** Describes an entry. Nothing is asked of AWS. */
export function describeModel(entry: ModelEntry, env: Environment): ModelLine {
  const { deployment, unavailable } = entry;
  const line = {
    alias: entry.modelName,
    id: entry.id,
    available: isServed(entry),
    reason: unavailable ?? null,
  };
  if (deployment === undefined)
    return { ...line, route: null, model: null, family: null, wire: null, region: null };
  const { ref, region } = deployment;
  const described = describeRoute(deployment);
  return {
    ...line,
    route: ref.route === undefined ? "bedrock" : `bedrock/${ref.route}`,
    model: ref.modelId,
    family: described?.family ?? null,
    wire: described?.wire ?? null,
    region: region ?? ref.region ?? regionOf(env) ?? null,
  };
}

function isServed({ unavailable, deployment, wildcard, shaping }: ModelEntry): boolean {
  return unavailable === undefined && (deployment ?? wildcard ?? shaping.mockResponse) !== undefined;
}

/** The environment's; a profile's is known at the first call. */
function regionOf(env: Environment): string | undefined {
  return env["AWS_REGION_NAME"] || env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || undefined;
}
