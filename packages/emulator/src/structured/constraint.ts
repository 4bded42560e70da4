import { createRandom } from "../base/random.ts";
import { toSpacedJson } from "../prompt/json.ts";
import { composeInstance } from "./compose.ts";
import { composeFromGrammar } from "./compose-grammar.ts";
import { composeFromPattern } from "./compose-pattern.ts";
import { ConstraintError, fullBudget } from "./constraint-error.ts";

/** What the text of an answer must obey. */
export type Constraint =
  | { readonly type: "json-object" }
  | { readonly type: "json"; readonly schema: unknown }
  | { readonly type: "regex"; readonly pattern: string }
  | { readonly type: "grammar"; readonly grammar: string }
  | { readonly type: "choice"; readonly choices: readonly string[] };

/** Text that obeys a constraint and depends on the prompt. Throws a {@link ConstraintError} when it can't. */
export function composeConstrained(constraint: Constraint, subject: string, seed: string): string {
  try {
    return compose(constraint, subject, seed);
  } catch (error) {
    // Only absurd nesting runs out of stack.
    if (error instanceof RangeError) throw new ConstraintError("it nests too deep", { cause: error });
    throw error;
  }
}

function compose(constraint: Constraint, subject: string, seed: string): string {
  const random = createRandom(seed);
  switch (constraint.type) {
    case "json-object":
      return toSpacedJson(composeInstance(anyObject, { subject, random }));
    case "json":
      return toSpacedJson(composeInstance(constraint.schema, { subject, random }));
    case "regex":
      return composeFromPattern(constraint.pattern, random, { steps: fullBudget });
    case "grammar":
      return composeFromGrammar(constraint.grammar, random, { steps: fullBudget });
    case "choice": {
      const mentioned = constraint.choices.find((choice) =>
        subject.toLowerCase().includes(choice.toLowerCase()),
      );
      const choice = mentioned ?? constraint.choices[random.integer(0, constraint.choices.length - 1)];
      if (choice === undefined) throw new ConstraintError("there is nothing to choose from");
      return choice;
    }
  }
}

/** What an unspecified JSON object holds. */
const anyObject = {
  type: "object",
  properties: { topic: { type: "string" }, answer: { type: "string" } },
  required: ["topic", "answer"],
};
