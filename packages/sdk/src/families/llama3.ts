import { llama3Grammar } from "../grammars/specs.ts";
import { llama3Template } from "../templates/llama3.ts";
import { defineFamily } from "./family.ts";

/**
 * Meta's Llama 3 and everything trained on its chat format.
 * @see https://huggingface.co/meta-llama/Meta-Llama-3-8B-Instruct
 */
export const llama3Family = defineFamily({
  name: "llama3",
  template: llama3Template,
  grammar: llama3Grammar,
});
