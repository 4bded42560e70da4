import { routeNames } from "@outcrop/sdk";
import { editDistance } from "../keys/nearest.ts";

/** What `litellm_params.model` leads to. */
export type ModelTarget =
  /** A model string for the SDK. */
  | { readonly kind: "bedrock"; readonly model: string }
  /** It works with LiteLLM, and not here: why, as the client is told. */
  | { readonly kind: "unavailable"; readonly reason: string }
  /** It works nowhere: what to do. */
  | { readonly kind: "broken"; readonly message: string };

/** Routes that LiteLLM has for Bedrock and Outcrop has not. */
const foreignRoutes =
  /^(?:agent|agentcore|async_invoke|chat_completions|claude_platform|converse_like|mantle|moonshot|nova|nova-2|anthropic|amazon|ai21|cohere|meta|stability|titan|twelvelabs|writer)\//;

/** Ids of Bedrock's own models, which LiteLLM takes without a provider. */
const bedrockId =
  /^(?:(?:us|us-gov|eu|apac|jp|au|ca|global)\.)?(?:ai21|amazon|anthropic|cohere|deepseek|google|luma|meta|minimax|mistral|moonshot|moonshotai|nvidia|openai|qwen|stability|twelvelabs|writer|zai)\.[a-z]/;

const onlyBedrock = "this gateway serves models of Amazon Bedrock only";

/** Reads the two keys that say whose model it is: `model`, and `custom_llm_provider` where that is given. */
export function toModelTarget(model: string, provider: string | undefined): ModelTarget {
  if (provider === "bedrock_converse") return bedrock(`converse/${withoutProvider(model)}`);
  if (provider !== undefined && provider !== "bedrock") {
    return { kind: "unavailable", reason: `it belongs to the provider ${provider}, and ${onlyBedrock}` };
  }
  if (model.startsWith("bedrock/")) return ofBedrock(withoutProvider(model));
  if (provider === "bedrock" || model.startsWith("arn:") || bedrockId.test(model)) return ofBedrock(model);
  return misspelt(model) ?? ofAnother(model);
}

/** Whether an entry is for another provider. Of `*` only the request says that. */
export function isForeign(model: string | undefined, provider: string | undefined): boolean {
  return (
    model !== undefined && !model.startsWith("*") && toModelTarget(model, provider).kind === "unavailable"
  );
}

function withoutProvider(model: string): string {
  return model.startsWith("bedrock/") ? model.slice("bedrock/".length) : model;
}

function bedrock(rest: string): ModelTarget {
  return { kind: "bedrock", model: `bedrock/${rest}` };
}

function ofBedrock(rest: string): ModelTarget {
  const route = foreignRoutes.exec(rest)?.[0].slice(0, -1);
  if (route === undefined) return bedrock(rest);
  return {
    kind: "unavailable",
    reason: `its route bedrock/${route} is not built; bedrock/converse/{id or ARN} calls any model that Converse takes`,
  };
}

/** `bedrok/qwen3/arn:…`, or a route or an ARN that nothing stands before. */
function misspelt(model: string): ModelTarget | undefined {
  const [first = "", ...rest] = model.split("/");
  if (rest.length === 0) return undefined;
  const meansBedrock = first !== "bedrock_mantle" && editDistance(first.toLowerCase(), "bedrock") <= 2;
  const isRoute = routeNames.some((name) => name === first) && rest.join("/").startsWith("arn:");
  if (!meansBedrock && !isRoute) return undefined;
  const right = meansBedrock ? `bedrock/${rest.join("/")}` : `bedrock/${model}`;
  return {
    kind: "broken",
    message: `${JSON.stringify(model)} names no provider that there is. Did you mean ${JSON.stringify(right)}?`,
  };
}

function ofAnother(model: string): ModelTarget {
  const provider = model.includes("/") ? model.split("/")[0] : undefined;
  const whose =
    provider === undefined ? "it names no model of Bedrock" : `it belongs to the provider ${provider}`;
  return { kind: "unavailable", reason: `${whose}, and ${onlyBedrock}` };
}
