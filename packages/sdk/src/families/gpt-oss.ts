import { gptOssGrammar } from "../grammars/specs.ts";
import { defineFamily } from "./family.ts";

/**
 * OpenAI's open models. AWS renders their Harmony format itself (they take OpenAI bodies alone), so there
 * is no template here; the channels are understood where they leak.
 * @see https://github.com/openai/harmony
 */
export const gptOssFamily = defineFamily({ name: "gpt_oss", grammar: gptOssGrammar });
