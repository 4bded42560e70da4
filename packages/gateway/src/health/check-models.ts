import {
  type ImportedModelDescription,
  type JsonObject,
  OutcropError,
  type OutcropClient,
} from "@outcrop/sdk";
import type { ModelEntry } from "../config/gateway-config.ts";

export interface CheckServices {
  readonly client: Pick<OutcropClient, "describeModel" | "warmthOf">;
  /** Milliseconds since the epoch; default `Date.now`. */
  readonly now?: () => number;
}

/** How one deployment was found. */
export interface HealthFinding {
  readonly status: "healthy" | "unhealthy" | "unchecked";
  /** What is told of it, under LiteLLM's keys. */
  readonly endpoint: JsonObject;
}

/** Milliseconds; a control plane that takes longer is as good as down. */
export const patienceMs = 20_000;

/**
 * Asks the control plane about an imported model, which costs nothing and wakes nobody; LiteLLM calls the model
 * itself, and Bedrock bills five minutes for each such call. Models of AWS's own can only be checked by calling them,
 * so they count as unchecked. It never throws.
 */
export async function checkModel(
  entry: ModelEntry,
  services: CheckServices,
  signal: AbortSignal,
): Promise<HealthFinding> {
  const { deployment } = entry;
  if (!deployment) {
    const why = entry.unavailable ?? "a pattern: checked when a name is asked for";
    return { status: entry.wildcard ? "unchecked" : "unhealthy", endpoint: { ...named(entry), error: why } };
  }
  const known = described(entry, services);
  if (deployment.ref.arn?.type !== "imported-model") return unchecked(known, "only a call could tell");
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    const model = await services.client.describeModel(deployment, limit);
    return { status: "healthy", endpoint: { ...known, ...toFacts(model) } };
  } catch (error) {
    return unhealthy(known, error);
  }
}

/** A deployment that nobody was asked about. */
export function leaveOut(entry: ModelEntry, services: CheckServices): HealthFinding {
  return unchecked(described(entry, services), "left out by disable_background_health_check");
}

export function unchecked(endpoint: JsonObject, note: string): HealthFinding {
  return { status: "unchecked", endpoint: { ...endpoint, note } };
}

export function unhealthy(endpoint: JsonObject, error: unknown): HealthFinding {
  const { code, message } =
    error instanceof OutcropError ? error : new OutcropError("internal", "the check failed");
  return { status: "unhealthy", endpoint: { ...endpoint, error: message, error_code: code } };
}

function named({ modelName, id }: ModelEntry): JsonObject {
  return { model: modelName, model_id: id };
}

function described(entry: ModelEntry, { client, now = Date.now }: CheckServices): JsonObject {
  const { deployment } = entry;
  const { state, seenAt } = (deployment && client.warmthOf(deployment)) ?? {};
  return {
    ...named(entry),
    arn: deployment?.ref.modelId,
    warmth: state,
    last_seen_seconds_ago: seenAt && Math.round((now() - seenAt) / 1000),
  };
}

function toFacts({
  modelArchitecture,
  instructSupported,
  customModelUnits,
}: ImportedModelDescription): JsonObject {
  return {
    architecture: modelArchitecture,
    instruct_supported: instructSupported,
    custom_model_units: customModelUnits?.perModelCopy,
    custom_model_units_version: customModelUnits?.version,
  };
}
