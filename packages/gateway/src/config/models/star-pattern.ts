/** A text with stars, each of which stands for any text. */
export interface StarPattern {
  /** What each star stands for; `undefined` for a text that does not fit. */
  match(text: string): readonly string[] | undefined;
}

export function createStarPattern(pattern: string): StarPattern {
  const source = pattern.split("*").map(escapeRegExp).join("(.*)");
  const expression = new RegExp(`^${source}$`, "s");
  return { match: (text) => expression.exec(text)?.slice(1) };
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}

/**
 * Puts what the stars of a name stand for in the places of the stars of `model`, one by one. With more of them
 * than `model` has places, the name itself is the model, as with LiteLLM.
 */
export function fillStars(model: string, captures: readonly string[], name: string): string {
  if (!model.includes("*")) return model;
  if (captures.length > model.split("*").length - 1) return name;
  // A replacement text may hold "$&", which means something to `replace`: a function's result does not.
  return captures.reduce((filled, capture) => filled.replace("*", () => capture), model);
}
