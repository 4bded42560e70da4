/** Words too common to say what a text is about. */
const common = new Set(
  `about after again also and answer any are ask been before but can could does each explain find for from
   get give good had has have help here how into its just know like list make many me more most much name
   need not now of one only our out over please say should show simple simply some step such tell than that
   the their them then there these they think this those time told use using very want was way were what
   when where which who why will with without word words would write you your`.split(/\s+/),
);

/** The words of a text, as they are written. */
export function toWords(text: string): string[] {
  return text.match(/[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}'’-]*/gu) ?? [];
}

/** Up to `most` distinct words that say what the text is about; the longest word where all are common. */
export function toTopics(text: string, most: number): string[] {
  const words = toWords(text.slice(0, 4000));
  const telling = words.filter((word) => word.length > 2 && !common.has(toStem(word)));
  const distinct = [...new Map(telling.map((word) => [word.toLowerCase(), word])).values()];
  if (distinct.length > 0) return distinct.slice(0, most);
  return words.toSorted((left, right) => right.length - left.length).slice(0, 1);
}

/** The beginning of a text on one line, with an ellipsis where it was cut. */
export function toQuote(text: string, longest: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= longest ? line : `${line.slice(0, longest).trimEnd()}…`;
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** `What's` is common because `what` is. */
function toStem(word: string): string {
  return word.toLowerCase().replace(/['’].*$/, "");
}
