import { OutcropError } from "@outcrop/sdk";
import { nearest } from "../config/keys/nearest.ts";

/** How many names an error lists, and how much of a name that somebody made up. */
const maxListed = 30;
const maxQuoted = 200;

/** The 400 for a name that leads nowhere: what was meant perhaps, and what there is. */
export function unknownModel(model: string, names: readonly string[]): OutcropError {
  const asked = model.slice(0, maxQuoted);
  const near = nearest(asked, names);
  const guess = near === undefined ? "" : ` Did you mean "${near}"?`;
  const rest = names.length > maxListed ? `, and ${names.length - maxListed} more (GET /v1/models)` : "";
  const list = `There is: ${names.slice(0, maxListed).join(", ")}${rest}.`;
  return new OutcropError("invalid_model", `There is no model "${asked}".${guess} ${list}`, {
    param: "model",
  });
}
