import { OutcropError } from "./errors.ts";

/** The words that may stand between `bedrock/` and the model's id. */
export const routeNames = [
  "deepseek_r1",
  "llama",
  "qwen3",
  "qwen2",
  "openai",
  "mistral",
  "gpt_oss",
  "invoke",
  "converse",
] as const;

export type RouteName = (typeof routeNames)[number];

/** An ARN of Bedrock, taken apart. */
export interface BedrockArn {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** `imported-model`, `inference-profile`, `provisioned-model`, … */
  readonly type: string;
  readonly id: string;
}

/** A model string, taken apart. */
export interface ModelRef {
  /** Absent for a bare id or ARN. */
  readonly route: RouteName | undefined;
  /** What AWS is asked for: an ARN or a model id. */
  readonly modelId: string;
  readonly arn: BedrockArn | undefined;
  /** The region that the string itself names: its ARN's, or a region segment's. */
  readonly region: string | undefined;
}

const arnPattern =
  /^arn:(aws[a-z-]*):bedrock:([a-z]{2,}(?:-[a-z]+)+-\d+):(\d{12}|):([a-z-]+)\/([A-Za-z0-9][A-Za-z0-9.:_-]*)$/;
const regionPattern = /^[a-z]{2,}(?:-[a-z]+)+-\d+$/;

/** Whether a word is spelled like an AWS region (`us-east-1`, `us-gov-west-1`). */
export function isRegion(word: string): boolean {
  return regionPattern.test(word);
}

/**
 * Takes an ARN apart: partition, region, account (12 digits; empty for AWS's own models), type and id.
 * An imported model's id may be any letters, digits and hyphens.
 *
 * @throws OutcropError `invalid_model` naming what is wrong with it.
 */
export function parseArn(text: string): BedrockArn {
  const match = arnPattern.exec(text);
  const [, partition, region, account, type, id] = match ?? [];
  if (!partition || !region || account === undefined || !type || !id) {
    throw new OutcropError(
      "invalid_model",
      `${JSON.stringify(text)} is not an ARN of Bedrock: ${arnFault(text)}`,
    );
  }
  const ownedByAws = type === "foundation-model" || type === "inference-profile";
  if (account === "" && !ownedByAws) throw new OutcropError("invalid_model", arnAccountFault(text));
  return { partition, region, account, type, id };
}

function arnAccountFault(text: string): string {
  return `${JSON.stringify(text)} is not an ARN of Bedrock: it needs a 12-digit account id`;
}

function arnFault(text: string): string {
  const [, partition = "", service, region = "", account = "", resource = ""] = text.split(":");
  if (!partition.startsWith("aws"))
    return `"${partition}" is not a partition such as aws, aws-cn or aws-us-gov`;
  if (service !== "bedrock") return `its service is "${service ?? ""}", not "bedrock"`;
  if (!isRegion(region)) return `"${region}" is not a region such as us-east-1`;
  if (!/^\d{12}$/.test(account)) return `"${account}" is not a 12-digit account id`;
  if (!resource.includes("/")) return `it needs a type and an id, as in imported-model/abcdef123456`;
  return `"${resource}" is not a type and an id of letters, digits and hyphens`;
}

/**
 * Reads a model string: `bedrock/`, then a route word and a region segment in either order (both may be
 * missing), then an ARN or a model id. `modelId` (LiteLLM's `model_id`) replaces the id where it is given.
 *
 * @example
 * parseModelRef("bedrock/qwen3/arn:aws:bedrock:us-east-1:123456789012:imported-model/abc").route // "qwen3"
 *
 * @throws OutcropError `invalid_model`, saying what a model string looks like.
 */
export function parseModelRef(model: string, modelId?: string): ModelRef {
  if (!model.startsWith("bedrock/")) {
    throw new OutcropError(
      "invalid_model",
      `The model ${JSON.stringify(model)} does not start with "bedrock/". ${modelHelp}`,
      { param: "model" },
    );
  }
  const { route, region, rest } = readPrefix(model.slice("bedrock/".length));
  const id = modelId ?? rest;
  if (id === "") {
    throw new OutcropError(
      "invalid_model",
      `The model ${JSON.stringify(model)} names no model id. ${modelHelp}`,
      { param: "model" },
    );
  }
  if (id.startsWith("arn:")) return ofArn(route, region, id);
  if (/[/\s]/.test(id)) throw new OutcropError("invalid_model", badIdText(model, id), { param: "model" });
  return { route, modelId: id, arn: undefined, region };
}

const modelHelp = `A model is "bedrock/{route}/{ARN}" with a route of ${routeNames.join(", ")}, or "bedrock/{ARN or model id}".`;

function badIdText(model: string, id: string): string {
  const word = id.split("/")[0] ?? "";
  return `The model ${JSON.stringify(model)} has an unknown route "${word}". ${modelHelp}`;
}

function readPrefix(text: string): {
  route: RouteName | undefined;
  region: string | undefined;
  rest: string;
} {
  let route: RouteName | undefined;
  let region: string | undefined;
  let rest = text;
  for (;;) {
    const slash = rest.indexOf("/");
    const word = slash === -1 ? rest : rest.slice(0, slash);
    const known = routeNames.find((name) => name === word);
    if (known && !route) route = known;
    else if (isRegion(word) && !region) region = word;
    else return { route, region, rest };
    rest = slash === -1 ? "" : rest.slice(slash + 1);
  }
}

function ofArn(route: RouteName | undefined, region: string | undefined, text: string): ModelRef {
  const arn = parseArn(text);
  if (region !== undefined && region !== arn.region) {
    throw new OutcropError("region_mismatch", regionMismatchText(region, arn.region), { param: "model" });
  }
  return { route, modelId: text, arn, region: arn.region };
}

/** The sentence for a region that contradicts the ARN's own. */
export function regionMismatchText(explicit: string, ofTheArn: string): string {
  return `The region ${explicit} contradicts the ARN's region ${ofTheArn}: an imported model answers only in its own region. Leave the region out, or use the ARN of that region.`;
}
