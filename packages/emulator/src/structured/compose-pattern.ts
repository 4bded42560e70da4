import type { Random } from "../base/random.ts";
import { ConstraintError, spend } from "./constraint-error.ts";
import type { Budget } from "./constraint-error.ts";
import { isMember, matchesWhole } from "./match-pattern.ts";
import { parsePattern } from "./pattern.ts";
import type { Pattern } from "./pattern.ts";

/** What a class is filled from, where it can be: text that reads well. */
const pleasant = Array.from("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ -_.,:/@éñλжあ中");
const longest = 10_000;
/** How much more than the least an open repetition may give. */
const generosity = 4;
const attempts = 40;

/** Text that fits a regular expression as a whole. Throws a {@link ConstraintError} when none is found. */
export function composeFromPattern(source: string, random: Random, budget: Budget): string {
  return composePattern(parsePattern(source), random, budget);
}

export function composePattern(pattern: Pattern, random: Random, budget: Budget): string {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const text = compose(pattern, random, budget);
    // Anchors and boundaries have no text of their own, so a candidate can miss them.
    if (matchesWhole(pattern, text, budget)) return text;
  }
  throw new ConstraintError("no text was found for the pattern");
}

function compose(pattern: Pattern, random: Random, budget: Budget): string {
  spend(budget);
  switch (pattern.type) {
    case "sequence":
      return pattern.items.map((item) => compose(item, random, budget)).join("");
    case "choice": {
      const option = pattern.options[random.integer(0, pattern.options.length - 1)];
      return option === undefined ? "" : compose(option, random, budget);
    }
    case "repeat": {
      let text = "";
      const most = Math.min(pattern.high, Math.max(pattern.low, 1) + generosity);
      for (let left = random.integer(pattern.low, most); left > 0; left--) {
        text += compose(pattern.item, random, budget);
        if (text.length > longest) throw new ConstraintError("the pattern asks for too long a text");
      }
      return text;
    }
    case "class":
      return composeCharacter(pattern, random);
    case "start":
    case "end":
    case "boundary":
    case "not-boundary":
      return "";
  }
}

function composeCharacter(pattern: Pattern & { type: "class" }, random: Random): string {
  const fitting = pleasant.filter((character) => isMember(pattern, character));
  const letters = fitting.filter((character) => /[a-z0-9]/.test(character));
  const choices = pattern.negated && letters.length > 0 ? letters : fitting;
  const picked = choices[random.integer(0, choices.length - 1)];
  if (picked !== undefined) return picked;
  for (const member of pattern.members) {
    if ("low" in member && !pattern.negated)
      return String.fromCodePoint(random.integer(member.low, member.high));
  }
  throw new ConstraintError("a character class of the pattern holds nothing that can be written");
}
