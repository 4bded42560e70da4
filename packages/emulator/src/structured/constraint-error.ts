/** A schema, pattern or grammar that can't be obeyed: wrong, unsupported or contradictory. */
export class ConstraintError extends Error {
  override readonly name = "ConstraintError";
}

/** Work that a hostile schema or pattern may cost, in steps. */
export interface Budget {
  steps: number;
}

export const fullBudget = 200_000;

export function spend(budget: Budget): void {
  if (budget.steps-- <= 0) throw new ConstraintError("it is too complex");
}
