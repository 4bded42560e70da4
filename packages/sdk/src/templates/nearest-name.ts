/** The name that a misspelt one was most likely meant to be; `undefined` when none is near. */
export function findNearestName(word: string, names: readonly string[]): string | undefined {
  const near = names
    .map((name) => ({ name, distance: editDistance(fold(word), fold(name)) }))
    .filter(({ name, distance }) => distance * 2 <= name.length)
    .toSorted((a, b) => a.distance - b.distance);
  return near[0]?.name;
}

/** Names differ most often in their separators: `deepseek-r1`, `llama3_1`. */
function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[-_. ]/g, "");
}

/** Levenshtein's distance, row by row. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, letter] of Array.from(from).entries()) {
    const next = [line + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const change = letter === to.charAt(column - 1) ? 0 : 1;
      const above = row[column] ?? 0;
      const left = next[column - 1] ?? 0;
      next.push(Math.min(above + 1, left + 1, (row[column - 1] ?? 0) + change));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
