import { qwenGrammar } from "../grammars/specs.ts";
import { qwen2Template } from "../templates/qwen2.ts";
import { defineFamily } from "./family.ts";

/**
 * Alibaba's Qwen2 and Qwen2.5: ChatML.
 * @see https://huggingface.co/Qwen/Qwen2.5-7B-Instruct
 */
export const qwen2Family = defineFamily({ name: "qwen2", template: qwen2Template, grammar: qwenGrammar });
