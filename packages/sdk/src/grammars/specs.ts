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

const chatmlHeader = "<|im_start|>assistant";
const llamaHeaders = ["<|begin_of_text|>", "<|start_header_id|>assistant<|end_header_id|>"];
const deepseekHeaders = ["<｜begin▁of▁sentence｜>", "<｜Assistant｜>"];
const mistralHeader = "[/INST]";
const kimiHeader = "<|im_assistant|>assistant<|im_middle|>";

const chatmlEnds = ["<|im_end|>", "<|endoftext|>"];
const llamaEnds = ["<|eot_id|>", "<|eom_id|>", "<|end_of_text|>"];
const deepseekEnd = "<｜end▁of▁sentence｜>";

/** What the next turn begins with, where a model runs on without ending its own. */
const chatmlStart = "<|im_start|>";
const llamaStart = "<|start_header_id|>";
const deepseekStart = "<｜User｜>";
const kimiStarts = ["<|im_user|>", "<|im_system|>", "<|im_assistant|>"];
const mistralStarts = ["[INST]", "<s>[INST]", "<s> [INST]"];

const basis: GrammarSpec = {
  thinkTags: [think],
  thinksOnce: false,
  headers: [],
  endMarkers: [],
  trailingMarkers: [],
  nextTurnMarkers: [],
  calls: [],
  callsInReasoning: [],
  hasHarmony: false,
};

/** Llama 3 to 3.3. */
export const llama3Grammar: GrammarSpec = {
  ...basis,
  headers: llamaHeaders,
  endMarkers: [...llamaEnds, llamaStart],
  calls: [bareJsonCalls, pythonTagCalls, whenOffered(functionXmlCalls)],
};

/** Qwen2 and Qwen2.5. */
export const qwenGrammar: GrammarSpec = {
  ...basis,
  headers: [chatmlHeader],
  endMarkers: [...chatmlEnds, chatmlStart],
  calls: [hermesCalls, whenOffered(functionXmlCalls)],
};

/** Qwen3; what sets it apart from Qwen2.5 is its template. */
export const qwen3Grammar: GrammarSpec = qwenGrammar;

/** DeepSeek R1 and its distills: what they think comes first, and they may well write about think tags later. */
export const deepseekR1Grammar: GrammarSpec = {
  ...basis,
  thinksOnce: true,
  headers: deepseekHeaders,
  endMarkers: [deepseekEnd, deepseekStart],
  calls: [deepseekCalls],
};

/** Mistral, Mixtral, Nemo, and Magistral's own think tags. */
export const mistralGrammar: GrammarSpec = {
  ...basis,
  thinkTags: [think, { open: "[THINK]", close: "[/THINK]" }],
  headers: [mistralHeader],
  trailingMarkers: ["</s>"],
  nextTurnMarkers: mistralStarts,
  calls: [mistralCalls],
};

/** Kimi K2 as Bedrock serves it: any of its ways to call may leak into content and into thinking. */
export const kimiGrammar: GrammarSpec = {
  ...basis,
  thinkTags: [think, reasoning],
  headers: [kimiHeader],
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

/**
 * A model that nobody named. The service renders and stops, so an end marker in the midst of its content is
 * content; calls are read where a marker or an offered tool's name leaves no doubt.
 */
export const plainGrammar: GrammarSpec = {
  ...basis,
  thinkTags: [think, reasoning],
  headers: [chatmlHeader, ...llamaHeaders, ...deepseekHeaders, mistralHeader, kimiHeader],
  trailingMarkers: [...chatmlEnds, ...llamaEnds, deepseekEnd, "</s>"],
  nextTurnMarkers: [chatmlStart, llamaStart, deepseekStart, ...kimiStarts, ...mistralStarts],
  calls: [
    hermesCalls,
    mistralCalls,
    deepseekCalls,
    kimiCalls,
    pythonTagCalls,
    bareJsonCalls,
    whenOffered(functionXmlCalls),
  ],
  callsInReasoning: [kimiCalls],
};
