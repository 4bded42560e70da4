import { type Deployment, OutcropError, describeRoute, parseDeployment } from "@outcrop/sdk";
import type { FindingCode, FindingLevel } from "../finding.ts";
import type { ModelEntry, Wildcard } from "../gateway-config.ts";
import { type Place, findingAt } from "../keys/kind.ts";
import { type MapNode, findEntry } from "../source/config-node.ts";
import type { CallSettings } from "./call-settings.ts";
import { isForeign, toModelTarget } from "./model-string.ts";
import { createWildcard } from "./wildcard.ts";

/** Where the calls of an entry go; none of the three is there if an error has been reported. */
export type Target = Pick<ModelEntry, "deployment" | "wildcard" | "unavailable">;

export interface TargetQuery {
  readonly modelName: string;
  readonly model: string;
  readonly provider: string | undefined;
  readonly settings: CallSettings;
  /** It answers without a call, and so it matters to nobody whose model it is. */
  readonly isMocked: boolean;
  /** `model_info.blocked`. */
  readonly isBlocked: boolean;
  /** `litellm_params`, to say where a fault stands. */
  readonly params: MapNode;
  readonly place: Place;
}

export const nowhere: Target = { deployment: undefined, wildcard: undefined, unavailable: undefined };

/** Finds where the calls of an entry go. */
export function findTarget(query: TargetQuery): Target {
  const target = findUnblocked(query);
  return query.isBlocked ? toBlocked(target, query.modelName) : target;
}

function toBlocked({ wildcard }: Target, modelName: string): Target {
  const unavailable = `The model ${modelName} is blocked in the config.`;
  const refuse = () => {
    throw new OutcropError("not_found", unavailable, { param: "model" });
  };
  return { deployment: undefined, wildcard: wildcard && { ...wildcard, resolve: refuse }, unavailable };
}

function findUnblocked(query: TargetQuery): Target {
  const { modelName, model, provider } = query;
  const target = toModelTarget(model, provider);
  const isPattern = modelName.includes("*");
  if (target.kind === "unavailable" && isForeign(model, provider)) return toUnavailable(query, target.reason);
  if (target.kind === "broken") return fault(query, { code: "invalid_model", message: target.message });
  if (isPattern) return ofPattern(query);
  if (model.includes("*")) {
    const message = `${JSON.stringify(model)} has a star, and model_name has none that could stand for anything.`;
    return fault(query, { code: "invalid_model", message });
  }
  return { ...nowhere, deployment: target.kind === "bedrock" ? tryDeploy(query, target.model) : undefined };
}

/** A pattern is tried with a made-up name, so that a broken route or credential shows at once. */
function ofPattern(query: TargetQuery): Target {
  const target = toModelTarget(query.model.replace(/\/\*$/, "/model-id"), query.provider);
  if (target.kind === "bedrock" && !target.model.includes("*")) tryDeploy(query, target.model);
  return { ...nowhere, wildcard: toWildcard(query) };
}

function toWildcard(query: TargetQuery): Wildcard | undefined {
  if (!query.modelName.includes("*")) return undefined;
  const deploy = (model: string) => parseDeployment({ ...query.settings, model });
  return createWildcard({ ...query, deploy });
}

/** It matches, and leads nowhere. */
function toMockedWildcard(query: TargetQuery): Wildcard | undefined {
  const wildcard = toWildcard(query);
  return wildcard && { ...wildcard, resolve: () => undefined };
}

function tryDeploy(query: TargetQuery, model: string): Deployment | undefined {
  try {
    const deployment = parseDeployment({ ...query.settings, model });
    // A prompt wire without a template shows here, and not at the first call.
    describeRoute(deployment);
    return deployment;
  } catch (error) {
    if (!(error instanceof OutcropError)) throw error;
    const code = error.code === "region_mismatch" ? "region_mismatch" : "invalid_model";
    fault(query, { code, message: error.message, key: error.param });
    return undefined;
  }
}

interface Fault {
  readonly code: FindingCode;
  readonly message: string;
  /** The key at fault; default `model`. */
  readonly key?: string | undefined;
}

function fault(query: TargetQuery, { code, message, key = "model" }: Fault): Target {
  reportAt(query, key, { level: "error", code, message });
  return nowhere;
}

function toUnavailable(query: TargetQuery, reason: string): Target {
  if (query.isMocked) return { ...nowhere, wildcard: toMockedWildcard(query) };
  const message = `${query.modelName} can't be served: ${reason}. It is kept, and requests for it get a 404.`;
  reportAt(query, "model", { level: "warning", code: "unavailable_model", message });
  return {
    ...nowhere,
    wildcard: toWildcard(query),
    unavailable: `The model ${query.modelName} can't be served: ${reason}.`,
  };
}

function reportAt(
  { params, place }: TargetQuery,
  key: string,
  about: { readonly level: FindingLevel; readonly code: FindingCode; readonly message: string },
): void {
  const entry = findEntry(params, key);
  place.report(
    findingAt(entry ?? params, { path: entry === undefined ? place.path : `${place.path}.${key}` }, about),
  );
}
