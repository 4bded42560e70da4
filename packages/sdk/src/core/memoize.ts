/** Longer texts are nobody's key, model or path: they are not kept, so that what is kept stays small. */
const longest = 2048;

/**
 * Keeps what a pure function of a text gives. When so many are kept, all are forgotten: clients can make as many texts as they like,
 * and whoever uses this has few that come again and again.
 */
export function memoize<T>(most: number, make: (text: string) => T): (text: string) => T {
  const kept = new Map<string, T>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const made = make(text);
    if (text.length > longest) return made;
    if (kept.size >= most) kept.clear();
    kept.set(text, made);
    return made;
  };
}
