import {
  type ImportedModelDescription,
  type JsonObject,
  OutcropError,
  type OutcropClient,
} from "@outcrop/sdk";
import type { GatewayConfig, ModelEntry } from "../config/gateway-config.ts";
import type { LastSeen } from "./last-seen.ts";

export interface HealthServices {
  readonly config: () => GatewayConfig;
  readonly client: Pick<OutcropClient, "describeModel" | "completion">;
  readonly lastSeen: LastSeen;
}

/** How one deployment was found. */
interface Finding {
  readonly status: "healthy" | "unhealthy" | "unchecked";
  readonly endpoint: JsonObject;
}

/** Seconds; a control plane that takes longer is as good as down. */
const patience = 20;

/**
 * The body of `GET /health`, under LiteLLM's keys. Imported models are asked of the control plane, which costs
 * nothing and wakes nobody; LiteLLM calls the models themselves, and Bedrock bills five minutes for each such
 * call. Models of AWS's own can only be checked by calling them, so they count as unchecked.
 */
export async function checkModels(services: HealthServices): Promise<JsonObject> {
  const findings = await Promise.all(services.config().models.map((entry) => check(entry, services)));
  const of = (status: Finding["status"]) => findings.filter((finding) => finding.status === status);
  const endpoints = (status: Finding["status"]) => of(status).map((finding) => finding.endpoint);
  return {
    healthy_endpoints: endpoints("healthy"),
    unhealthy_endpoints: endpoints("unhealthy"),
    unchecked_endpoints: endpoints("unchecked"),
    healthy_count: of("healthy").length,
    unhealthy_count: of("unhealthy").length,
    unchecked_count: of("unchecked").length,
  };
}

async function check(entry: ModelEntry, services: HealthServices): Promise<Finding> {
  const { deployment } = entry;
  if (!deployment) {
    const why = entry.unavailable ?? "a pattern: checked when a name is asked for";
    return { status: entry.wildcard ? "unchecked" : "unhealthy", endpoint: { ...named(entry), error: why } };
  }
  if (deployment.ref.arn?.type !== "imported-model") {
    return {
      status: "unchecked",
      endpoint: { ...described(entry, services), note: "only a call, which is billed, could tell" },
    };
  }
  try {
    const model = await services.client.describeModel(deployment, AbortSignal.timeout(patience * 1000));
    return { status: "healthy", endpoint: { ...described(entry, services), ...toFacts(model) } };
  } catch (error) {
    const { code, message } =
      error instanceof OutcropError ? error : new OutcropError("internal", "the check failed");
    return {
      status: "unhealthy",
      endpoint: { ...described(entry, services), error: message, error_code: code },
    };
  }
}

function named({ modelName, id }: ModelEntry): JsonObject {
  return { model: modelName, model_id: id };
}

function described(entry: ModelEntry, { lastSeen }: HealthServices): JsonObject {
  const { warmth, secondsAgo } = lastSeen.warmthOf(entry.id);
  return { ...named(entry), arn: entry.deployment?.ref.modelId, warmth, last_seen_seconds_ago: secondsAgo };
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
