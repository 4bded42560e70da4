import type { ModelRef } from "../core/model-ref.ts";
import type { WireName } from "../core/wire.ts";
import { takenParameters } from "./check-parameters.ts";
import { type RouteOverrides, createRoute, findPreset } from "./route.ts";

/** How a deployment is called, in words. */
export interface RouteDescription {
  readonly family: string;
  readonly wire: WireName;
  /** The chat template of a prompt wire, by name or origin. */
  readonly template: string | undefined;
  /** OpenAI's parameters that are taken, `messages` and the like apart. */
  readonly parameters: readonly string[];
}

/**
 * Describes the route of a deployment. `undefined` for an imported model without a route: there AWS is asked
 * at the first call.
 *
 * @throws OutcropError `invalid_request` for a prompt wire without a template.
 */
export function describeRoute(
  deployment: RouteOverrides & { readonly ref: ModelRef },
): RouteDescription | undefined {
  const preset = findPreset(deployment.ref);
  if (!preset) return undefined;
  const route = createRoute(deployment.ref, preset, deployment);
  return {
    family: route.family.name,
    wire: route.wire.name,
    template: route.wire.sendsPrompt ? route.template?.name : undefined,
    parameters: takenParameters(route),
  };
}
