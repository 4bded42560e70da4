import { type Deployment, OutcropError } from "@outcrop/sdk";
import type { Wildcard } from "../gateway-config.ts";
import { toModelTarget } from "./model-string.ts";
import { createStarPattern, fillStars } from "../star-pattern.ts";

export interface WildcardOptions {
  /** The name with stars. */
  readonly modelName: string;
  /** `litellm_params.model`, with or without stars. */
  readonly model: string;
  readonly provider: string | undefined;
  /** Makes a deployment of a model string. */
  readonly deploy: (model: string) => Deployment;
}

/** Deployments are kept, since a chat template is compiled in each. */
const mostKept = 500;

/** Makes the deployments of a name with stars when they are asked for. */
export function createWildcard(options: WildcardOptions): Wildcard {
  const pattern = createStarPattern(options.modelName);
  const kept = new Map<string, Deployment>();
  return {
    specificity: options.modelName.length,
    matches: (name) => pattern.match(name) !== undefined,
    resolve(name) {
      const captures = pattern.match(name);
      if (captures === undefined) return undefined;
      const model = fillStars(options.model, captures, name);
      const deployment = kept.get(model) ?? deploy(model, options);
      if (kept.size >= mostKept) kept.clear();
      kept.set(model, deployment);
      return deployment;
    },
  };
}

function deploy(model: string, { provider, deploy: make }: WildcardOptions): Deployment {
  const target = toModelTarget(model, provider);
  switch (target.kind) {
    case "bedrock":
      return make(target.model);
    case "unavailable":
      throw new OutcropError("not_found", `The model can't be served: ${target.reason}.`, { param: "model" });
    case "broken":
      throw new OutcropError("invalid_model", target.message, { param: "model" });
  }
}
