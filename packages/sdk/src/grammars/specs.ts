import { whenOffered } from "./call-syntax.ts";
import type { GrammarSpec } from "./grammar-spec.ts";
import { bareJsonCalls } from "./syntaxes/bare-json.ts";
import { deepseekCalls } from "./syntaxes/deepseek.ts";
import { functionXmlCalls } from "./syntaxes/function-xml.ts";
import { hermesCalls } from "./syntaxes/hermes.ts";
import { kimiCalls } from "./syntaxes/kimi.ts";
import { mistralCalls } from "./syntaxes/mistral.ts";
import { pythonTagCalls } from "./syntaxes/python-tag.ts";

const think = { open: "<think>", close: "</think>" };
const reasoning = { open: "<reasoning>", close: "</reasoning>" };

const headers = [
  "<|im_start|>assistant",
  "<|begin_of_text|>",
  "<|start_header_id|>assistant<|end_header_id|>",
  "<｜begin▁of▁sentence｜>",
  "<｜Assistant｜>",
  "<|im_assistant|>assistant<|im_middle|>",
  "[/INST]",
];

const chatmlEnds = ["<|im_end|>", "<|endoftext|>"];
const llamaEnds = ["<|eot_id|>", "<|eom_id|>", "<|end_of_text|>"];
const deepseekEnds = ["<｜end▁of▁sentence｜>"];

/** What the next turn begins with, where a model runs on without ending its own. */
const chatmlStarts = ["<|im_start|>"];
const llamaStarts = ["<|start_header_id|>"];
const deepseekStarts = ["<｜User｜>"];
const kimiStarts = ["<|im_user|>", "<|im_system|>", "<|im_assistant|>"];
const mistralStarts = ["[INST]", "<s>[INST]", "<s> [INST]"];

/**
 * What holds for every family. A distill or a fine-tune may write as another family does, so any header at the
 * start and any end marker at the end is cut, and calls are read where they leave no doubt.
 */
const basis: GrammarSpec = {
  thinkTags: [think],
  thinksOnce: false,
  headers,
  endMarkers: [],
  trailingMarkers: [...chatmlEnds, ...llamaEnds, ...deepseekEnds],
  nextTurnMarkers: [...chatmlStarts, ...llamaStarts, ...deepseekStarts, ...kimiStarts, ...mistralStarts],
  calls: [hermesCalls, bareJsonCalls, whenOffered(functionXmlCalls)],
  callsInReasoning: [],
  hasHarmony: false,
};

/** Llama 3 to 3.3. */
export const llama3Grammar: GrammarSpec = {
  ...basis,
  endMarkers: [...llamaEnds, ...llamaStarts],
  calls: [...basis.calls, pythonTagCalls],
};

/** Qwen2 and Qwen2.5. */
export const qwenGrammar: GrammarSpec = { ...basis, endMarkers: [...chatmlEnds, ...chatmlStarts] };

/** Qwen3: what sets it apart from Qwen2.5 is its template. */
export const qwen3Grammar: GrammarSpec = { ...qwenGrammar };

/** DeepSeek R1 and its distills: their thinking comes first, and they may well write about think tags later. */
export const deepseekR1Grammar: GrammarSpec = {
  ...basis,
  thinksOnce: true,
  endMarkers: [...deepseekEnds, ...deepseekStarts],
  calls: [...basis.calls, deepseekCalls],
};

/** Mistral, Mixtral, Nemo, and Magistral with think tags of its own. */
export const mistralGrammar: GrammarSpec = {
  ...basis,
  thinkTags: [think, { open: "[THINK]", close: "[/THINK]" }],
  trailingMarkers: [...basis.trailingMarkers, "</s>"],
  calls: [...basis.calls, mistralCalls],
};

/** Kimi K2 as Bedrock serves it: its calls leak into content and thinking, whether tools were offered or not. */
export const kimiGrammar: GrammarSpec = {
  ...basis,
  thinkTags: [think, reasoning],
  endMarkers: ["<|im_end|>", ...kimiStarts],
  calls: [kimiCalls, functionXmlCalls, hermesCalls, bareJsonCalls],
  callsInReasoning: [kimiCalls, functionXmlCalls, hermesCalls],
};

/** OpenAI's gpt-oss. Bedrock's own one puts its thinking in `<reasoning>` on InvokeModel. */
export const gptOssGrammar: GrammarSpec = {
  ...basis,
  thinkTags: [think, reasoning],
  endMarkers: ["<|endoftext|>"],
  hasHarmony: true,
};

/** A model that nobody named, rendered and stopped by the service: an end marker amidst its content is content. */
export const plainGrammar: GrammarSpec = {
  ...basis,
  thinkTags: [think, reasoning],
  trailingMarkers: [...basis.trailingMarkers, "</s>"],
  calls: [...basis.calls, mistralCalls, deepseekCalls, kimiCalls, pythonTagCalls],
  callsInReasoning: [kimiCalls],
};
