/** A text with stars, each of which stands for any text. */
export interface StarPattern {
  /** What each star stands for; `undefined` for a text that does not fit. */
  match(text: string): readonly string[] | undefined;
}

/**
 * As with LiteLLM the first star takes as much as it can, then the second. The fixed parts are laid from the end, each
 * as far right as it goes: that is the same, and takes no longer for a hostile text.
 */
export function createStarPattern(pattern: string): StarPattern {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  return {
    match(text) {
      if (last === undefined) return text === first ? [] : undefined;
      if (!text.startsWith(first) || !text.endsWith(last)) return undefined;
      const captures: string[] = [];
      let end = text.length - last.length;
      for (const part of rest.toReversed()) {
        const start = end < part.length ? -1 : text.lastIndexOf(part, end - part.length);
        if (start === -1) return undefined;
        captures.unshift(text.slice(start + part.length, end));
        end = start;
      }
      return end < first.length ? undefined : [text.slice(first.length, end), ...captures];
    },
  };
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
