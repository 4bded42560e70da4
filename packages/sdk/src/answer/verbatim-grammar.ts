import type { Grammar } from "../core/grammar.ts";

/** The grammar of a caller who rendered the prompt: text is text, whatever it looks like. */
export function createVerbatimGrammar(): Grammar {
  return {
    text: (text) => (text === "" ? [] : [{ type: "text-delta", text }]),
    reasoning: (text) => (text === "" ? [] : [{ type: "reasoning-delta", text }]),
    call: () => [],
    end: () => [],
  };
}
