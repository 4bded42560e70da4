import type { Family } from "../core/family.ts";
import { deepseekR1Family } from "./deepseek-r1.ts";
import { gptOssFamily } from "./gpt-oss.ts";
import { kimiK2Family } from "./kimi-k2.ts";
import { llama3Family } from "./llama3.ts";
import { mistralFamily } from "./mistral.ts";
import { plainFamily } from "./plain.ts";
import { qwen2Family } from "./qwen2.ts";
import { qwen3Family } from "./qwen3.ts";

/** Every family by its name. */
export const families = {
  llama3: llama3Family,
  qwen2: qwen2Family,
  qwen3: qwen3Family,
  deepseek_r1: deepseekR1Family,
  mistral: mistralFamily,
  gpt_oss: gptOssFamily,
  kimi_k2: kimiK2Family,
  plain: plainFamily,
} as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof families;

/** Which family a built-in template belongs to, where its name is not the family's own. */
const familyOfTemplate: Readonly<Record<string, FamilyName>> = {
  llama3: "llama3",
  "llama3.1": "llama3",
  qwen2: "qwen2",
  "qwen2.5": "qwen2",
  chatml: "qwen2",
  qwen3: "qwen3",
  deepseek_r1: "deepseek_r1",
  mistral: "mistral",
  "mistral-nemo": "mistral",
};

/** The family that speaks a built-in template; `undefined` for a template of the user's own. */
export function findFamilyOfTemplate(template: string): Family | undefined {
  const name = familyOfTemplate[template];
  return name && families[name];
}
