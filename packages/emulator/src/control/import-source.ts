import { architectureNames, isArchitecture } from "../models/architectures.ts";
import type { Architecture } from "../models/architectures.ts";
import { asList } from "../prompt/json.ts";
import type { JsonObject } from "../prompt/json.ts";

/** What stands at an S3 address, as far as an import looks at it. */
export interface ModelFiles {
  /** Names relative to the address. */
  readonly names: readonly string[];
  /** `config.json`. */
  readonly config: JsonObject;
  /** `tokenizer_config.json`. */
  readonly tokenizerConfig: JsonObject;
  /** `generation_config.json`. */
  readonly generationConfig: JsonObject;
}

/** What an import comes to. */
export type ImportVerdict =
  | { readonly architecture: Architecture; readonly chatTemplate: boolean }
  | { readonly failure: string };

/** Names of model families, from the special to the general, as they stand in addresses and model names. */
const hints: readonly (readonly [sign: RegExp, architecture: string])[] = [
  [/gemma/, "gemma3"],
  [/phi-?\d/, "phi3"],
  [/falcon/, "falcon"],
  [/bert|embed/, "bert"],
  [/qwen-?3[._-]5/, "qwen3_5"],
  [/qwen-?3-?vl/, "qwen3_vl"],
  [/qwen-?3.*(moe|a\d+b)/, "qwen3_moe"],
  [/qwen-?3/, "qwen3"],
  [/qwen-?2[._-]?5-?vl/, "qwen2_5_vl"],
  [/qwen-?2-?vl/, "qwen2_vl"],
  [/qwen/, "qwen2"],
  [/gpt-?oss/, "gpt_oss"],
  [/mixtral/, "mixtral"],
  [/mistral/, "mistral"],
  [/bigcode|starcoder|santacoder/, "gpt_bigcode"],
  [/\bt5|flan/, "t5"],
  [/mllama|llama.*vision/, "mllama"],
];

/** The verdict on an address that no files are configured for: its name is taken to tell the truth. */
export function guessImport(s3Uri: string, modelName: string): ImportVerdict {
  const text = `${s3Uri} ${modelName}`.toLowerCase().replaceAll("_", "-");
  const architecture = hints.find(([sign]) => sign.test(text))?.[1] ?? "llama";
  return judgeArchitecture(architecture, { chatTemplate: true });
}

/** The verdict on real files, by the checks that AWS documents. */
export function judgeImport(files: ModelFiles, region: string): ImportVerdict {
  const missing = missingFiles(files);
  if (missing.length > 0)
    return { failure: `Amazon Bedrock could not find the required files: ${missing.join(", ")}` };
  if (files.names.includes("adapter_config.json")) {
    return {
      failure:
        "Amazon Bedrock does not support adapters. Merge the adapter into the base model and try again.",
    };
  }
  const architecture = toArchitectureName(files.config);
  if (architecture === "gpt_oss") {
    const complaint = judgeGptOss(files, region);
    if (complaint !== undefined) return { failure: complaint };
  }
  return judgeArchitecture(architecture, { chatTemplate: hasChatTemplate(files) });
}

function missingFiles({ names }: ModelFiles): string[] {
  const required = ["config.json", "tokenizer_config.json"].filter((name) => !names.includes(name));
  if (!names.includes("tokenizer.json") && !names.includes("tokenizer.model"))
    required.push("tokenizer.json");
  if (!names.some((name) => name.endsWith(".safetensors"))) required.push("*.safetensors");
  return required;
}

/** Only two classes of Qwen3 are taken; they differ in `architectures`, not always in `model_type`. */
function toArchitectureName({ model_type, architectures }: JsonObject): string {
  const type = typeof model_type === "string" ? model_type : "unknown";
  const [className] = asList(architectures);
  if (type.startsWith("qwen3") && typeof className === "string") {
    if (className !== "Qwen3ForCausalLM" && className !== "Qwen3MoeForCausalLM") return className;
  }
  return type;
}

function judgeGptOss({ generationConfig }: ModelFiles, region: string): string | undefined {
  if (region !== "us-east-1") return "Amazon Bedrock supports importing GPT-OSS models in us-east-1 only.";
  const ends = asList(generationConfig["eos_token_id"]);
  const complete = [200002, 199999, 200012].every((id) => ends.includes(id));
  return complete
    ? undefined
    : "generation_config.json must list the eos_token_id values 200002, 199999 and 200012.";
}

function hasChatTemplate({ names, tokenizerConfig }: ModelFiles): boolean {
  const own = names.includes("chat_template.jinja") || names.includes("chat_template.json");
  return own || tokenizerConfig["chat_template"] !== undefined;
}

function judgeArchitecture(architecture: string, { chatTemplate }: { chatTemplate: boolean }): ImportVerdict {
  if (isArchitecture(architecture)) return { architecture, chatTemplate };
  return {
    failure: `Amazon bedrock does not support the architecture (${architecture}) of the model that you are importing. Try again with one of the following supported architectures: [${architectureNames.join(", ")}]`,
  };
}
