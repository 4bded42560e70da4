import type { ChatTemplate } from "../core/family.ts";
import { chatmlTemplate } from "./chatml.ts";
import { deepseekR1Template } from "./deepseek-r1.ts";
import { llama3Template } from "./llama3.ts";
import { llama31Template } from "./llama3.1.ts";
import { mistralTemplate } from "./mistral.ts";
import { mistralNemoTemplate } from "./mistral-nemo.ts";
import { qwen2Template } from "./qwen2.ts";
import { qwen25Template } from "./qwen2.5.ts";
import { qwen3Template } from "./qwen3.ts";

/** The templates that are written as functions. A new one is one file and one line here. */
export const nativeTemplates: readonly ChatTemplate[] = [
  llama3Template,
  llama31Template,
  qwen2Template,
  qwen25Template,
  qwen3Template,
  deepseekR1Template,
  mistralTemplate,
  mistralNemoTemplate,
  chatmlTemplate,
];
