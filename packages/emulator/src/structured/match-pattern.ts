import { spend } from "./constraint-error.ts";
import type { Budget } from "./constraint-error.ts";
import type { Pattern } from "./pattern.ts";

/**
 * Whether the whole text fits the pattern. All positions are followed at once, so no pattern can make
 * it run for ever as a backtracking matcher would.
 */
export function matchesWhole(pattern: Pattern, text: string, budget: Budget): boolean {
  const characters = Array.from(text);
  return follow(pattern, new Set([0]), { characters, budget }).has(characters.length);
}

/** Whether the pattern fits somewhere in the text, as JSON Schema's `pattern` asks. */
export function matchesSomewhere(pattern: Pattern, text: string, budget: Budget): boolean {
  const characters = Array.from(text);
  const everywhere = new Set(characters.keys()).add(characters.length);
  return follow(pattern, everywhere, { characters, budget }).size > 0;
}

interface Subject {
  readonly characters: readonly string[];
  readonly budget: Budget;
}

/** The positions after the pattern for each position before it. */
function follow(pattern: Pattern, from: ReadonlySet<number>, subject: Subject): ReadonlySet<number> {
  spend(subject.budget);
  switch (pattern.type) {
    case "sequence": {
      let positions = from;
      for (const item of pattern.items) positions = follow(item, positions, subject);
      return positions;
    }
    case "choice":
      return new Set(pattern.options.flatMap((option) => [...follow(option, from, subject)]));
    case "repeat":
      return repeat(pattern, from, subject);
    case "class":
      return step(pattern, from, subject);
    case "start":
      return keep(from, (position) => position === 0);
    case "end":
      return keep(from, (position) => position === subject.characters.length);
    case "boundary":
      return keep(from, (position) => isBoundary(subject, position));
    case "not-boundary":
      return keep(from, (position) => !isBoundary(subject, position));
  }
}

function repeat(
  { item, low, high }: Pattern & { type: "repeat" },
  from: ReadonlySet<number>,
  subject: Subject,
): ReadonlySet<number> {
  let positions = from;
  for (let count = 0; count < low; count++) positions = follow(item, positions, subject);
  const reached = new Set(positions);
  for (let count = low; count < high && positions.size > 0; count++) {
    const before = reached.size;
    positions = follow(item, positions, subject);
    for (const position of positions) reached.add(position);
    if (reached.size === before) break;
  }
  return reached;
}

function step(
  pattern: Pattern & { type: "class" },
  from: ReadonlySet<number>,
  { characters, budget }: Subject,
): ReadonlySet<number> {
  const reached = new Set<number>();
  for (const position of from) {
    spend(budget);
    const character = characters[position];
    if (character !== undefined && isMember(pattern, character)) reached.add(position + 1);
  }
  return reached;
}

export function isMember({ negated, members }: Pattern & { type: "class" }, character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  const listed = members.some((member) =>
    "property" in member ? member.property.test(character) : code >= member.low && code <= member.high,
  );
  return listed !== negated;
}

function keep(from: ReadonlySet<number>, test: (position: number) => boolean): ReadonlySet<number> {
  return new Set([...from].filter(test));
}

function isBoundary({ characters }: Subject, position: number): boolean {
  return isWord(characters[position - 1]) !== isWord(characters[position]);
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /\w/.test(character);
}
