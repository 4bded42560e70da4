import type { GrammarOptions } from "../../../src/core/grammar.ts";
import type { GrammarSpec } from "../../../src/grammars/grammar-spec.ts";
import type { Input } from "../fold-grammar.ts";

/** A call that is expected: its name, its arguments' JSON text, and its id where the model gives one. */
export type ExpectedCall = readonly [name: string, json: string, id?: string];

/** An answer and what it must fold to, however it is cut. What is left out is empty. */
export interface Row {
  readonly title: string;
  readonly spec: GrammarSpec;
  readonly options?: Partial<GrammarOptions>;
  readonly input: string | readonly Input[];
  readonly text?: string;
  readonly reasoning?: string;
  readonly calls?: readonly ExpectedCall[];
  /** The content or thinking holds a marker's text on purpose. */
  readonly quotesMarkers?: boolean;
}

export const weatherTool = {
  toolNames: ["get_weather", "get_time"],
  toolSchemas: new Map([
    [
      "get_weather",
      {
        type: "object",
        properties: { city: { type: "string" }, days: { type: "integer" } },
        required: ["city"],
      },
    ],
  ]),
} as const satisfies Partial<GrammarOptions>;

export function inputsOf(row: Row): readonly Input[] {
  return typeof row.input === "string" ? [{ text: row.input }] : row.input;
}
