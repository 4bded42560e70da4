import type { Random } from "../base/random.ts";
import { composePattern } from "./compose-pattern.ts";
import { ConstraintError, spend } from "./constraint-error.ts";
import type { Budget } from "./constraint-error.ts";
import { parseGrammar } from "./grammar.ts";
import type { Expression, Grammar } from "./grammar.ts";

/** Below this depth the shortest way out is taken, so that a recursive grammar comes to an end. */
const generousDepth = 8;
const longest = 20_000;

/** A text of the grammar's language. Throws a {@link ConstraintError} when there is none, or it is wrong. */
export function composeFromGrammar(source: string, random: Random, budget: Budget): string {
  const grammar = parseGrammar(source);
  const heights = measureRules(grammar, budget);
  if ((heights.get(grammar.root) ?? Number.POSITIVE_INFINITY) === Number.POSITIVE_INFINITY) {
    throw new ConstraintError("the grammar never comes to an end");
  }
  const write = (expression: Expression, depth: number): string => {
    spend(budget);
    switch (expression.type) {
      case "literal":
        return expression.text;
      case "pattern":
        return composePattern(expression.pattern, random, budget);
      case "reference":
        return write(ruleOf(expression.name, grammar), depth + 1);
      case "sequence":
        return limit(expression.items.map((item) => write(item, depth)).join(""));
      case "choice":
        return write(chooseOption(expression.options, { depth, heights, random }), depth);
      case "repeat": {
        const { item, low, high } = expression;
        const most = depth < generousDepth ? Math.min(high, low + 2) : low;
        const count = random.integer(low, Math.max(low, most));
        let text = "";
        for (let done = 0; done < count; done++) text = limit(text + write(item, depth));
        return text;
      }
    }
  };
  return write({ type: "reference", name: grammar.root }, 0);
}

type Heights = ReadonlyMap<string, number>;

/** How many rules must be entered at least to finish each one; infinite where it can't be finished. */
function measureRules({ rules }: Grammar, budget: Budget): Heights {
  const heights = new Map<string, number>();
  for (let changed = true; changed;) {
    changed = false;
    for (const [name, expression] of rules) {
      spend(budget);
      const height = 1 + heightOf(expression, heights);
      if (height < (heights.get(name) ?? Number.POSITIVE_INFINITY)) {
        heights.set(name, height);
        changed = true;
      }
    }
  }
  return heights;
}

function heightOf(expression: Expression, heights: Heights): number {
  switch (expression.type) {
    case "literal":
    case "pattern":
      return 0;
    case "reference":
      return heights.get(expression.name) ?? Number.POSITIVE_INFINITY;
    case "sequence":
      return Math.max(0, ...expression.items.map((item) => heightOf(item, heights)));
    case "choice":
      return Math.min(...expression.options.map((option) => heightOf(option, heights)));
    case "repeat":
      return expression.low === 0 ? 0 : heightOf(expression.item, heights);
  }
}

/** Any option that comes to an end; deep down, the one that does so soonest. */
function chooseOption(
  options: readonly Expression[],
  { depth, heights, random }: { depth: number; heights: Heights; random: Random },
): Expression {
  const finite = options
    .map((option) => ({ option, height: heightOf(option, heights) }))
    .filter(({ height }) => Number.isFinite(height))
    .toSorted((left, right) => left.height - right.height);
  const chosen = depth < generousDepth ? finite[random.integer(0, finite.length - 1)] : finite[0];
  if (chosen === undefined) throw new ConstraintError("the grammar never comes to an end");
  return chosen.option;
}

function ruleOf(name: string, { rules }: Grammar): Expression {
  const rule = rules.get(name);
  if (rule === undefined) throw new ConstraintError(`the grammar has no rule ${name}`);
  return rule;
}

function limit(text: string): string {
  if (text.length > longest) throw new ConstraintError("the grammar asks for too long a text");
  return text;
}
