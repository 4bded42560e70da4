import { plainGrammar } from "../grammars/specs.ts";
import { defineFamily } from "./family.ts";

/** A model that nobody named: the service renders, and thinking and calls are read where they are plain to see. */
export const plainFamily = defineFamily({ name: "plain", grammar: plainGrammar });
