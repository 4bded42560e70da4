import type { FoundationDeclaration, ModelDeclaration } from "./declare.ts";

const account = "123456789012";
/** Qwen imports from before the cut-off take BedrockCompletion as well as `messages`. */
const beforeCutOff = "2025-10-01T09:00:00Z";

/** The fixed model of an architecture: its id is the name without punctuation, filled up to twelve. */
function example(
  architecture: ModelDeclaration["architecture"],
  name: string,
  rest?: Partial<ModelDeclaration>,
): ModelDeclaration {
  const id = architecture.replaceAll("_", "").padEnd(12, "0");
  return {
    name,
    architecture,
    arn: `arn:aws:bedrock:us-east-1:${account}:imported-model/${id}`,
    ...rest,
  };
}

const olderQwen = { imported: beforeCutOff, extensions: true } as const;

/**
 * The imported models of an emulator without config. The last four stand at the ARNs that LiteLLM's page
 * on imported models prints, so that its examples work as they are.
 */
export const builtInModels: readonly ModelDeclaration[] = [
  example("llama", "llama-3-1-8b-instruct"),
  example("mllama", "llama-3-2-11b-vision-instruct"),
  example("mistral", "mistral-7b-instruct"),
  example("mixtral", "mixtral-8x7b-instruct"),
  example("qwen2", "qwen2-5-7b-instruct", olderQwen),
  example("qwen2_vl", "qwen2-vl-7b-instruct", olderQwen),
  example("qwen2_5_vl", "qwen2-5-vl-7b-instruct", olderQwen),
  example("qwen3", "qwen3-8b", olderQwen),
  example("qwen3_moe", "qwen3-30b-a3b", olderQwen),
  example("gpt_oss", "gpt-oss-20b"),
  example("gpt_bigcode", "starcoder"),
  example("t5", "flan-t5-xl"),
  {
    name: "deepseek-r1-distill-llama-70b",
    architecture: "llama",
    arn: "arn:aws:bedrock:us-east-1:086734376398:imported-model/r4c4kewx2s0n",
    chatTemplate: false,
    instructSupported: false,
    unitsPerCopy: 8,
  },
  {
    name: "qwen3-32b",
    architecture: "qwen3",
    arn: "arn:aws:bedrock:us-east-1:086734376398:imported-model/your-qwen3-model",
    unitsPerCopy: 4,
    ...olderQwen,
  },
  {
    name: "qwen2-72b-instruct",
    architecture: "qwen2",
    arn: "arn:aws:bedrock:us-east-1:086734376398:imported-model/your-qwen2-model",
    answerShape: "text",
    unitsPerCopy: 8,
    ...olderQwen,
  },
  {
    name: "qwen2-5-vl-72b-instruct",
    architecture: "qwen2_5_vl",
    arn: "arn:aws:bedrock:us-east-1:046319184608:imported-model/0m2lasirsp6z",
    unitsPerCopy: 8,
    ...olderQwen,
  },
];

/** In every region: the emulator has no regions of its own. */
export const builtInFoundationModels: readonly FoundationDeclaration[] = [
  { id: "moonshot.kimi-k2-thinking", dialect: "kimi", contextTokens: 262_144, maxOutputTokens: 16_384 },
];
