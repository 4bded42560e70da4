import { qwen3Grammar } from "../grammars/specs.ts";
import { qwen3Template } from "../templates/qwen3.ts";
import { defineFamily } from "./family.ts";

/**
 * Alibaba's Qwen3: ChatML, thinking in `<think>` unless it is switched off.
 * @see https://huggingface.co/Qwen/Qwen3-32B
 */
export const qwen3Family = defineFamily({ name: "qwen3", template: qwen3Template, grammar: qwen3Grammar });
