/** The known word that a misspelt one was meant to be; `undefined` if none is near enough. */
export function nearest(given: string, words: Iterable<string>): string | undefined {
  const word = plain(given);
  let best: string | undefined;
  let least = tolerance(word) + 1;
  for (const candidate of words) {
    const known = plain(candidate);
    if (Math.abs(known.length - word.length) >= least) continue;
    const distance = editDistance(word, known);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** `modelList`, `model-list` and `MODEL_LIST` are `model_list`. */
export function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9*]/g, "");
}

/** None in a word of two letters, one slip in a short word, up to three in a long one. */
function tolerance(word: string): number {
  return word.length < 3 ? 0 : Math.min(3, Math.max(1, Math.floor(word.length / 4)));
}

/** Letters to insert, delete, replace or swap with their neighbour, to make one word of the other. */
export function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : Infinity,
      );
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, right.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
