import type { ChatParameters } from "../core/chat.ts";
import { OutcropError } from "../core/errors.ts";
import type { ParameterName } from "../core/wire.ts";
import type { Route } from "./route.ts";

const names: { readonly [Key in keyof Required<ChatParameters>]: ParameterName } = {
  maxTokens: "max_tokens",
  temperature: "temperature",
  topP: "top_p",
  topK: "top_k",
  stop: "stop",
  seed: "seed",
  n: "n",
  logprobs: "logprobs",
  topLogprobs: "top_logprobs",
  frequencyPenalty: "frequency_penalty",
  presencePenalty: "presence_penalty",
  logitBias: "logit_bias",
  responseFormat: "response_format",
  reasoningEffort: "reasoning_effort",
};

export interface CheckOptions {
  readonly dropParams: boolean;
  readonly unsupported: readonly string[];
  readonly warn: (warning: string) => void;
}

/**
 * The parameters that the route takes. What it does not take is refused, or dropped with a warning; a
 * temperature above the family's highest becomes that one.
 *
 * @throws OutcropError `unsupported_parameter`
 */
export function checkParameters(given: ChatParameters, route: Route, options: CheckOptions): ChatParameters {
  // Nearly always, the route takes what is asked for.
  if (options.unsupported.length === 0 && takesAll(given, route))
    return clampTemperature(given, route, options.warn);
  const entries = Object.entries(given) as [keyof ChatParameters, unknown][];
  const refused = entries.filter(([key, value]) => !takes(route, key) && asksSomething(key, value));
  const refusedNames = [...refused.map(([key]) => names[key]), ...options.unsupported];
  if (refusedNames.length > 0 && !options.dropParams) throw refusal(refusedNames, route);
  for (const name of refusedNames) options.warn(`${name}: dropped, because ${route.label} does not take it`);
  const kept = Object.fromEntries(entries.filter(([key]) => takes(route, key))) as ChatParameters;
  return clampTemperature(kept, route, options.warn);
}

function takesAll(given: ChatParameters, route: Route): boolean {
  for (const key in given) if (!takes(route, key as keyof ChatParameters)) return false;
  return true;
}

function takes(route: Route, key: keyof ChatParameters): boolean {
  return route.wire.parameters.has(names[key]) && !route.family.limits.refuses.has(names[key]);
}

/** `logprobs: false` and the like say what is so anyway. */
function asksSomething(key: keyof ChatParameters, value: unknown): boolean {
  if (key === "responseFormat") return (value as ChatParameters["responseFormat"])?.type !== "text";
  if (key === "logitBias") return Object.keys(value as object).length > 0;
  return value !== false && !(key === "topLogprobs" && value === 0);
}

function clampTemperature(
  parameters: ChatParameters,
  route: Route,
  warn: (warning: string) => void,
): ChatParameters {
  const most = route.family.limits.maxTemperature;
  if (parameters.temperature === undefined || parameters.temperature <= most) return parameters;
  warn(`temperature: ${parameters.temperature} became ${most}, the highest that ${route.label} takes`);
  return { ...parameters, temperature: most };
}

/** OpenAI's names of the parameters that a route takes. */
export function takenParameters(route: Route): readonly ParameterName[] {
  return Object.values(names).filter(
    (name) => route.wire.parameters.has(name) && !route.family.limits.refuses.has(name),
  );
}

function refusal(refused: readonly string[], route: Route): OutcropError {
  return new OutcropError(
    "unsupported_parameter",
    `${route.label} (${route.wire.name} wire) does not take ${refused.join(", ")}. It takes ${takenParameters(route).join(", ")}. Leave it out, or set drop_params to have it dropped and reported.`,
    { param: refused[0] },
  );
}
