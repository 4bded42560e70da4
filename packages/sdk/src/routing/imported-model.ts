import { OutcropError } from "../core/errors.ts";
import type { FamilyName } from "../families/family-list.ts";
import type { WireName } from "../core/wire.ts";
import type { Preset } from "./route.ts";

/** What AWS says of an imported model, as far as a route depends on it. */
export interface ImportedModelFacts {
  /** `model_type` of the imported `config.json`: `llama`, `qwen3`, `mistral`, `gpt_oss`, … */
  readonly modelArchitecture: string | undefined;
  /** AWS calls it "supports converse": a chat template was found among the files. */
  readonly instructSupported: boolean | undefined;
  readonly modelName: string | undefined;
  readonly creationTime: Date | undefined;
}

/**
 * Imports from this day on take OpenAI's bodies; older ones keep the format of their base model.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/invoke-imported-model.html
 */
const openaiFormatsSince = new Date("2025-11-11T00:00:00Z");

/**
 * The family and the richest wire that AWS documents for an imported model.
 *
 * @throws OutcropError `invalid_model` for an architecture without any chat format.
 */
export function presetOfImportedModel(facts: ImportedModelFacts): Preset {
  const family = familyOf(facts);
  return { family, wire: wireOf(facts, family) };
}

function familyOf({ modelArchitecture = "", modelName = "" }: ImportedModelFacts): FamilyName {
  const architecture = modelArchitecture.toLowerCase().replaceAll(/[-. ]/g, "_");
  // Distills keep the architecture of the model that they were made of; only the name can tell.
  if (/deepseek.*r1|r1.*distill/i.test(modelName)) return "deepseek_r1";
  if (/^(llama|mllama)/.test(architecture)) return "llama3";
  if (/^qwen_?3/.test(architecture)) return "qwen3";
  if (architecture.startsWith("qwen")) return "qwen2";
  if (/^mi[sx]tral/.test(architecture)) return "mistral";
  if (/^gpt_?oss/.test(architecture)) return "gpt_oss";
  if (/^(gpt_?bigcode|t5|flan)/.test(architecture)) throw noChatFormat(modelArchitecture);
  return "plain";
}

function wireOf(facts: ImportedModelFacts, family: FamilyName): WireName {
  const old = facts.creationTime !== undefined && facts.creationTime < openaiFormatsSince;
  switch (family) {
    case "gpt_oss":
    case "plain":
      return "openai_chat";
    // Vision needs the chat format, and it is what these architectures take without Converse.
    case "qwen2":
    case "qwen3":
      return old && !/vl/i.test(facts.modelArchitecture ?? "") ? "bedrock_completion" : "openai_chat";
    case "mistral":
      if (facts.instructSupported) return old ? "converse" : "openai_chat";
      return "openai_completion";
    // R1's prompt must open the thinking, and a rendered prompt is the surest way to know that it does.
    case "deepseek_r1":
      return "bedrock_completion";
    default:
      if (facts.instructSupported) return old ? "converse" : "openai_chat";
      return "bedrock_completion";
  }
}

function noChatFormat(architecture: string): OutcropError {
  return new OutcropError(
    "invalid_model",
    `The imported model's architecture ${architecture} has no chat format of its own. Name a route and a template: model "bedrock/llama/{ARN}" with chat_template set.`,
    { param: "model" },
  );
}
