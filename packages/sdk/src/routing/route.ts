import { OutcropError } from "../core/errors.ts";
import type { ChatTemplate, Family } from "../core/family.ts";
import type { ModelRef, RouteName } from "../core/model-ref.ts";
import type { Wire, WireName } from "../core/wire.ts";
import { type FamilyName, families, findFamilyOfTemplate } from "../families/family-list.ts";
import { wires } from "../wires/wire-list.ts";

/** A model string's two answers: how the model talks, and how the body is written. */
export interface Route {
  /** As the user wrote it, without the id: `bedrock/qwen3`. */
  readonly label: string;
  readonly family: Family;
  readonly wire: Wire;
  /** Renders the prompt on the wires that send one. */
  readonly template: ChatTemplate | undefined;
}

/** What a deployment may set over its route's preset. */
export interface RouteOverrides {
  readonly wire?: WireName;
  readonly template?: ChatTemplate;
}

/** A family and a wire by name. */
export interface Preset {
  readonly family: FamilyName;
  readonly wire: WireName;
}

const presets: Readonly<Record<Exclude<RouteName, "invoke" | "converse">, Preset>> = {
  deepseek_r1: { family: "deepseek_r1", wire: "bedrock_completion" },
  llama: { family: "llama3", wire: "bedrock_completion" },
  qwen3: { family: "qwen3", wire: "bedrock_completion" },
  qwen2: { family: "qwen2", wire: "bedrock_completion" },
  openai: { family: "plain", wire: "openai_chat" },
  mistral: { family: "mistral", wire: "openai_completion" },
  gpt_oss: { family: "gpt_oss", wire: "openai_chat" },
};

/**
 * The preset of a model string, or `undefined` where only AWS can tell: an imported model without a route.
 */
export function findPreset(ref: ModelRef): Preset | undefined {
  if (ref.route === "converse") return { family: familyOfId(ref.modelId), wire: "converse" };
  if (ref.route !== undefined && ref.route !== "invoke") return presets[ref.route];
  if (ref.arn?.type === "imported-model") return undefined;
  const wire = ref.route === "invoke" ? "openai_chat" : "converse";
  return { family: familyOfId(ref.modelId), wire };
}

/** Bedrock's own models whose ways we know. Their ids name the maker; an imported model's id names nothing. */
function familyOfId(modelId: string): FamilyName {
  if (/\bmoonshot(ai)?\.kimi-k2-thinking/.test(modelId)) return "kimi_k2";
  if (/\bopenai\.gpt-oss/.test(modelId)) return "gpt_oss";
  return "plain";
}

/**
 * Joins a preset and what the deployment sets over it. A built-in template brings its family's grammar:
 * who talks ChatML also calls tools in ChatML.
 *
 * @throws OutcropError `invalid_request` when a prompt has to be sent and no template is known.
 */
export function createRoute(ref: ModelRef, preset: Preset, overrides: RouteOverrides): Route {
  const family =
    (overrides.template && findFamilyOfTemplate(overrides.template.name)) ?? families[preset.family];
  const wire = wires[overrides.wire ?? preset.wire];
  const template = overrides.template ?? family.template;
  const label = ref.route ? `bedrock/${ref.route}` : `bedrock/${ref.modelId}`;
  if (wire.sendsPrompt && !template) {
    throw new OutcropError(
      "invalid_request",
      `${label} has no chat template for the ${wire.name} wire, which sends a rendered prompt. Set chat_template to a built-in name, a file or Jinja text, or use the openai_chat wire.`,
      { param: "chat_template" },
    );
  }
  return { label, family, wire, template };
}
