import type { Grammar, GrammarEvent, GrammarOptions, StructuredCallPiece } from "../../src/core/grammar.ts";
import { createGrammar } from "../../src/grammars/create-grammar.ts";
import type { GrammarSpec } from "../../src/grammars/grammar-spec.ts";

/** A piece of an answer, as a wire hands it to a grammar. */
export type Input =
  | { readonly text: string }
  | { readonly reasoning: string }
  | { readonly call: StructuredCallPiece };

/** What a grammar's events fold to. */
export interface Folded {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly FoldedCall[];
}

export interface FoldedCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** A grammar's options, with ids that count: `made-0`, `made-1`, … */
export function grammarOptions(options: Partial<GrammarOptions> = {}): GrammarOptions {
  let made = 0;
  return {
    startsInReasoning: false,
    toolNames: [],
    toolSchemas: new Map(),
    createCallId: () => `made-${made++}`,
    ...options,
  };
}

/** All events of a grammar that is fed the inputs and then ended, in batches, one for each push. */
export function runGrammar(grammar: Grammar, inputs: readonly Input[]): readonly (readonly GrammarEvent[])[] {
  return [...inputs.map((input) => feed(grammar, input)), grammar.end()];
}

function feed(grammar: Grammar, input: Input): readonly GrammarEvent[] {
  if ("text" in input) return grammar.text(input.text);
  if ("reasoning" in input) return grammar.reasoning(input.reasoning);
  return grammar.call(input.call);
}

/**
 * What a grammar makes of inputs, by its events alone; throws where they break their contract: a delta
 * without content, an index out of order, a call that is not open.
 */
export function foldGrammar(
  spec: GrammarSpec,
  inputs: readonly Input[],
  options: Partial<GrammarOptions> = {},
): Folded {
  const batches = runGrammar(createGrammar(spec, grammarOptions(options)), inputs);
  return foldEvents(batches.flat());
}

/** Folds events; throws where they break their contract. */
export function foldEvents(events: readonly GrammarEvent[]): Folded {
  const folded = { text: "", reasoning: "", calls: [] as { id: string; name: string; arguments: string }[] };
  let open: number | undefined;
  for (const event of events) {
    switch (event.type) {
      case "text-delta":
        if (event.text === "") throw new Error("an empty text delta");
        folded.text += event.text;
        break;
      case "reasoning-delta":
        if (event.text === "") throw new Error("an empty reasoning delta");
        folded.reasoning += event.text;
        break;
      case "tool-call-start":
        if (open !== undefined) throw new Error(`call ${event.index} starts while ${open} is open`);
        if (event.index !== folded.calls.length) throw new Error(`call ${event.index} is out of order`);
        if (event.id === "" || event.name === "") throw new Error(`call ${event.index} has no id or name`);
        open = event.index;
        folded.calls.push({ id: event.id, name: event.name, arguments: "" });
        break;
      case "tool-call-delta": {
        const call = folded.calls[event.index];
        if (!call || open !== event.index)
          throw new Error(`a delta of call ${event.index}, which is not open`);
        if (event.arguments === "") throw new Error("an empty call delta");
        call.arguments += event.arguments;
        break;
      }
      case "tool-call-end":
        if (open !== event.index) throw new Error(`an end of call ${event.index}, which is not open`);
        open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`call ${open} has no end`);
  return folded;
}
