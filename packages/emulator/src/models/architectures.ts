/** The three body formats of imported models, named as AWS's documentation names them. */
export type BodyFormat = "BedrockCompletion" | "OpenAICompletion" | "OpenAIChatCompletion";

/** How a model writes tool calls and reasoning when nothing on the server parses them. */
export type Dialect = "qwen" | "llama" | "mistral" | "deepseek" | "harmony" | "kimi" | "plain";

/** What an architecture brings along unless a model's declaration says otherwise. */
export interface ArchitectureTraits {
  /** Body formats of imports after 11 November 2025. */
  readonly formats: readonly BodyFormat[];
  readonly dialect: Dialect;
  readonly images: boolean;
  /** Whether a chat template lets Converse use it (`instructSupported`). */
  readonly instruct: boolean;
  /** Whether the server turns the model's tool calls into `tool_calls`. */
  readonly toolParser: boolean;
  /** Whether it reasons before it answers. */
  readonly thinks: boolean;
  readonly unitsPerCopy: number;
  readonly unitsVersion: string;
}

const every: readonly BodyFormat[] = ["OpenAIChatCompletion", "BedrockCompletion", "OpenAICompletion"];
const text: ArchitectureTraits = {
  formats: every,
  dialect: "plain",
  images: false,
  instruct: true,
  toolParser: false,
  thinks: false,
  unitsPerCopy: 2,
  unitsVersion: "1.0",
};

/**
 * `GetImportedModel.modelArchitecture` and what follows from it. The rows of llama, qwen2, qwen3, qwen2_vl
 * and gpt_bigcode follow live measurements of which format each takes; the others are inferred.
 */
export const architectures = {
  llama: { ...text, dialect: "llama" },
  mllama: { ...text, dialect: "llama", images: true },
  mistral: { ...text, dialect: "mistral" },
  mixtral: { ...text, dialect: "mistral", unitsPerCopy: 4 },
  qwen2: { ...text, formats: ["OpenAIChatCompletion", "OpenAICompletion"], dialect: "qwen", instruct: false },
  qwen2_vl: { ...text, formats: ["OpenAIChatCompletion"], dialect: "qwen", images: true, instruct: false },
  qwen2_5_vl: {
    ...text,
    formats: ["OpenAIChatCompletion"],
    dialect: "qwen",
    images: true,
    instruct: false,
    toolParser: true,
  },
  qwen3: { ...text, formats: ["OpenAIChatCompletion"], dialect: "qwen", instruct: false, thinks: true },
  qwen3_moe: { ...text, formats: ["OpenAIChatCompletion"], dialect: "qwen", instruct: false, thinks: true },
  gpt_oss: {
    ...text,
    formats: ["OpenAIChatCompletion", "OpenAICompletion"],
    dialect: "harmony",
    instruct: false,
    toolParser: true,
    thinks: true,
    unitsVersion: "2.0",
  },
  gpt_bigcode: { ...text, formats: ["BedrockCompletion"], instruct: false },
  t5: { ...text, formats: ["BedrockCompletion"], instruct: false, unitsPerCopy: 1 },
} as const satisfies Record<string, ArchitectureTraits>;

export type Architecture = keyof typeof architectures;

export function isArchitecture(name: string): name is Architecture {
  return Object.hasOwn(architectures, name);
}

export const architectureNames = Object.keys(architectures) as readonly Architecture[];
