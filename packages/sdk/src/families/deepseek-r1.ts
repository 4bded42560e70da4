import { deepseekR1Grammar } from "../grammars/specs.ts";
import { deepseekR1Template } from "../templates/deepseek-r1.ts";
import { defineFamily } from "./family.ts";

/**
 * DeepSeek R1 and its distills: the prompt itself opens the thinking, so only `</think>` comes back.
 * @see https://huggingface.co/deepseek-ai/DeepSeek-R1-Distill-Llama-70B
 */
export const deepseekR1Family = defineFamily({
  name: "deepseek_r1",
  template: deepseekR1Template,
  grammar: deepseekR1Grammar,
  opensReasoning: true,
});
