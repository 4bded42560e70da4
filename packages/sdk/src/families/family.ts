import type { ChatTemplate, Family, FamilyLimits } from "../core/family.ts";
import { createGrammar } from "../grammars/create-grammar.ts";
import type { GrammarSpec } from "../grammars/grammar-spec.ts";

/** What a family's file says. */
export interface FamilyDefinition {
  readonly name: string;
  readonly template?: ChatTemplate;
  readonly grammar: GrammarSpec;
  /** The published template ends its prompt inside an open think tag. Default false. */
  readonly opensReasoning?: boolean;
  readonly limits?: Partial<FamilyLimits>;
}

/** Makes a family of its data. */
export function defineFamily({
  name,
  template,
  grammar,
  opensReasoning = false,
  limits,
}: FamilyDefinition): Family {
  return {
    name,
    template,
    opensReasoning,
    limits: { refuses: new Set(), maxTemperature: Infinity, forcesTools: true, ...limits },
    createGrammar: (options) => createGrammar(grammar, options),
  };
}
