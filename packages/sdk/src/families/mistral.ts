import { mistralGrammar } from "../grammars/specs.ts";
import { mistralTemplate } from "../templates/mistral.ts";
import { defineFamily } from "./family.ts";

/**
 * Mistral and Mixtral with the instruct format of 7B v0.3.
 * @see https://huggingface.co/mistralai/Mistral-7B-Instruct-v0.3
 */
export const mistralFamily = defineFamily({
  name: "mistral",
  template: mistralTemplate,
  grammar: mistralGrammar,
});
