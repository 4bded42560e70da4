import { kimiGrammar } from "../grammars/specs.ts";
import { defineFamily } from "./family.ts";

/**
 * Moonshot's Kimi K2 Thinking, Bedrock's own. It takes no stop sequences, a temperature of at most 1 and
 * no forced tool call; its thinking comes in `<reasoning>` or `<think>`, and calls may leak as text.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-card-moonshot-ai-kimi-k2-thinking.html
 */
export const kimiK2Family = defineFamily({
  name: "kimi_k2",
  grammar: kimiGrammar,
  limits: { refuses: new Set(["stop"]), maxTemperature: 1, forcesTools: false },
});
